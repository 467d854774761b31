// Enums, unions and exceptions.
namespace go samples.shapes

enum Status {
    UNKNOWN = 0,
    ACTIVE = 1,
    /// Kept for old clients.
    RETIRED = -1,
    far_away = 2000000000,
}

enum Nothing {}

struct Circle {
    1: double radius,
}

/// One of several shapes.
union Shape {
    1: Circle circle,
    /// Length of a side.
    2: double square,
    3: list<Circle> cluster,
    4: string name,
}

union Void {}

// A member may be called like an arm that the generator adds.
union Taken {
    1: i32 unset,
    2: string unknown,
}

exception NotFound {
    1: required i64 id,
    2: string message,
}

exception Denied {
    1: optional string message,
    2: Status status,
}

exception Broken {}
