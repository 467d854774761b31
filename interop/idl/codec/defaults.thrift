// Default values, in every requiredness, from literals and from constants.
namespace go codec.defaults
namespace rs codec.defaults

include "scalars.thrift"

const i32 ANSWER = 42
const string GREETING = "hällo \"wörld\""
const list<i32> PRIMES = [2, 3, 5]
const map<string, i32> DIGITS = {"one": 1, "two": 2}
const Limits STRICT = {"depth": 3, "width": 0, "label": "strict"}
const Limits PARTIAL = {"depth": 3}

struct Limits {
    1: i32 depth = 8,
    2: optional i32 width = 80,
    3: string label = "none",
}

struct Defaults {
    1: bool flag = true,
    2: byte tiny = -128,
    3: i16 small = -1,
    4: i32 medium = ANSWER,
    5: i64 large = 9223372036854775807,
    6: double real = 0.5,
    7: string text = GREETING,
    8: binary blob = "raw",
    9: scalars.Color color = scalars.Color.BLUE,
    10: list<i32> numbers = PRIMES,
    11: set<string> tags = ["x", "y"],
    12: map<string, i32> digits = DIGITS,
    13: Limits limits = {"depth": 1, "width": 2, "label": "small"},
    14: list<string> nothing = [],
}

struct OptionalDefaults {
    1: optional bool flag = true,
    2: optional byte tiny = -128,
    3: optional i16 small = -1,
    4: optional i32 medium = ANSWER,
    5: optional i64 large = 9223372036854775807,
    6: optional double real = 0.5,
    7: optional string text = GREETING,
    8: optional binary blob = "raw",
    9: optional scalars.Color color = scalars.Color.BLUE,
    10: optional list<i32> numbers = PRIMES,
    11: optional set<string> tags = ["x", "y"],
    12: optional map<string, i32> digits = DIGITS,
    13: optional Limits limits = STRICT,
    14: optional list<string> nothing = [],
}

struct RequiredDefaults {
    1: required i32 medium = ANSWER,
    2: required string text = GREETING,
    3: required list<i32> numbers = PRIMES,
    4: required Limits limits = STRICT,
}

// Struct values that leave out fields which have defaults of their own.
struct PartialDefaults {
    1: Limits limits = PARTIAL,
    2: optional Limits maybe_limits = {"label": "some"},
}
