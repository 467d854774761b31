//! The model as JSON, for dumps and for tools that are not written in Rust.

use crate::schema;

#[test]
fn the_whole_model_can_be_written_as_json() {
    let schema = schema(
        "namespace go a.b
         enum E { X = 3 }
         // About S.
         struct S { 1: optional map<string, E> m = { 'k': E.X } (x = 'y', z) }
         service V { S f(1: S s) (streaming.mode = 'client') }",
    );
    let json = serde_json::to_value(&schema).unwrap();
    let at = |pointer: &str| json.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/files/0/module"), serde_json::json!(["a", "b"]));
    assert_eq!(at("/files/0/kind"), "thrift");
    assert_eq!(at("/definitions/1/docs"), serde_json::json!(["About S."]));
    let field = "/definitions/1/kind/struct/fields/0";
    assert_eq!(at(&format!("{field}/requiredness")), "optional");
    assert_eq!(at(&format!("{field}/ty/kind/map/1/kind/named")), 0);
    assert_eq!(
        at(&format!("{field}/default/kind/map/0/1/kind/enum/number")),
        3
    );
    assert_eq!(
        at(&format!("{field}/annotations/1/value")),
        serde_json::Value::Null
    );
    assert_eq!(
        at("/definitions/2/kind/service/methods/0/mode"),
        "client_streaming"
    );
}
