// Every kind of method.
namespace go samples.services

/// What goes both ways.
///
///     indented text, which is not a doc test
///
/// ```rust
/// assert!(false, "nor is this");
/// ```
/// See [nothing] and <nowhere>.
struct Item {
    1: i64 id,
    2: string text,
}

exception Invalid {
    1: string message,
}

exception Missing {
    1: i64 id,
}

service Store {
    /// Plain request and reply.
    Item get(1: i64 id) throws (1: Missing missing),
    void put(1: Item item, 2: bool overwrite) throws (1: Invalid invalid, 2: Missing missing),
    map<string, list<Item>> group(1: list<Item> items, 2: set<string> keys, 3: optional i32 limit),
    i64 count(),
    void clear(),
    oneway void log(1: string line),
    // An argument may have a default, for callers that do not send it.
    list<Item> page(1: required i64 from, 2: i32 limit = 20),
    Item touch(1: Item item) (streaming.mode = "unary"),

    // Streams.
    Item exchange(1: Item item) (streaming.mode = "bidirectional"),
    Item collect(1: Item item) (streaming.mode = "client"),
    Item watch(1: Item item) (streaming.mode = "server"),
}

/// Only streams.
service Feed {
    Item follow(1: Item item) (streaming.mode = "server"),
}

/// Only calls.
service Plain {
    i32 add(1: i32 a, 2: i32 b),
}

/// Answers every method of `Store` under its own name.
service Admin extends Store {
    void shutdown(),
}

service Nothing {}
