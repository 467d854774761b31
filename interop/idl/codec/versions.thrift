// A later version of a struct and an earlier one.
namespace go codec.versions
namespace rs codec.versions

include "containers.thrift"

struct Later {
    1: i32 id,
    2: string name,
    3: optional bool flag,
    4: optional byte tiny,
    5: optional i16 small,
    6: optional i64 large,
    7: optional double real,
    8: optional binary blob,
    9: optional containers.Nested nested,
    10: optional containers.Keys keys,
    11: optional list<containers.Point> points,
    12: optional map<string, Later> others,
    -5: optional string below,
    20: i64 last,
}

struct Earlier {
    1: i32 id,
    2: string name,
    20: i64 last,
}

// Fields of `Earlier` with other types.
struct Retyped {
    1: string id,
    2: list<string> name,
    20: i64 last,
}

// Needs what `Earlier` does not have.
struct Demanding {
    1: i32 id,
    3: required bool flag,
    20: required i64 last,
}

// Its members are all `Demanding`, in each place that a struct can stand in.
struct Holder {
    1: optional Demanding one,
    2: list<Demanding> many,
    3: map<string, Demanding> named,
}

union LaterChoice {
    1: i32 number,
    2: string text,
    3: containers.Nested nested,
}

union EarlierChoice {
    1: i32 number,
}
