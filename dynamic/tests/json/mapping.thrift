// What dynamic/MAPPING.md is about.
namespace go mapping
namespace rs mapping

enum Color {
    RED = 0,
    GREEN = 1,
    BLUE = 5,
}

struct Inner {
    1: i32 id,
    2: string label,
}

union Choice {
    1: i64 number,
    2: string text,
}

exception Oops {
    1: i32 code,
    2: string message,
}

// One field of each type. Only what is given is on the wire.
struct Values {
    1: optional bool flag,
    2: optional byte tiny,
    3: optional i16 small,
    4: optional i32 medium,
    5: optional i64 large,
    6: optional double real,
    7: optional string text,
    8: optional binary blob,
    9: optional Color color,
    10: optional Inner inner,
    11: optional Choice choice,
    20: optional list<i64> longs,
    21: optional set<string> tags,
    22: optional list<list<i32>> rows,
    23: optional list<Inner> inners,
    24: optional list<binary> blobs,
    30: optional map<string, i32> counts,
    31: optional map<i64, string> names,
    32: optional map<bool, i32> switches,
    33: optional map<double, i32> reals,
    34: optional map<binary, i32> hashes,
    35: optional map<Color, string> palette,
    36: optional map<Inner, string> places,
    37: optional map<string, list<i64>> groups,
    40: optional Values next,
}

// Without a word, fields are always written.
struct Zeros {
    1: bool flag,
    2: byte tiny,
    3: i16 small,
    4: i32 medium,
    5: i64 large,
    6: double real,
    7: string text,
    8: binary blob,
    9: Color color,
    10: Inner inner,
    11: list<i64> longs,
    12: set<string> tags,
    13: map<string, i32> counts,
}

struct Defaults {
    1: i32 number = 42,
    2: string text = "some",
    3: list<i32> primes = [2, 3],
    4: Color color = Color.BLUE,
}

struct OptionalDefaults {
    1: optional i32 number = 42,
    2: optional string text = "some",
    3: optional list<i32> primes = [2, 3],
    4: optional map<string, i32> digits = {"one": 1},
    5: optional Color color = Color.BLUE,
    6: optional binary blob = "raw",
    7: optional byte tiny = -1,
    8: optional Inner inner = {"id": 7},
}

struct Required {
    1: required string must,
    2: optional string may,
}

struct Renamed {
    1: optional i32 id (go.tag = 'json:"ID,omitempty"'),
    2: optional i32 body (api.body = "Body"),
}

// The annotation is about JavaScript, whose numbers are doubles.
struct Converted {
    1: optional i64 one (api.js_conv = ""),
    2: optional list<i64> many (api.js_conv = "true"),
    3: optional map<string, i64> named (api.js_conv = ""),
    4: optional list<list<i64>> rows (api.js_conv = ""),
    5: optional i32 small (api.js_conv = ""),
    6: optional Converted inner (api.js_conv = ""),
    7: optional i64 plain,
}

service Mapping {
    Values Values(1: Values it) (streaming.mode = "bidirectional"),
    Zeros Zeros(1: Zeros it) (streaming.mode = "bidirectional"),
    Defaults Defaults(1: Defaults it) (streaming.mode = "bidirectional"),
    OptionalDefaults OptionalDefaults(1: OptionalDefaults it) (streaming.mode = "bidirectional"),
    Required Required(1: Required it) (streaming.mode = "bidirectional"),
    Renamed Renamed(1: Renamed it) (streaming.mode = "bidirectional"),
    Converted Converted(1: Converted it) (streaming.mode = "bidirectional"),
    Inner Call(1: Inner it) throws (1: Oops oops),
    string Text(1: string it),
    i64 Number(1: i64 it),
    list<Color> Colors(1: list<Color> it),
}
