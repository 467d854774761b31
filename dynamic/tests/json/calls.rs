//! Requests and responses of methods.

use streamgen_dynamic::{JsonOptions, Method, Mode, Provider, Reply};

const IDL: &str = r#"
struct Item { 1: i32 id }
exception NotFound { 1: i32 code }
exception Denied { 1: string why }
service Shop {
    Item Get(5: i32 id) throws (1: NotFound missing, 2: Denied denied),
    void Put(1: Item item),
    i32 Add(1: i32 a, 2: i32 b = 7),
    string Ping(),
    oneway void Note(1: string text),
    Item Watch(1: Item item) (streaming.mode = "server"),
    Item Look(1: Item item) (streaming.mode = "unary"),
}"#;

fn method(name: &str) -> Method {
    let schema = Provider::text("shop.thrift", IDL).load();
    let service = schema.expect("the IDL is right").service("Shop");
    let method = service.expect("it is there").method(name);
    method.expect("it is there")
}

/// The request on the wire and back.
fn request(name: &str, json: &str) -> (Vec<u8>, String) {
    let (method, options) = (method(name), JsonOptions::new());
    let (mut wire, mut back) = (Vec::new(), Vec::new());
    let put = method.request_to_wire(json.as_bytes(), &options, &mut wire);
    put.expect("it fits");
    let read = method.request_to_json(&wire, &options, &mut back);
    read.expect("it is whole");
    (wire, String::from_utf8(back).expect("JSON is UTF-8"))
}

#[test]
fn the_one_argument_is_the_message() {
    let (wire, back) = request("Get", "7");
    assert_eq!(wire, [8, 0, 5, 0, 0, 0, 7, 0]);
    assert_eq!(back, "7");
    let (wire, back) = request("Look", r#"{"id":1}"#);
    assert_eq!(wire, [12, 0, 1, 8, 0, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(back, r#"{"id":1}"#);
}

#[test]
fn a_stream_carries_the_struct_itself() {
    let (wire, back) = request("Watch", r#"{"id":1}"#);
    assert_eq!(wire, [8, 0, 1, 0, 0, 0, 1, 0]);
    assert_eq!(back, r#"{"id":1}"#);
}

#[test]
fn several_arguments_are_an_object() {
    let (wire, back) = request("Add", r#"{"a":1,"b":2}"#);
    assert_eq!(wire, [8, 0, 1, 0, 0, 0, 1, 8, 0, 2, 0, 0, 0, 2, 0]);
    assert_eq!(back, r#"{"a":1,"b":2}"#);
    let (_, back) = request("Add", "{}");
    assert_eq!(back, r#"{"a":0,"b":7}"#);
    let (wire, back) = request("Ping", "{}");
    assert_eq!((wire, back.as_str()), (vec![0], "{}"));
}

#[test]
fn modes_are_those_of_the_idl() {
    let modes = ["Get", "Note", "Watch", "Look"].map(|name| method(name).mode());
    let expected = [
        Mode::PingPong,
        Mode::OneWay,
        Mode::ServerStreaming,
        Mode::Unary,
    ];
    assert_eq!(modes, expected);
}

fn reply(method: &Method, wire: &[u8]) -> Result<(Reply, String), String> {
    let mut json = Vec::new();
    let reply = method.response_to_json(wire, &JsonOptions::new(), &mut json);
    let reply = reply.map_err(|error| error.to_string())?;
    Ok((reply, String::from_utf8(json).expect("JSON is UTF-8")))
}

#[test]
fn a_reply_is_a_value_nothing_or_an_exception() {
    let (get, put, options) = (method("Get"), method("Put"), JsonOptions::new());
    let mut wire = Vec::new();
    get.response_to_wire(br#"{"id":3}"#, &options, &mut wire)
        .expect("it fits");
    assert_eq!(reply(&get, &wire), Ok((Reply::Value, r#"{"id":3}"#.into())));

    wire.clear();
    put.response_to_wire(b"null", &options, &mut wire)
        .expect("it is void");
    assert_eq!(reply(&put, &wire), Ok((Reply::Void, String::new())));

    wire.clear();
    let thrown = get.exception_to_wire("denied", br#"{"why":"no"}"#, &options, &mut wire);
    thrown.expect("it is declared");
    let denied = Reply::Exception("denied".into());
    assert_eq!(reply(&get, &wire), Ok((denied, r#"{"why":"no"}"#.into())));
}

#[test]
fn a_reply_without_a_result_is_an_error() {
    assert_eq!(
        reply(&method("Get"), &[0]),
        Err("$: the result is not there (shop.thrift:6)".into())
    );
    // What a newer peer may throw is unknown, and so is not a result.
    assert_eq!(
        reply(&method("Get"), &[12, 0, 9, 0, 0]),
        Err("$: the result is not there (shop.thrift:6)".into())
    );
}

#[test]
fn what_a_method_does_not_have_cannot_be_sent() {
    let options = JsonOptions::new();
    let thrown = method("Get").exception_to_wire("denid", b"{}", &options, &mut Vec::new());
    assert_eq!(
        thrown.expect_err("it is not declared").to_string(),
        "$: method Get has no exception `denid`; did you mean `denied`? (shop.thrift:6)"
    );
    let result = method("Put").response_to_wire(b"1", &options, &mut Vec::new());
    assert_eq!(
        result.expect_err("it is void").to_string(),
        "$: expected null: the method is void (shop.thrift:7)"
    );
}
