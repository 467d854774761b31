// What an older service knows of a message: a newer one sends more, and gets it back unharmed.
namespace rs samples.unknown_fields

struct Old {
    1: required i32 id,
    3: optional string note = "none",
    5: list<Inner> inner,
}

struct Inner {
    2: bool flag,
}

union Choice {
    1: i32 number,
}

struct Empty {}

union Nothing {}

exception Failed {
    1: string message,
    // The name that is asked for first is taken.
    2: i32 unknown_fields,
}

const Inner INNER = {"flag": true}
