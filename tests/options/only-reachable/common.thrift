// A file that many services share; this one needs little of it.
namespace rs samples.common

struct Page {
    1: i32 number,
    2: Cursor cursor,
}

struct Cursor {
    1: string token,
}

struct Audit {
    1: string who,
}

/// Loaded from files, so no method shows it.
/// @preserve
struct Config {
    1: Limits limits,
}

struct Limits {
    1: i32 depth,
}

enum Level {
    LOW = 1,
}

service Base {
    void ping(1: Page page),
}

service Administration {
    void audit(1: Audit audit),
}
