// What `bench-json` converts and calls with. The shapes are like those of `codec/idl/shapes.thrift`, but for
// Large: its counterpart here has the 10 KB of a large JSON message.
namespace rs echo
namespace go echo

struct Small {
    1: required string text,
}

struct Nested {
    1: required i64 id,
    2: required string label,
    3: required i32 kind,
}

struct Medium {
    1: required bool active,
    2: required byte level,
    3: required i16 port,
    4: required i32 count,
    5: required i64 id,
    6: required double ratio,
    7: required string name,
    8: required string region,
    9: required binary token (pilota.serde_attribute = "#[serde(with = \"crate::base64_text\")]"),
    10: required i32 shard,
    11: required i64 created,
    12: required bool deleted,
    13: required double weight,
    14: required Nested nested,
    15: required list<i64> samples,
    16: required map<string, string> labels,
    17: required list<string> tags,
    18: required i64 updated,
    19: required i32 version,
    20: required string owner,
}

struct Item {
    1: required i64 id,
    2: required string name,
    3: required i32 kind,
    4: required double score,
    5: required bool active,
    6: required list<i32> values,
}

struct Items {
    1: required list<Item> items,
}

service Echo {
    Small EchoSmall(1: Small message),
    Items EchoItems(1: Items message),
    Small StreamSmall(1: Small message) (streaming.mode = "bidirectional"),
    Items StreamItems(1: Items message) (streaming.mode = "bidirectional"),
}
