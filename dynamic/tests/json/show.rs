//! The IDL in words, and example requests.

use std::path::Path;

use streamgen_dynamic::{JsonOptions, Provider};

const IDL: &str = r#"
enum Color { RED = 3, BLUE = 5 }
union Key { 1: i64 number, 2: string name }
exception Missing { 1: string why }
struct Item {
    1: required i64 id,
    2: optional Color color = Color.BLUE,
    3: map<i32, list<Item>> parts,
    4: Key key,
    5: map<Key, binary> by_key,
}
service Shop {
    Item Get(1: i64 id, 2: bool all = true) throws (1: Missing missing),
    Item Watch(1: Item item) (streaming.mode = "server"),
}"#;

#[test]
fn a_method_is_shown_with_what_its_messages_are_made_of() {
    let schema = Provider::text("shop.thrift", IDL).load();
    let service = schema.expect("the IDL is right").last_service();
    let service = service.expect("there is one");
    let get = service.method("Get").expect("it is there");
    assert_eq!(
        get.signature(),
        "Item Get(i64 id, bool all) throws (Missing missing)"
    );
    assert_eq!(get.template(), "{\n  \"id\": 0,\n  \"all\": true\n}");
    let expected = r#"struct Item {
  1: required i64 id
  2: optional Color color = "BLUE"
  3: map<i32, list<Item>> parts
  4: Key key
  5: map<Key, binary> by_key
}

enum Color {
  RED = 3
  BLUE = 5
}

union Key {
  1: i64 number
  2: string name
}

exception Missing {
  1: string why
}
"#;
    assert_eq!(get.definitions(), expected);
}

#[test]
fn an_example_has_every_field_but_what_would_not_end() {
    let schema = Provider::text("shop.thrift", IDL).load();
    let service = schema.expect("the IDL is right").last_service();
    let watch = service.expect("there is one").method("Watch");
    let expected = r#"{
  "id": 0,
  "color": "BLUE",
  "key": {
    "number": 0
  },
  "by_key": {"{\"number\":0}": ""}
}"#;
    assert_eq!(watch.expect("it is there").template(), expected);
}

#[test]
fn what_leads_back_by_way_of_others_is_left_out() {
    let idl = "struct A { 1: B b, 2: map<i32, list<C>> lists, 3: D d }
        struct B { 1: A a, 2: D d }
        struct C { 1: C c, 2: D d }
        struct D { 1: bool it }
        service Round { void Call(1: A a) }";
    let schema = Provider::text("round.thrift", idl).load();
    let service = schema.expect("the IDL is right").last_service();
    let method = service.expect("there is one").method("Call");
    let example = method.expect("it is there").template();
    let line: String = example.split_whitespace().collect();
    assert_eq!(
        line,
        r#"{"lists":{"0":[{"d":{"it":false}}]},"d":{"it":false}}"#
    );
}

/// An example is a request: it can be sent as it is.
#[test]
fn every_example_fits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let strict = JsonOptions::new().deny_unknown_fields(true);
    for idl in [
        "interop/idl/peer.thrift",
        "idl-samples/echo.thrift",
        "dynamic/tests/json/mapping.thrift",
    ] {
        let schema = Provider::file(root.join(idl))
            .load()
            .expect("the IDL is right");
        for service in schema.services() {
            for method in service.methods() {
                let example = method.template();
                let put = method.request_to_wire(example.as_bytes(), &strict, &mut Vec::new());
                put.unwrap_or_else(|error| panic!("{}: {error}\n{example}", method.name()));
            }
        }
    }
}

/// Forty structs of two fields each would make an example of 2 to the power of 40 lines.
#[test]
fn an_example_of_a_large_message_is_bounded() {
    let mut idl = "struct S0 { 1: i32 id }".to_owned();
    for at in 1..40 {
        let inner = at - 1;
        idl += &format!(
            "struct S{at} {{ 1: S{inner} a, 2: required S{inner} b, 3: list<S{inner}> c }}"
        );
    }
    idl += "service Large { void Call(1: S39 it) }";
    let schema = Provider::text("large.thrift", idl).load();
    let service = schema.expect("the IDL is right").last_service();
    let method = service.expect("there is one").method("Call");
    let example = method.expect("it is there").template();
    assert!(example.len() < 1024 * 1024, "{} bytes", example.len());
}
