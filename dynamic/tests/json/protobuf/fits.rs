//! What does not fit is an error that names the place in the JSON, what was expected, and the line of the
//! IDL; nothing is written then.

use streamgen_dynamic::{JsonOptions, Provider};

use super::{message, message_of, through, to_json, to_wire};

const ORDER: &str = "\
syntax = \"proto3\";
message Item {
    int64 id = 1;
    map<string, int32> sizes = 2;
    oneof key { string name = 3; bytes hash = 4; }
}
message Order {
    repeated Item items = 1;
    repeated uint32 counts = 2;
}";

fn error(json: &str) -> String {
    let error = to_wire(&message_of(ORDER, "Order"), json);
    error.expect_err("it does not fit").to_string()
}

#[test]
fn an_error_names_the_value_and_the_line() {
    assert_eq!(
        error(r#"{"items":[{"id":1},{"id":"x"}]}"#),
        "$.items[1].id: expected int64, found the string \"x\" (test.proto:3; the JSON's line 1, column 28)"
    );
    assert_eq!(
        error(r#"{"items":[{"sizes":{"a b":3000000000}}]}"#),
        "$.items[0].sizes[\"a b\"]: expected int32, found 3000000000, which is out of range \
         (test.proto:4; the JSON's line 1, column 36)"
    );
    assert_eq!(
        error(r#"{"counts":[1,-1]}"#),
        "$.counts[1]: expected uint32, found -1, which is out of range (test.proto:9; the JSON's line 1, column 15)"
    );
    assert_eq!(
        error(r#"{"items":5}"#),
        "$.items: expected repeated message Item, found the number 5 (test.proto:8; the JSON's line 1, column 10)"
    );
    assert_eq!(
        error(r#"{"items":[{"name":"a","hash":""}]}"#),
        "$.items[0].hash: a oneof has one member, and \"name\" is given too \
         (test.proto:5; the JSON's line 1, column 32)"
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let values = message("mapping.Values");
    let table = [
        (r#"{"flag":1}"#, "$.flag: expected bool, found the number 1"),
        (
            r#"{"flag":"true"}"#,
            "$.flag: expected bool, found the string \"true\"",
        ),
        (
            r#"{"medium":1.5}"#,
            "$.medium: expected int32, found 1.5, which has a fraction",
        ),
        (
            r#"{"medium":2147483648}"#,
            "$.medium: expected int32, found 2147483648, which is out of range",
        ),
        (
            r#"{"bigCount":18446744073709551616}"#,
            "$.bigCount: expected uint64, found 18446744073709551616, which is out of range",
        ),
        (
            r#"{"bigCount":"18446744073709551616"}"#,
            "$.bigCount: expected uint64, found 18446744073709551616, which is out of range",
        ),
        (
            r#"{"smallReal":1e300}"#,
            "$.smallReal: expected float, found 1e300, which is out of range",
        ),
        (
            r#"{"large":1e19}"#,
            "$.large: expected int64, found 10000000000000000000, which is out of range",
        ),
        (
            r#"{"large":9007199254740993.5}"#,
            "$.large: expected int64, found 9007199254740993.5, which has a fraction",
        ),
        (
            r#"{"medium":5e-324}"#,
            "$.medium: expected int32, found 5e-324, which has a fraction",
        ),
        (
            r#"{"text":1e300}"#,
            "$.text: expected string, found the number 1e300",
        ),
        (
            r#"{"text":5}"#,
            "$.text: expected string, found the number 5",
        ),
        (
            r#"{"color":"BLU"}"#,
            "$.color: expected enum mapping.Color, found the string \"BLU\"; did you mean \"BLUE\"?",
        ),
        (
            r#"{"longs":["1",null]}"#,
            "$.longs[1]: expected int64, found null",
        ),
        (
            r#"{"inner":[]}"#,
            "$.inner: expected message mapping.Inner, found an array",
        ),
        (
            r#"{"names":{"x":""}}"#,
            "$.names[\"x\"]: expected a key of type int64, found the string \"x\"",
        ),
        (
            r#"{"names":{"1":"","1":""}}"#,
            "$.names[\"1\"]: the key is given twice",
        ),
        (
            r#"{"counts":{"a":null}}"#,
            "$.counts[\"a\"]: expected int32, found null",
        ),
        ("[]", "$: expected message mapping.Values, found an array"),
        ("null", "$: expected message mapping.Values, found null"),
    ];
    for (json, problem) in table {
        assert_eq!(
            through(&values, json),
            format!("error: {problem}"),
            "{json}"
        );
    }
    let error = to_wire(&values, r#"{"blob":"***"}"#).expect_err("it is no base64");
    assert!(
        error.problem().contains(", which is not base64: "),
        "{error}"
    );
}

#[test]
fn unknown_fields_can_be_errors() {
    let order = message_of(ORDER, "Order");
    let strict = JsonOptions::new().deny_unknown_fields(true);
    let error = order.to_wire(br#"{"item":[]}"#, &strict, &mut Vec::new());
    assert_eq!(
        error.expect_err("it is unknown").to_string(),
        "$.item: Order has no such field; did you mean \"items\"? (test.proto:7; the JSON's line 1, column 7)"
    );
}

#[test]
fn after_an_error_the_buffers_are_as_before() {
    let (order, options) = (message_of(ORDER, "Order"), JsonOptions::new());
    let mut out = b"before".to_vec();
    let wrong = order.to_wire(br#"{"items":[{"id":1},{"id":"x"}]}"#, &options, &mut out);
    wrong.expect_err("it does not fit");
    let wrong = order.to_json(&[0x0a, 2, 8, 1, 0x0a, 9], &options, &mut out);
    let error = wrong.expect_err("it is cut");
    assert_eq!(
        error.problem(),
        "the message ends early: 9 bytes are expected, 0 are left"
    );
    assert_eq!(out, b"before");
}

#[test]
fn bytes_that_do_not_fit_name_the_place_too() {
    let order = message_of(ORDER, "Order");
    let read = |wire: &[u8]| {
        to_json(&order, wire)
            .expect_err("it does not fit")
            .to_string()
    };
    assert_eq!(
        read(&[0x0a, 3, 0x1a, 1, 255]),
        "$.items[0].name: the string is not UTF-8 (test.proto:5)"
    );
    assert_eq!(
        read(&[0x12, 1, 0x80]),
        "$.counts: the message ends in a varint (test.proto:9)"
    );
}

#[test]
fn messages_have_a_limit_in_both_forms() {
    let (order, options) = (message_of(ORDER, "Order"), JsonOptions::new().max_bytes(20));
    let error = order.to_wire(br#"{"counts":[1,2,3,4,5]}"#, &options, &mut Vec::new());
    assert_eq!(
        error.expect_err("it is long").problem(),
        "the JSON has 22 bytes, and 20 are allowed"
    );
    let error = order.to_json(
        &[0x12, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        &options,
        &mut Vec::new(),
    );
    assert_eq!(
        error.expect_err("it is long").problem(),
        "the JSON has more than 20 bytes"
    );
}

#[test]
fn errors_of_the_idl_have_their_places() {
    let error = Provider::text(
        "bad.proto",
        "syntax = \"proto3\";\nmessage A { Nothing a = 1; }",
    )
    .load();
    let error = error.expect_err("there is no such message").to_string();
    assert!(error.starts_with("bad.proto:2:13: "), "{error}");
    let schema = Provider::text("test.proto", ORDER)
        .load()
        .expect("it is right");
    assert_eq!(
        schema
            .message("Itm")
            .expect_err("it is not there")
            .to_string(),
        "the IDL has no message `Itm`; did you mean `Item`?"
    );
}
