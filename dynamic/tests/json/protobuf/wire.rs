//! Fields in any order, in several parts, or unknown: what other writers may leave.

use streamgen_dynamic::JsonOptions;

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

/// A message under this number, of less than 16 KiB.
fn framed(number: u8, message: &[u8]) -> Vec<u8> {
    let length = message.len();
    let head = [
        number << 3 | 2,
        (length & 0x7f) as u8 | 0x80,
        (length >> 7) as u8,
    ];
    [&head[..], message].concat()
}

/// Each of fifty messages is in two parts, so that reading the innermost takes a copy of each around it.
fn in_parts(nest: impl Fn(&[u8]) -> Vec<u8>, path: &str) {
    let node = message_of(NODE, "Node");
    let wire = (0..50).fold(vec![0x18; 2000], |wire, _| nest(&wire));
    let read = |max| {
        let options = JsonOptions::new().max_bytes(max);
        node.to_json(&wire, &options, &mut Vec::new())
    };
    read(1_000_000).expect("there is room for fifty copies");
    let error = read(20_000).expect_err("there is room for nine");
    assert_eq!(
        error.problem(),
        "messages in parts that hold others take more than 20000 bytes"
    );
    assert!(error.path().starts_with(path), "{error}");
}

#[test]
fn messages_in_parts_take_no_more_memory_than_one_message_may() {
    let id = framed(2, &[8, 1]);
    in_parts(
        |message| [framed(2, message), id.clone()].concat(),
        "$.next.next",
    );
    in_parts(
        |message| framed(7, &[framed(2, message), id.clone()].concat()),
        r#"$.nodes[""].nodes[""]"#,
    );
}

#[test]
fn json_in_parts_is_merged_as_any_message() {
    let known = message("mapping.Known");
    // A `Value` with two lists, then one with a string between them.
    let lists = [0x32, 12, 0x32, 4, 10, 2, 0x20, 1, 0x32, 4, 10, 2, 0x20, 0];
    let json = r#"{"value":[true,false]}"#;
    assert_eq!(to_json(&known, &lists).as_deref(), Ok(json));
    let other = [
        0x32, 15, 0x32, 4, 10, 2, 0x20, 1, 0x1a, 1, b'x', 0x32, 4, 10, 2, 0x20, 0,
    ];
    let json = r#"{"value":[false]}"#;
    assert_eq!(to_json(&known, &other).as_deref(), Ok(json));
    // A member of a `Struct` whose value is there twice, the second time without anything.
    let twice = [0x2a, 11, 10, 9, 10, 1, b'a', 18, 2, 0x20, 1, 18, 0];
    let json = r#"{"struct":{"a":true}}"#;
    assert_eq!(to_json(&known, &twice).as_deref(), Ok(json));
}

/// Some writers extend numbers of 32 bits to 64; what is above them does not count.
#[test]
fn numbers_of_32_bits_have_32_bits() {
    let values = message("mapping.Values");
    let above: [&[u8]; 3] = [
        &[0x10, 0x80, 0x80, 0x80, 0x80, 0x10],
        &[0x20, 0x80, 0x80, 0x80, 0x80, 0x20],
        &[0x30, 0x80, 0x80, 0x80, 0x80, 0x70],
    ];
    assert_eq!(to_json(&values, &above.concat()).as_deref(), Ok("{}"));
    let deltas = [0x9a, 2, 5, 0x81, 0x80, 0x80, 0x80, 0x10];
    let json = r#"{"deltas":[-1]}"#;
    assert_eq!(to_json(&values, &deltas).as_deref(), Ok(json));
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
    let mut read = 0;
    for length in 0..wire.len() {
        if let Ok(less) = to_json(&values, &wire[..length]) {
            assert!(less.len() < json.len(), "{less}");
            read += 1;
        }
    }
    // Behind none and each of the fields but the last, and between the elements of the map and the list.
    assert_eq!(read, 5);
    for length in 0..json.len() {
        to_wire(&values, &json[..length]).expect_err("it is cut");
    }
}
