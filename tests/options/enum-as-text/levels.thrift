// Enums that JSON calls by their names, as thriftgo's json_enum_as_text makes them.
namespace rs samples.levels

enum Level {
    LOW = 1,
    far_out = 10,
    // Another name of the same number: it is read, and LOW is written.
    LOWEST = 1,
}

enum Empty {}

struct Reading {
    1: Level level,
    2: optional Level before,
    3: map<Level, string> notes,
    4: list<Level> all,
    5: Empty empty,
}

union Either {
    1: Level level,
    2: string text,
}
