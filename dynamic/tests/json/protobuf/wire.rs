//! Fields in any order, in several parts, or unknown: what other writers may leave.

use super::{message, message_of, to_json, to_wire};

const NODE: &str = "syntax = \"proto3\";
message Node {
    int32 id = 1;
    Node next = 2;
    repeated int32 list = 3;
    map<string, int32> map = 4;
    oneof choice { int32 number = 5; Node node = 6; }
    map<string, Node> nodes = 7;
}";

/// Parts of messages, one behind the other.
fn read(parts: &[&[u8]]) -> String {
    let wire = parts.concat();
    to_json(&message_of(NODE, "Node"), &wire).expect("it is whole")
}

#[test]
fn elements_may_have_other_fields_between_them() {
    let (one, two, id) = (&[0x18, 1], &[0x1a, 2, 2, 3], &[0x08, 7]);
    assert_eq!(read(&[one, two]), r#"{"list":[1,2,3]}"#);
    assert_eq!(read(&[one, id, two]), r#"{"id":7,"list":[1,2,3]}"#);
}

#[test]
fn of_a_field_that_is_there_twice_the_last_counts() {
    assert_eq!(read(&[&[0x08, 1], &[0x08, 2]]), r#"{"id":2}"#);
    assert_eq!(read(&[&[0x08, 1], &[0x08, 0]]), "{}");
}

#[test]
fn parts_of_a_message_are_merged() {
    let (one, two) = (&[0x12, 4, 8, 1, 0x18, 1], &[0x12, 4, 8, 2, 0x18, 2]);
    assert_eq!(
        read(&[one, &[0x08, 9], two]),
        r#"{"id":9,"next":{"id":2,"list":[1,2]}}"#
    );
    let value = &[0x3a, 8, 0x12, 2, 8, 1, 0x12, 2, 0x18, 3];
    assert_eq!(read(&[value]), r#"{"nodes":{"":{"id":1,"list":[3]}}}"#);
}

#[test]
fn of_a_oneof_the_last_member_counts() {
    let (number, node, more) = (&[0x28, 1], &[0x32, 2, 8, 1], &[0x32, 2, 0x18, 2]);
    assert_eq!(read(&[node, number]), r#"{"number":1}"#);
    assert_eq!(
        read(&[number, node, more]),
        r#"{"node":{"id":1,"list":[2]}}"#
    );
    assert_eq!(read(&[node, number, more]), r#"{"node":{"list":[2]}}"#);
}

#[test]
fn of_entries_with_one_key_the_last_counts() {
    let entries: [&[u8]; 4] = [
        &[0x22, 5, 10, 1, b'a', 16, 1],
        &[0x22, 5, 10, 1, b'b', 16, 2],
        &[0x22, 5, 10, 1, b'a', 16, 3],
        &[0x22, 0],
    ];
    assert_eq!(read(&entries), r#"{"map":{"b":2,"a":3,"":0}}"#);
}

#[test]
fn what_the_idl_does_not_know_is_skipped() {
    let unknown: [&[u8]; 5] = [
        &[0x78, 1],
        &[0x7a, 2, 1, 2],
        &[0x7b, 8, 1, 0x7b, 0x7c, 0x7c],
        &[0x79, 1, 2, 3, 4, 5, 6, 7, 8],
        // A number where the IDL has a message.
        &[0x10, 1],
    ];
    assert_eq!(read(&unknown), "{}");
    assert_eq!(
        read(&[&[0x18, 1], &[0x78, 1], &[0x18, 2]]),
        r#"{"list":[1,2]}"#
    );
}

/// Each level is read once, or the time would double with each.
#[test]
fn deep_messages_in_parts_take_no_time() {
    let node = message_of(NODE, "Node");
    let mut wire = vec![0x08, 1, 0x08, 2];
    for _ in 0..100 {
        let mut outer = vec![0x08, 1, 0x12];
        let length = wire.len();
        outer.extend([(length & 0x7f) as u8 | 0x80, (length >> 7) as u8]);
        outer.extend(&wire);
        outer.extend([0x08, 2]);
        wire = outer;
    }
    let json = to_json(&node, &wire).expect("it is whole");
    assert_eq!(json.matches("next").count(), 100);
}

#[test]
fn messages_are_no_deeper_than_json() {
    let node = message_of(NODE, "Node");
    let json = |depth: usize| r#"{"next":"#.repeat(depth) + "{}" + &"}".repeat(depth);
    let wire = to_wire(&node, &json(125)).expect("it is not too deep");
    assert_eq!(to_json(&node, &wire), Ok(json(125)));
    let error = to_wire(&node, &json(126)).expect_err("it is too deep");
    assert_eq!(error.problem(), "nested deeper than 126 levels");
    let mut deeper = vec![0x12];
    let length = wire.len();
    deeper.extend([(length & 0x7f) as u8 | 0x80, (length >> 7) as u8]);
    deeper.extend(&wire);
    let error = to_json(&node, &deeper).expect_err("it is too deep");
    assert_eq!(error.problem(), "nested deeper than 126 levels");
}

#[test]
fn every_prefix_of_a_message_is_an_error_or_less() {
    let values = message("mapping.Values");
    let json = r#"{"large":"1","inner":{"id":1},"longs":["1","300"],"counts":{"a":1},"next":{"real":0.5}}"#;
    let wire = to_wire(&values, json).expect("it fits");
    for length in 0..wire.len() {
        if let Ok(less) = to_json(&values, &wire[..length]) {
            assert!(less.len() < json.len(), "{less}");
        }
    }
    for length in 0..json.len() {
        to_wire(&values, &json[..length]).expect_err("it is cut");
    }
}
