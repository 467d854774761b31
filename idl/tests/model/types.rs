//! Types, typedefs, enums.

use streamgen_idl::Code;
use streamgen_idl::model::{DefinitionKind, TypeKind};

use crate::{clean, codes, def, schema, struct_like};

#[test]
fn base_types_and_containers() {
    let schema = schema(
        "struct A {
            1: bool a, 2: byte b, 3: i8 c, 4: i16 d, 5: i32 e, 6: i64 f, 7: double g, 8: string h,
            9: binary i, 10: uuid j, 11: list<i32> k, 12: set<string> l, 13: map<i64, list<bool>> m
        }",
    );
    let kinds: Vec<_> = struct_like(&schema, "A")
        .fields
        .iter()
        .map(|field| &field.ty.kind)
        .collect();
    assert!(matches!(
        kinds[..10],
        [
            TypeKind::Bool,
            TypeKind::I8,
            TypeKind::I8,
            TypeKind::I16,
            TypeKind::I32,
            TypeKind::I64,
            TypeKind::Double,
            TypeKind::String,
            TypeKind::Binary,
            TypeKind::Uuid
        ]
    ));
    assert!(matches!(kinds[10], TypeKind::List(element) if element.kind == TypeKind::I32));
    assert!(matches!(kinds[11], TypeKind::Set(element) if element.kind == TypeKind::String));
    let TypeKind::Map(key, value) = kinds[12] else {
        panic!("m is a map")
    };
    assert_eq!(key.kind, TypeKind::I64);
    assert!(matches!(&value.kind, TypeKind::List(element) if element.kind == TypeKind::Bool));
}

#[test]
fn types_may_be_defined_later_and_lead_back_through_structs() {
    let schema =
        clean("struct A { 1: optional B b, 2: list<A> c } typedef C B struct C { 1: A a }");
    let field = &struct_like(&schema, "A").fields[0];
    assert_eq!(field.ty.kind, TypeKind::Named(def(&schema, "B").id));
    assert_eq!(
        *schema.resolve(&field.ty),
        TypeKind::Named(def(&schema, "C").id)
    );
}

#[test]
fn a_type_span_covers_the_type_and_not_what_follows() {
    let text = "struct A { 1: optional map<i32,\n list<A>> /* c */ (x) a = {} }";
    let loaded = crate::load_text(text);
    let schema = loaded.schema.unwrap();
    let field = &struct_like(&schema, "A").fields[0];
    assert_eq!(loaded.sources.snippet(field.ty.span), "map<i32,\n list<A>>");
    assert_eq!(loaded.sources.snippet(field.name_span), "a");
    assert_eq!(
        loaded.sources.snippet(field.span),
        "1: optional map<i32,\n list<A>> /* c */ (x) a = {}"
    );
    assert_eq!(loaded.sources.snippet(def(&schema, "A").span), text);
}

#[test]
fn typedefs_of_everything_that_is_a_type() {
    clean(
        "struct S {} union U {} exception X {} enum E {}
         typedef S A typedef U B typedef X C typedef E D typedef A F typedef map<D, list<A>> G
         struct T { 1: G g }",
    );
}

#[test]
fn long_chains_need_no_stack() {
    let mut text = String::from("struct T0 { 1: T20000 t }\n");
    for index in 0..20_000 {
        text += &format!("struct T{} {{ 1: required T{index} t }}\n", index + 1);
    }
    let found = codes(&text);
    assert_eq!(found, [], "the first one is not required, so the ring ends");

    let mut text = String::from("struct S {}\ntypedef S T0\n");
    for index in 0..20_000 {
        text += &format!("typedef T{index} T{}\n", index + 1);
    }
    assert!(codes(&text).iter().all(|code| *code == Code::TypeTooLarge));
}

#[test]
fn enum_numbers_count_up_from_zero() {
    let schema = clean("enum E { A, B = 5, C, D = -3, F, G = 0x10 } enum Empty {}");
    let DefinitionKind::Enum(found) = &def(&schema, "E").kind else {
        panic!("E is an enum")
    };
    let numbers: Vec<_> = found
        .variants
        .iter()
        .map(|v| (v.name.as_str(), v.number))
        .collect();
    assert_eq!(
        numbers,
        [
            ("A", 0),
            ("B", 5),
            ("C", 6),
            ("D", -3),
            ("F", -2),
            ("G", 16)
        ]
    );
    assert_eq!(found.position_of(-2), Some(4));
    assert_eq!(found.position_of(99), None);
}

#[test]
fn types_services_and_constants() {
    // Constants have a table of their own.
    clean("struct A {} const i32 A = 1 service S {} const i32 S = A");
}
