//! The messages of `google.protobuf` that have a form of their own.

use super::{message, message_of, through, to_json, to_wire};

#[test]
fn each_is_the_same_behind_the_wire() {
    let known = message("mapping.Known");
    for json in [
        r#"{"time":"1970-01-01T00:00:00Z"}"#,
        r#"{"time":"2024-02-29T12:00:00.000001Z","duration":"-1.500s"}"#,
        r#"{"duration":"0s","mask":"","empty":{}}"#,
        r#"{"mask":"userId,inner.bigCount"}"#,
        r#"{"struct":{"a":1,"b":[true,null,{"c":"d"}],"":{}}}"#,
        r#"{"value":null}"#,
        r#"{"value":0.5,"values":[null,false,"x",[],{}],"list":[[1],[]]}"#,
        r#"{"doubleValue":0,"int64Value":"0","stringValue":"","bytesValue":"","boolValue":false}"#,
        r#"{"doubleValue":"NaN","int64Value":"-5","stringValue":"x","bytesValue":"AA==","boolValue":true}"#,
        r#"{"durations":{"a":"3s"}}"#,
        r#"{"any":{}}"#,
        r#"{"any":{"@type":"type.googleapis.com/mapping.Inner","id":1,"label":"a"}}"#,
        r#"{"any":{"@type":"type.googleapis.com/mapping.Inner"}}"#,
        r#"{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}}"#,
        r#"{"any":{"@type":"x/google.protobuf.Any","value":{"@type":"/google.protobuf.Empty"}}}"#,
    ] {
        assert_eq!(through(&known, json), json);
    }
}

#[test]
fn the_type_of_an_any_may_come_last() {
    let known = message("mapping.Known");
    let json = r#"{"any":{"label":"a","id":1,"@type":"/mapping.Inner"}}"#;
    let back = r#"{"any":{"@type":"/mapping.Inner","label":"a","id":1}}"#;
    assert_eq!(through(&known, json), back);
}

