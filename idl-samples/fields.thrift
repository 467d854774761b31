// Requiredness, defaults and constants.
namespace go samples.fields

const bool YES = true
const i8 TINY = -128
const i32 ANSWER = 42
const i64 HUGE = 9223372036854775807
const double RATIO = 0.75
const string GREETING = "hello \"world\"\n"
const binary MAGIC = "\x00\x01PNG"
const Level LOUD = Level.HIGH

const list<i32> PRIMES = [2, 3, 5, 7, 11, 13]
const set<string> VOWELS = ["a", "e", "i", "o", "u"]
const map<string, i32> DIGITS = {"one": 1, "two": 2, "three": 3}
const map<i32, list<string>> WORDS = {1: ["a", "b"], 2: []}
const list<string> NONE = []
const map<string, list<map<i64, string>>> NO_WORDS = {}
const Limits STRICT = {"depth": 3, "width": 80}
const list<Limits> PRESETS = [{"depth": 1}, {"depth": 2, "width": 40, "label": "wide"}]

enum Level {
    LOW = 1,
    HIGH = 10,
}

struct Limits {
    1: i32 depth = 8,
    2: optional i32 width,
    3: string label = "none",
}

struct Requiredness {
    1: required string must,
    2: optional string may,
    3: string should,
}

struct Defaults {
    1: bool flag = true,
    2: i32 number = ANSWER,
    3: optional i64 maybe_number = 7,
    4: double ratio = 1,
    5: string text = "text",
    6: optional string maybe_text = GREETING,
    7: binary blob = "raw",
    8: Level level = Level.LOW,
    9: Level unnamed = 3,
    10: list<i32> numbers = [1, 2, 3],
    11: set<string> tags = ["x"],
    12: map<string, double> weights = {"half": 0.5, "whole": 1},
    13: Limits limits = {"depth": 1, "width": 2, "label": "small"},
    14: optional Limits maybe_limits = STRICT,
    15: list<list<string>> nothing = [],
    16: required i32 required_with_default = -1,
}
