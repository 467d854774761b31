//! Where an IDL comes from, and what is wrong with it.

use streamgen_dynamic::{JsonOptions, Provider};

use crate::to_wire;

#[test]
fn includes_are_found_among_the_texts() {
    let echo = "include \"../base/base.thrift\"
                service Echo extends base.Base { base.Item Call(1: base.Item item) }";
    let base = "struct Item { 1: i32 id } service Base { void Ping() }";
    let texts = [("idl/echo.thrift", echo), ("base/base.thrift", base)];
    let schema = Provider::texts("idl/echo.thrift", texts).load();
    let schema = schema.expect("the include is there");
    let service = schema.last_service().expect("there is one");
    let methods: Vec<_> = service
        .methods()
        .map(|method| method.name().to_owned())
        .collect();
    assert_eq!(methods, ["Ping", "Call"]);
    assert!(schema.message("base.Item").is_ok());
}

#[test]
fn an_include_that_is_missing_is_an_error() {
    let provider = Provider::text("echo.thrift", "include \"base.thrift\"");
    assert_eq!(
        provider.load().expect_err("it is missing").to_string(),
        "echo.thrift:1:9: cannot find the included file `base.thrift`"
    );
}

#[test]
fn a_file_is_read_with_what_it_includes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../interop/idl/codec/");
    let schema = Provider::file(format!("{folder}codec.thrift")).load();
    let schema = schema.expect("the files are there");
    assert!(schema.message("shapes.Tree").is_ok());
    assert!(schema.message("Everything").is_ok());
}

#[test]
fn every_error_of_the_idl_has_its_place() {
    let idl = "struct A { 1: Nothing a }\nstruct B { 1: i32 b, 1: i32 c }";
    let error = Provider::text("bad.thrift", idl).load();
    let error = error.expect_err("it has two errors");
    let errors: Vec<_> = error.errors().collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("bad.thrift:1:15: "), "{errors:?}");
    assert!(errors[1].starts_with("bad.thrift:2:"), "{errors:?}");
}

#[test]
fn two_fields_of_one_name_in_json_are_an_error() {
    let idl = "struct A {\n  1: i32 id,\n  2: i32 other (go.tag = 'json:\"id\"'),\n}";
    let error = Provider::text("bad.thrift", idl)
        .load()
        .expect_err("both are id");
    assert_eq!(
        error.to_string(),
        "bad.thrift:3: two fields have the name \"id\" in JSON, the other one in line 2; \
         change a go.tag, or read the IDL with go_tag(false)"
    );
    let schema = Provider::text("bad.thrift", idl).go_tag(false).load();
    assert!(schema.is_ok());
}

#[test]
fn tags_of_go_can_be_switched_off() {
    let idl = "struct A { 1: optional i32 id (go.tag = 'json:\"ID\"') }";
    let with = Provider::text("a.thrift", idl).load().expect("it is right");
    let without = Provider::text("a.thrift", idl).go_tag(false).load();
    let (with, without) = (
        with.message("A"),
        without.expect("it is right").message("A"),
    );
    let wire = [8, 0, 1, 0, 0, 0, 5, 0];
    assert_eq!(
        to_wire(&with.expect("A"), r#"{"ID":5}"#).as_deref(),
        Ok(&wire[..])
    );
    assert_eq!(
        to_wire(&without.expect("A"), r#"{"id":5}"#).as_deref(),
        Ok(&wire[..])
    );
}

#[test]
fn who_holds_a_schema_goes_on_with_it() {
    let first = Provider::text("a.thrift", "struct A { 1: optional i32 id }");
    let second = Provider::text("a.thrift", "struct A { 2: optional i32 id }");
    let held = first.load().expect("it is right").message("A").expect("A");
    let fresh = second.load().expect("it is right").message("A").expect("A");
    let ids = [&held, &fresh].map(|message| {
        let mut wire = Vec::new();
        let put = message.to_wire(br#"{"id":5}"#, &JsonOptions::new(), &mut wire);
        put.map(|()| wire[2])
    });
    assert_eq!(ids, [Ok(1), Ok(2)]);
}

#[test]
fn names_that_are_not_there_get_a_hint() {
    let idl = "struct Item {} service Echo { void Call(1: Item item) }";
    let schema = Provider::text("a.thrift", idl).load().expect("it is right");
    let error = |found: Result<(), streamgen_dynamic::NotFound>| {
        found.expect_err("it is not there").to_string()
    };
    assert_eq!(
        error(schema.service("Ecko").map(drop)),
        "the IDL has no service `Ecko`; did you mean `Echo`?"
    );
    assert_eq!(
        error(schema.message("Items").map(drop)),
        "the IDL has no struct `Items`; did you mean `Item`?"
    );
    let service = schema.service("Echo").expect("it is there");
    assert_eq!(
        error(service.method("Coll").map(drop)),
        "service Echo has no method `Coll`; did you mean `Call`?"
    );
}