/// What stands before the type is read where it is: no tree is built, and all that holds elsewhere holds there.
#[test]
fn members_before_the_type_are_members_as_any() {
    let known = message("mapping.Known");
    let table = [
        (r#""id":1,"id":2,"#, "$.any.id: the field is given twice"),
        (
            r#""label":"\ud800","#,
            "$.any.label: not JSON: unexpected end of hex escape",
        ),
        (
            r#""x":[1e400,"\ud800"],"id":1e400,"#,
            "$.any.id: not JSON: number out of range",
        ),
    ];
    for (before, problem) in table {
        let json = format!(r#"{{"any":{{{before}"@type":"/mapping.Inner"}}}}"#);
        assert_eq!(
            through(&known, &json),
            format!("error: {problem}"),
            "{json}"
        );
    }
    let many = format!(
        r#"{{"any":{{{}"@type":"/mapping.Inner"}}}}"#,
        r#""":0,"#.repeat(10_001)
    );
    assert_eq!(
        through(&known, &many),
        "error: $.any: expected \"@type\" among the first 10000 members, found none"
    );
}

/// The fields of a message in an `Any` are those of the `Any`: each `Any` is one level in JSON.
#[test]
fn an_any_may_be_as_deep_as_other_messages() {
    let known = message("mapping.Known");
    let nested = |levels: usize, open: &str, close: &str| {
        let inner = open.repeat(levels) + "{}" + &close.repeat(levels);
        format!(r#"{{"any":{inner}}}"#)
    };
    let (open, late) = (r#"{"@type":"/mapping.Known","any":"#, r#"{"any":"#);
    let json = nested(124, open, "}");
    assert_eq!(through(&known, &json), json);
    let json_late = nested(124, late, r#","@type":"/mapping.Known"}"#);
    assert_eq!(through(&known, &json_late), json);
    // A scalar is no level, whatever it is on the wire.
    let innermost = r#"{"@type":"/mapping.Known","duration":"1s","value":null,"stringValue":""}"#;
    let json = nested(124, open, "}").replacen("{}", innermost, 1);
    assert_eq!(through(&known, &json), json);
    for json in [
        nested(125, open, "}"),
        nested(125, late, r#","@type":"/mapping.Known"}"#),
    ] {
        let error = to_wire(&known, &json).expect_err("it is too deep");
        assert_eq!(error.problem(), "nested deeper than 126 levels");
    }
}

#[test]
fn null_is_a_value_only_where_it_is_one() {
    let known = message("mapping.Known");
    let nulls = r#"{"time":null,"struct":null,"stringValue":null,"null":null,"any":null}"#;
    assert_eq!(to_wire(&known, nulls).as_deref(), Ok(&[][..]));
}

#[test]
fn what_does_not_fit_is_refused() {
    let known = message("mapping.Known");
    let table = [
        (
            r#"{"time":"yesterday"}"#,
            "$.time: expected message google.protobuf.Timestamp, found the string \"yesterday\", which is no time of RFC 3339 in the years 1 to 9999",
        ),
        (
            r#"{"duration":"1"}"#,
            "$.duration: expected message google.protobuf.Duration, found the string \"1\", which is no duration such as \"1.5s\"",
        ),
        (
            r#"{"mask":"a_b"}"#,
            "$.mask: expected message google.protobuf.FieldMask, found the string \"a_b\", which has a `_`",
        ),
        (
            r#"{"duration":{}}"#,
            "$.duration: expected message google.protobuf.Duration, found an object",
        ),
        (
            r#"{"int64Value":"x"}"#,
            "$.int64Value: expected message google.protobuf.Int64Value, found the string \"x\"",
        ),
        (
            r#"{"any":{"id":1}}"#,
            "$.any: expected the member \"@type\", found none",
        ),
        (
            r#"{"any":{"@type":5}}"#,
            "$.any[\"@type\"]: expected the name of a type",
        ),
        (
            r#"{"any":{"@type":"/mapping.Iner"}}"#,
            "$.any[\"@type\"]: the IDL has no message \"mapping.Iner\"; did you mean \"mapping.Inner\"?",
        ),
        (
            r#"{"any":{"@type":"/mapping.Inner","id":"x"}}"#,
            "$.any.id: expected int32, found the string \"x\"",
        ),
        (
            r#"{"any":{"id":"x","@type":"/mapping.Inner"}}"#,
            "$.any.id: expected int32, found the string \"x\"",
        ),
        (
            r#"{"any":{"@type":"/mapping.Inner","id":1,"@type":"/mapping.Known"}}"#,
            "$.any[\"@type\"]: the field is given twice",
        ),
        (
            r#"{"time":"1970-01-01T00:00:00"}"#,
            "$.time: expected message google.protobuf.Timestamp, found the string \"1970-01-01T00:00:00\", which is no time of RFC 3339 in the years 1 to 9999",
        ),
        (
            r#"{"any":{"@type":"/google.protobuf.Duration"}}"#,
            "$.any: expected the member \"value\", found none",
        ),
        (
            r#"{"struct":[]}"#,
            "$.struct: expected message google.protobuf.Struct, found an array",
        ),
        (
            r#"{"struct":{"a":1,"a":2}}"#,
            "$.struct[\"a\"]: the key is given twice",
        ),
    ];
    for (json, problem) in table {
        assert_eq!(through(&known, json), format!("error: {problem}"), "{json}");
    }
}

#[test]
fn bytes_that_have_no_form_are_errors() {
    let known = message("mapping.Known");
    let read = |wire: &[u8]| {
        let error = to_json(&known, wire).expect_err("it has no form");
        format!("{}: {}", error.path(), error.problem())
    };
    assert_eq!(
        read(&[0x12, 2, 0x10, 255]),
        "$.time: the message ends in a varint"
    );
    assert_eq!(
        read(&[
            0x12, 11, 0x10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1
        ]),
        "$.time: 0 seconds and -1 nanoseconds are no time in the years 1 to 9999"
    );
    assert_eq!(
        read(&[0x1a, 4, 8, 1, 16, 255]),
        "$.duration: the message ends in a varint"
    );
    assert_eq!(
        read(&[0x22, 4, 10, 2, b'a', b'B']),
        "$.mask: the path \"aB\" has no form in JSON"
    );
    let mask = to_json(&known, &[0x22, 8, 10, 0, 10, 1, b'a', 10, 1, b'b']);
    assert_eq!(mask.as_deref(), Ok(r#"{"mask":"a,b"}"#));
    let infinity = [0x32, 9, 17, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f];
    assert_eq!(
        read(&infinity),
        "$.value: JSON has no number inf, and a Value no text for it"
    );
    assert_eq!(
        read(&[0x0a, 4, 10, 2, b'/', b'x']),
        "$.any[\"@type\"]: the IDL has no message \"x\""
    );
}

/// An IDL may have a message of that name with other fields.
#[test]
fn a_message_of_the_same_name_is_only_that() {
    let idl = "syntax = \"proto3\"; package google.protobuf; message Duration { string text = 1; }";
    let duration = message_of(idl, "google.protobuf.Duration");
    assert_eq!(through(&duration, r#"{"text":"a"}"#), r#"{"text":"a"}"#);
}
