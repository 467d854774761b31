//! What does not fit is an error that names the place in the JSON, what was expected, and the line of
//! the IDL; nothing is written then.

use streamgen_dynamic::{BinaryForm, JsonOptions};

use crate::{message, to_json, to_wire};

const ORDER: &str = "\
struct Item {
    1: required i64 id,
    2: optional map<string, i32> sizes,
}
struct Order {
    1: list<Item> items,
    2: optional set<binary> keys,
}";

fn error(json: &str) -> String {
    let error = to_wire(&message(ORDER, "Order"), json);
    error.expect_err("it does not fit").to_string()
}

#[test]
fn an_error_names_the_value_and_the_line() {
    assert_eq!(
        error(r#"{"items":[{"id":1},{"id":"x"}]}"#),
        "$.items[1].id: expected i64, found the string \"x\" (test.thrift:2; the JSON's line 1, column 28)"
    );
    assert_eq!(
        error(r#"{"items":[{"id":1,"sizes":{"a b":3000000000}}]}"#),
        "$.items[0].sizes[\"a b\"]: expected i32, found 3000000000, which is out of range \
         (test.thrift:3; the JSON's line 1, column 43)"
    );
    assert_eq!(
        error(r#"{"items":[{}]}"#),
        "$.items[0].id: expected i64, found nothing: the field is required \
         (test.thrift:2; the JSON's line 1, column 12)"
    );
    assert_eq!(
        error("{\n  \"items\": 5\n}"),
        "$.items: expected list<struct Item>, found the number 5 \
         (test.thrift:6; the JSON's line 2, column 12)"
    );
}

#[test]
fn what_is_no_json_is_an_error_with_its_place() {
    let error = to_wire(&message(ORDER, "Order"), r#"{"items":[{"id":1]}"#);
    let error = error.expect_err("a brace is missing");
    assert_eq!(error.path(), "$.items[0]");
    assert_eq!(error.problem(), "not JSON: expected `,` or `}`");
    assert_eq!(error.json_at(), Some((1, 18)));
    assert_eq!(error.idl(), None);
}

#[test]
fn a_long_string_is_cut_in_the_message() {
    let long = "ä".repeat(1000);
    let error = error(&format!(r#"{{"items":[{{"id":"{long}"}}]}}"#));
    assert!(error.len() < 250, "{error}");
    assert!(error.contains("ä\"… (test.thrift:2"), "{error}");
}

#[test]
fn a_value_in_a_key_has_its_place() {
    let idl = "struct Id { 1: i32 number } struct Book { 1: map<Id, string> names }";
    let error = to_wire(
        &message(idl, "Book"),
        r#"{"names":{"{\"number\":\"x\"}":""}}"#,
    );
    let error = error.expect_err("x is no number");
    assert_eq!(error.path(), r#"$.names["{\"number\":\"x\"}"].number"#);
    assert_eq!(error.problem(), "expected i32, found the string \"x\"");
}

/// As a double, most of these would be rounded.
#[test]
fn a_whole_number_with_a_fraction_or_an_exponent_is_exact() {
    let number = message(
        "struct Number { 1: i64 it, 2: list<i64> more, 3: string text }",
        "Number",
    );
    for (written, read) in [
        ("1e18", "1000000000000000000"),
        ("9007199254740991e0", "9007199254740991"),
        ("9007199254740993e0", "9007199254740993"),
        ("-9007199254740993.0", "-9007199254740993"),
        ("-9223372036854775808e0", "-9223372036854775808"),
        ("922337203685477580.70E+1", "9223372036854775807"),
    ] {
        let json = format!(r#"{{"text":"1e18","more":[1,"2",{written},3e0],"it":{written}}}"#);
        let wire = to_wire(&number, &json).unwrap_or_else(|error| panic!("{error}"));
        let again = format!(r#"{{"text":"1e18","more":[1,2,{read},3],"it":{read}}}"#);
        assert_eq!(to_json(&number, &wire), Ok(again));
    }
    for (written, why) in [
        (
            "9223372036854775808e0",
            "9223372036854775808, which is out of range",
        ),
        (
            "9007199254740993.5",
            "9007199254740993.5, which has a fraction",
        ),
        ("1e300", "1e300, which is out of range"),
    ] {
        let error = to_wire(&number, &format!(r#"{{"it":{written}}}"#));
        let error = error.expect_err("it is no integer of 64 bits");
        assert_eq!(error.problem(), format!("expected i64, found {why}"));
        assert_eq!(error.path(), "$.it");
    }
    // What is wrong behind such a number has its own error.
    let error = to_wire(&number, r#"{"it":1e18,"more":[true]}"#);
    let error = error.expect_err("true is no number");
    assert_eq!(error.path(), "$.more[0]");
    assert_eq!(error.problem(), "expected i64, found true");
}

#[test]
fn an_unknown_name_is_cut_in_the_path() {
    let (order, mut wire) = (message(ORDER, "Order"), Vec::new());
    let strict = JsonOptions::new().deny_unknown_fields(true);
    let json = format!(r#"{{"{}":1}}"#, "x".repeat(100_000));
    let error = order.to_wire(json.as_bytes(), &strict, &mut wire);
    let error = error.expect_err("it is unknown");
    assert!(error.path().len() < 100, "{error}");
}

/// What the IDL does not know has no line in it.
#[test]
fn deep_unknown_bytes_name_the_struct_around_them() {
    let idl = "struct Outer {\n  1: Inner inner,\n}\nstruct Inner {}";
    let mut wire = vec![12, 0, 1];
    wire.extend([12, 0, 9].repeat(1000));
    let error = to_json(&message(idl, "Outer"), &wire).expect_err("it is too deep");
    assert_eq!(error.idl(), Some(("test.thrift", 2)));
}

#[test]
fn an_unknown_field_can_be_an_error() {
    let order = message(ORDER, "Order");
    let json = br#"{"item":[]}"#;
    let mut wire = Vec::new();
    let strict = JsonOptions::new().deny_unknown_fields(true);
    let error = order.to_wire(json, &strict, &mut wire);
    assert_eq!(
        error.expect_err("it is unknown").to_string(),
        "$.item: Order has no such field; did you mean \"items\"? \
         (test.thrift:5; the JSON's line 1, column 7)"
    );
    assert!(wire.is_empty());
}

#[test]
fn after_an_error_the_buffers_are_as_before() {
    let order = message(ORDER, "Order");
    let mut out = b"before".to_vec();
    let json = br#"{"items":[{"id":1},{"id":"x"}]}"#;
    order
        .to_wire(json, &JsonOptions::new(), &mut out)
        .expect_err("it does not fit");
    assert_eq!(out, b"before");
    let wire = [15, 0, 1, 12, 0, 0, 0, 1, 10, 0, 1];
    order
        .to_json(&wire, &JsonOptions::new(), &mut out)
        .expect_err("it is cut");
    assert_eq!(out, b"before");
}

#[test]
fn bytes_that_do_not_fit_name_the_place_too() {
    let order = message(ORDER, "Order");
    let read = |wire: &[u8]| {
        to_json(&order, wire)
            .expect_err("it does not fit")
            .to_string()
    };
    assert_eq!(
        read(&[8, 0, 1, 0, 0, 0, 0, 0]),
        "$.items: expected list<struct Item>, found i32 (test.thrift:6)"
    );
    assert_eq!(
        read(&[15, 0, 1, 12, 0, 0, 0, 1, 0, 0]),
        "$.items[0].id: expected i64, found nothing: the field is required (test.thrift:2)"
    );
    assert_eq!(
        read(&[15, 0, 1, 12, 127, 0, 0, 0]),
        "$.items: a length of 2130706432 is claimed, 0 bytes are left (test.thrift:6)"
    );
    assert_eq!(read(&[0, 0]), "$: 1 bytes follow the message");
    assert_eq!(
        read(&[15, 0, 9, 12, 255, 255, 255, 255, 0]),
        "$: a length of -1 is claimed, 1 bytes are left"
    );
}

#[test]
fn bytes_that_are_no_text_are_shown_as_base64_only() {
    let order = message(ORDER, "Order");
    let wire = [14, 0, 2, 11, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xfe, 0];
    assert_eq!(
        to_json(&order, &wire).as_deref(),
        Ok(r#"{"keys":["//4="]}"#)
    );
    let text = JsonOptions::new().binary(BinaryForm::Text);
    let error = order.to_json(&wire, &text, &mut Vec::new());
    assert_eq!(
        error.expect_err("it is no text").to_string(),
        "$.keys[0]: the binary is not UTF-8, so that only base64 can show it (test.thrift:7)"
    );
}

#[test]
fn every_prefix_of_a_message_is_an_error() {
    let order = message(ORDER, "Order");
    let json = r#"{"items":[{"id":1,"sizes":{"a":1}}],"keys":["AA=="]}"#;
    let wire = to_wire(&order, json).expect("it fits");
    assert_eq!(to_json(&order, &wire).as_deref(), Ok(json));
    for len in 0..wire.len() {
        to_json(&order, &wire[..len]).expect_err("it is cut");
    }
    for len in 0..json.len() {
        to_wire(&order, &json[..len]).expect_err("it is cut");
    }
}
