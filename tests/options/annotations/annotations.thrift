// Annotations that choose names and types: `rust.name`, `rust.type`, `rust.arc`, `rust.box`, `deprecated`.
namespace rs samples.annotations

// What a typedef says holds wherever its name is used.
typedef string Label (rust.type = "string")
typedef double Metres (rust.type = "ordered_f64")
typedef i32 Yards (deprecated = "use Metres")

const i32 OLD_LIMIT = 8 (deprecated)
const map<Label, Metres> HEIGHTS = {"door": 2.0}

enum unit_t {
    metre_v = 1 (rust.name = "METRE"),
    yard = 2 (deprecated = "use metres"),
} (rust.name = "Unit")

// Behind an `Arc`, recursion needs no `Box`.
struct Node {
    1: Label label = "leaf",
    2: optional Node next (rust.arc),
    3: list<Node> children (rust.arc),
}

// No value would be finite, so the field becomes optional.
struct Ring {
    1: Ring next (rust.arc),
}

struct Large {
    1: list<Metres> heights (rust.name = "tops"),
    2: unit_t unit = unit_t.metre_v,
}

struct Holder {
    // Boxes by request: Apache's spelling and fbthrift's.
    1: optional Large & first,
    2: Large second = {"heights": [1.5]} (rust.box),
    3: Large shared (pilota.rust_wrapper_arc = "true"),
    4: i32 old (deprecated = "not read any more"),
}

union Choice {
    1: Large large (rust.arc),
    2: Choice inner,
    3: i64 old (deprecated),
}

exception Refused {
    1: optional string message (rust.arc),
}

service kv_store_v1 {
    Holder get_value(1: Label key_v (rust.name = "key")) throws (1: Refused e (rust.name = "No")) (rust.name = "get"),
    void put(1: Holder holder) (deprecated = "use set"),
} (rust.name = "KvStore")
