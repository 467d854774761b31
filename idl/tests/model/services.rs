//! Services and methods.

use streamgen_idl::Code;
use streamgen_idl::model::{Method, Requiredness, Schema, StreamingMode, TypeKind};

use crate::{clean, codes, common, def, schema};

fn method<'a>(schema: &'a Schema, name: &str) -> &'a Method {
    let services = schema
        .services_of(schema.root)
        .flat_map(|(_, service)| &service.methods);
    services
        .into_iter()
        .find(|method| method.name == name)
        .unwrap()
}

#[test]
fn arguments_results_and_exceptions() {
    let schema = clean(
        "exception X {} exception Z {} typedef Z Y
         service S {
             void a()
             i32 b(1: i32 x, 3: required string y = 'd') throws (1: X x, 2: Y y)
             oneway void c(1: i32 x)
             void d() throws ()
         }",
    );
    let b = method(&schema, "b");
    assert_eq!(b.result.as_ref().map(|ty| &ty.kind), Some(&TypeKind::I32));
    let ids: Vec<_> = b
        .args
        .iter()
        .map(|arg| (arg.id, arg.requiredness))
        .collect();
    assert_eq!(
        ids,
        [(1, Requiredness::Default), (3, Requiredness::Required)]
    );
    assert!(b.args[1].default.is_some());
    assert_eq!(b.throws.len(), 2);
    assert_eq!(method(&schema, "a").result, None);
    assert!(method(&schema, "c").oneway && !b.oneway);
    assert!(method(&schema, "d").throws.is_empty());
}

#[test]
fn streaming_modes() {
    let schema = clean(
        "struct M {} typedef M N union U {} exception X {}
         service S {
             M a(1: M m)
             M b(1: M m) (streaming.mode = 'unary')
             N c(1: U m) (streaming.mode = \"client\")
             X d(1: X m) (a = 'b', streaming.mode = 'server')
             M e(1: N m) (streaming.mode = 'bidirectional')
             void f(1: M m) (streaming.mode = 'unary')
         }",
    );
    let modes: Vec<_> = ["a", "b", "c", "d", "e", "f"]
        .map(|name| method(&schema, name).mode)
        .to_vec();
    assert_eq!(
        modes,
        [
            StreamingMode::PingPong,
            StreamingMode::Unary,
            StreamingMode::ClientStreaming,
            StreamingMode::ServerStreaming,
            StreamingMode::Bidirectional,
            StreamingMode::Unary,
        ]
    );
    assert!(!modes[1].is_streaming() && modes[2].is_streaming());
    assert_eq!(
        method(&schema, "d").annotations.value("streaming.mode"),
        Some("server")
    );
}

#[test]
fn inherited_methods_come_first_and_know_their_origin() {
    let loaded = common::load_files(
        &[
            (
                "main.thrift",
                "include 'base.thrift'\nservice C extends B { void c() }\nservice B extends base.A { void b1(), void b2() }",
            ),
            ("base.thrift", "service A { void a() }"),
        ],
        &[],
    );
    let schema = loaded.schema.unwrap();
    let methods: Vec<_> = schema
        .methods_of(def(&schema, "C").id)
        .iter()
        .map(|found| {
            (
                schema.def(found.origin).name.clone(),
                found.method.name.clone(),
            )
        })
        .collect();
    let expected = [("A", "a"), ("B", "b1"), ("B", "b2"), ("C", "c")];
    assert_eq!(methods, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn methods_that_differ_in_case_are_two_methods() {
    clean("service S { void foo_bar(), void fooBar() } service Empty {}");
}

#[test]
fn ids_of_arguments_are_counted_like_those_of_fields() {
    let text = "service S { void f(i32 a, i32 b) }";
    assert_eq!(codes(text), [Code::ImplicitFieldId, Code::ImplicitFieldId]);
    let schema = schema(text);
    assert_eq!(method(&schema, "f").args[1].id, 2);
}
