//! Bounds of a message: depth, and size in either form.

use streamgen_dynamic::{JsonOptions, MAX_DEPTH};

use crate::{message, to_json, to_wire};

const TREE: &str = "struct Tree { 1: optional list<Tree> children, 2: optional string name }";

/// Each link is a struct in a list: two levels.
fn nested(links: usize) -> String {
    format!(
        "{}{{}}{}",
        r#"{"children":["#.repeat(links),
        "]}".repeat(links)
    )
}

#[test]
fn a_message_may_be_as_deep_as_the_parser_goes() {
    let tree = message(TREE, "Tree");
    let deep = nested(MAX_DEPTH / 2 - 1);
    let wire = to_wire(&tree, &deep).expect("it is not too deep");
    assert_eq!(to_json(&tree, &wire), Ok(deep));
    let error = to_wire(&tree, &nested(MAX_DEPTH / 2)).expect_err("it is too deep");
    assert_eq!(error.problem(), "nested deeper than 126 levels");
    to_wire(&tree, &nested(100_000)).expect_err("it is much too deep");
}

#[test]
fn deep_bytes_are_an_error_known_fields_or_not() {
    let tree = message(TREE, "Tree");
    let known = [15, 0, 1, 12, 0, 0, 0, 1].repeat(100_000);
    let error = to_json(&tree, &known).expect_err("it is too deep");
    assert_eq!(error.problem(), "nested deeper than 126 levels");
    let unknown = [12, 0, 9].repeat(100_000);
    let error = to_json(&tree, &unknown).expect_err("it is too deep");
    assert_eq!(error.problem(), "nested deeper than 126 levels");
}

#[test]
fn messages_have_a_greatest_size_in_either_form() {
    let tree = message(TREE, "Tree");
    let options = JsonOptions::new().max_bytes(30);
    let mut out = Vec::new();
    let fits = br#"{"name":"a name of 18 bytes"}"#;
    tree.to_wire(fits, &options, &mut out).expect("it is short");
    let wire = out.clone();
    out.clear();
    tree.to_json(&wire, &options, &mut out)
        .expect("it is short");
    let long = br#"{"name":"a name of 20 bytes.."}"#;
    let error = tree.to_wire(long, &options, &mut out);
    let error = error.expect_err("it is long").to_string();
    assert_eq!(error, "$: the JSON has 31 bytes, and 30 are allowed");
}

/// Twenty bytes of JSON, or ten on the wire, stand for a thousand in the IDL.
#[test]
fn few_bytes_cannot_become_many_by_default_values() {
    let long = "x".repeat(1000);
    let idl = format!(
        "struct One {{ 1: string text = \"{long}\" }}
         struct All {{ 1: list<One> all }}"
    );
    let all = message(&idl, "All");
    let options = JsonOptions::new().max_bytes(10_000);
    let mut out = Vec::new();
    let many = format!(r#"{{"all":[{}{{}}]}}"#, "{},".repeat(1000));
    let error = all.to_wire(many.as_bytes(), &options, &mut out);
    let error = error.expect_err("it is long");
    assert_eq!(error.problem(), "the message has more than 10000 bytes");
    assert_eq!(error.path(), "$.all[9]");
    let mut wire = vec![15, 0, 1, 12, 0, 0, 3, 232];
    wire.extend([0; 1001]);
    let error = all.to_json(&wire, &options, &mut out);
    let error = error.expect_err("it is long");
    assert_eq!(error.problem(), "the JSON has more than 10000 bytes");
    assert!(out.is_empty());
}
