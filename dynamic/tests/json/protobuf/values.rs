//! Values that fit: what they are on the wire, and in JSON again.

use streamgen_dynamic::{BinaryForm, EnumForm, JsonOptions, NameForm};

use super::{message, message_of, through, to_json, to_wire};

#[test]
fn every_type_has_its_form_on_the_wire() {
    let values = message("mapping.Values");
    let table: [(&str, &[u8]); 26] = [
        (r#"{"flag":true}"#, &[0x08, 1]),
        (
            r#"{"medium":-1}"#,
            &[0x10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
        ),
        (r#"{"large":"300"}"#, &[0x18, 0xac, 2]),
        (r#"{"count":4294967295}"#, &[0x20, 255, 255, 255, 255, 15]),
        (
            r#"{"bigCount":"18446744073709551615"}"#,
            &[0x28, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
        ),
        (r#"{"delta":-2147483648}"#, &[0x30, 255, 255, 255, 255, 15]),
        (r#"{"largeDelta":"-1"}"#, &[0x38, 1]),
        (r#"{"word":1}"#, &[0x45, 1, 0, 0, 0]),
        (r#"{"longWord":"1"}"#, &[0x49, 1, 0, 0, 0, 0, 0, 0, 0]),
        (r#"{"signedWord":-1}"#, &[0x55, 255, 255, 255, 255]),
        (
            r#"{"longSignedWord":"-1"}"#,
            &[0x59, 255, 255, 255, 255, 255, 255, 255, 255],
        ),
        (r#"{"smallReal":0.5}"#, &[0x65, 0, 0, 0, 0x3f]),
        (r#"{"real":0.5}"#, &[0x69, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f]),
        (r#"{"text":"é"}"#, &[0x72, 2, 0xc3, 0xa9]),
        (r#"{"blob":"AP8="}"#, &[0x7a, 2, 0, 255]),
        (r#"{"color":"BLUE"}"#, &[0x80, 1, 5]),
        (r#"{"inner":{}}"#, &[0x8a, 1, 0]),
        (r#"{"maybe":0}"#, &[0x90, 1, 0]),
        (r#"{"other":1}"#, &[0x98, 1, 1]),
        (r#"{"number":"0"}"#, &[0xa0, 1, 0]),
        (r#"{"longs":["1","2"]}"#, &[0xf2, 1, 2, 1, 2]),
        (r#"{"unpacked":[1,2]}"#, &[0xf8, 1, 1, 0xf8, 1, 2]),
        (r#"{"tags":["a",""]}"#, &[0x82, 2, 1, b'a', 0x82, 2, 0]),
        (r#"{"counts":{"a":1}}"#, &[0xc2, 2, 5, 10, 1, b'a', 16, 1]),
        (
            r#"{"switches":{"false":"RED"}}"#,
            &[0xd2, 2, 4, 8, 0, 16, 0],
        ),
        (
            r#"{"fixed":{"-1":"2"}}"#,
            &[0xe2, 2, 11, 8, 1, 17, 2, 0, 0, 0, 0, 0, 0, 0],
        ),
    ];
    for (json, wire) in table {
        assert_eq!(to_wire(&values, json).as_deref(), Ok(wire), "{json}");
        assert_eq!(to_json(&values, wire).as_deref(), Ok(json), "{wire:?}");
    }
}

#[test]
fn zero_is_the_same_as_nothing_where_the_idl_says_so() {
    let values = message("mapping.Values");
    for json in [
        r#"{"flag":false,"medium":0,"large":"0","word":0,"real":0,"text":"","blob":"","color":"RED"}"#,
        r#"{"longs":[],"tags":[],"counts":{},"inner":null,"text":null}"#,
    ] {
        assert_eq!(to_wire(&values, json).as_deref(), Ok(&[][..]), "{json}");
    }
    // Some writers leave zeros, and lists of nothing.
    let zeros = [0x08, 0, 0x72, 0, 0x18, 0x80, 0, 0xf2, 1, 0];
    assert_eq!(to_json(&values, &zeros).as_deref(), Ok("{}"));
    assert_eq!(through(&values, r#"{"real":-0.0}"#), r#"{"real":-0}"#);
}

#[test]
fn names_and_numbers_are_read_in_every_form() {
    let values = message("mapping.Values");
    let table = [
        (
            r#"{"big_count":1,"bigCount":1}"#,
            "error: $.bigCount: the field is given twice",
        ),
        (r#"{"big_count":1}"#, r#"{"bigCount":"1"}"#),
        (r#"{"renamed":1}"#, r#"{"other":1}"#),
        (r#"{"medium":"7"}"#, r#"{"medium":7}"#),
        (r#"{"medium":1e3}"#, r#"{"medium":1000}"#),
        (r#"{"medium":"1e3"}"#, r#"{"medium":1000}"#),
        (r#"{"color":5}"#, r#"{"color":"BLUE"}"#),
        (r#"{"color":99}"#, r#"{"color":99}"#),
        (
            r#"{"real":"-Infinity","smallReal":"NaN"}"#,
            r#"{"real":"-Infinity","smallReal":"NaN"}"#,
        ),
        (r#"{"smallReal":0.1}"#, r#"{"smallReal":0.1}"#),
        (r#"{"blob":"_-8"}"#, r#"{"blob":"/+8="}"#),
        (r#"{"unknown":[{}],"flag":true}"#, r#"{"flag":true}"#),
    ];
    for (json, back) in table {
        assert_eq!(through(&values, json), back, "{json}");
    }
}

#[test]
fn the_forms_of_values_can_be_chosen() {
    let values = message("mapping.Values");
    let wire = to_wire(
        &values,
        r#"{"bigCount":"1","color":"BLUE","blob":"YQ==","colors":["RED"]}"#,
    );
    let wire = wire.expect("it fits");
    let json = |options: JsonOptions| {
        let mut json = Vec::new();
        values
            .to_json(&wire, &options, &mut json)
            .expect("it is whole");
        String::from_utf8(json).expect("JSON is UTF-8")
    };
    let kitex = r#"{"bigCount":1,"color":5,"blob":"YQ==","colors":[0]}"#;
    assert_eq!(json(JsonOptions::kitex()), kitex);
    let idl = r#"{"big_count":"1","color":"BLUE","blob":"YQ==","colors":["RED"]}"#;
    assert_eq!(json(JsonOptions::new().names(NameForm::Idl)), idl);
    let text = r#"{"bigCount":"1","color":5,"blob":"a","colors":[0]}"#;
    let options = JsonOptions::new()
        .binary(BinaryForm::Text)
        .enums(EnumForm::Number);
    assert_eq!(json(options), text);
}

#[test]
fn proto2_has_groups_and_required_fields() {
    let old = message("old.Old");
    let json = r#"{"must":"","list":[1,2],"packed":[3],"part":{"id":7},"piece":[{"text":"a","nested":{"deep":1}},{}]}"#;
    let wire = [
        0x0a, 0, 0x18, 1, 0x18, 2, 0x22, 1, 3, 0x2b, 8, 7, 0x2c, 0x33, 0x0a, 1, b'a', 0x13, 8, 1,
        0x14, 0x34, 0x33, 0x34,
    ];
    assert_eq!(to_wire(&old, json).as_deref(), Ok(&wire[..]));
    assert_eq!(to_json(&old, &wire).as_deref(), Ok(json));
    let missing = "error: $.must: expected string, found nothing: the field is required";
    assert_eq!(through(&old, r#"{"number":1}"#), missing);
    let read = to_json(&old, &[0x10, 1]).expect_err("it is required");
    assert_eq!(
        format!("error: {}: {}", read.path(), read.problem()),
        missing
    );
}

/// An unnamed number is no value of a closed enum: as if its field were not known.
#[test]
fn closed_enums_have_no_other_values() {
    let old = message("old.Old");
    assert_eq!(
        through(&old, r#"{"must":"m","kind":9}"#),
        "error: $.kind: expected enum old.Old.Kind, found 9, which is no value of the enum"
    );
    let wire = [0x0a, 0, 0x38, 9, 0x40, 3, 0x40, 9, 0x40, 0];
    let json = r#"{"must":"","kinds":["SOME","NONE"]}"#;
    assert_eq!(to_json(&old, &wire).as_deref(), Ok(json));
    // Such a number behind one with a name leaves that one.
    let json = r#"{"must":"","kind":"SOME"}"#;
    let wire = [0x0a, 0, 0x38, 3, 0x38, 9];
    assert_eq!(to_json(&old, &wire).as_deref(), Ok(json));
    let idl = "syntax = \"proto2\"; enum Kind { SOME = 3; }
        message One { oneof it { int32 number = 1; Kind kind = 2; } }
        message Must { required Kind kind = 2; }";
    let (one, must) = (message_of(idl, "One"), message_of(idl, "Must"));
    assert_eq!(
        to_json(&one, &[8, 1, 16, 9]).as_deref(),
        Ok(r#"{"number":1}"#)
    );
    let error = to_json(&must, &[16, 9]).expect_err("it is no value");
    assert_eq!(
        error.problem(),
        "expected enum Kind, found nothing: the field is required"
    );
}

#[test]
fn long_messages_have_long_lengths() {
    let list = message_of(
        "syntax = \"proto3\"; message List { List next = 1; string text = 2; map<string, string> more = 3; }",
        "List",
    );
    let text = "x".repeat(20_000);
    let json = format!(
        r#"{{"next":{{"next":{{"text":"{text}"}},"more":{{"{text}":"{text}","k":"v"}}}}}}"#
    );
    assert_eq!(through(&list, &json), json);
}
