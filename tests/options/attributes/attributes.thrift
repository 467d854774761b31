// Attributes from the command line and from annotations.
namespace rs samples.attributes

struct Point {
    1: i32 x,
    2: i32 y,
}

struct Named {
    1: string name,
    2: double value,
} (rust.derive = "::core::cmp::PartialOrd")

enum Colour {
    RED = 1,
    GREEN = 2,
}

struct Token {
    1: string secret,
}

struct Old {
    1: i32 id,
    2: string name (deprecated = "ask the directory"),
} (deprecated)
