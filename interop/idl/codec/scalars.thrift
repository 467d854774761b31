// Every base type in every requiredness, enums and typedefs.
namespace go codec.scalars
namespace rs codec.scalars

enum Color {
    RED   = 0,
    GREEN = 1,
    BLUE  = 5,
    NEG   = -3,
    FAR   = 2147483647,
}

typedef i64 Ticks
typedef Ticks Moment
typedef Color Shade
typedef string Name
typedef binary Raw

struct Scalars {
    1: bool flag,
    2: byte tiny,
    3: i8 also_tiny,
    4: i16 small,
    5: i32 medium,
    6: i64 large,
    7: double real,
    8: string text,
    9: binary blob,
    10: Color color,
}

struct OptionalScalars {
    1: optional bool flag,
    2: optional byte tiny,
    3: optional i8 also_tiny,
    4: optional i16 small,
    5: optional i32 medium,
    6: optional i64 large,
    7: optional double real,
    8: optional string text,
    9: optional binary blob,
    10: optional Color color,
}

struct RequiredScalars {
    1: required bool flag,
    2: required byte tiny,
    3: required i8 also_tiny,
    4: required i16 small,
    5: required i32 medium,
    6: required i64 large,
    7: required double real,
    8: required string text,
    9: required binary blob,
    10: required Color color,
}

struct Aliases {
    1: Moment moment,
    2: optional Moment maybe_moment,
    3: Shade shade,
    4: optional Shade maybe_shade,
    5: Name name,
    6: optional Raw raw,
    7: list<Moment> moments,
    8: map<Name, Shade> shades,
}

// Ids need not ascend, nor be positive; the implicit one is 8.
struct Scattered {
    32767: i32 highest,
    -1: i32 below,
    7: string middle,
    i64 implicit,
    -32768: optional string lowest,
    256: i16 two_bytes,
    255: optional bool one_byte,
}
