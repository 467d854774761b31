//! Structs, unions, exceptions and their fields.

use streamgen_idl::Code;
use streamgen_idl::model::{Requiredness, StructKind};

use crate::{clean, codes, schema, struct_like};

#[test]
fn the_three_kinds() {
    let schema = clean("struct A {} union B { 1: i32 a } exception C { 1: string message }");
    let kinds: Vec<_> = ["A", "B", "C"]
        .map(|name| struct_like(&schema, name).kind)
        .to_vec();
    assert_eq!(
        kinds,
        [StructKind::Struct, StructKind::Union, StructKind::Exception]
    );
}

#[test]
fn requiredness() {
    let schema = clean("struct A { 1: required i32 a, 2: optional i32 b, 3: i32 c }");
    let found: Vec<_> = struct_like(&schema, "A")
        .fields
        .iter()
        .map(|field| field.requiredness)
        .collect();
    assert_eq!(
        found,
        [
            Requiredness::Required,
            Requiredness::Optional,
            Requiredness::Default
        ]
    );
}

#[test]
fn missing_ids_are_counted_as_in_kitex() {
    let schema = schema("struct A { i32 a, 5: i32 b, i32 c, -3: i32 d, i32 e }");
    let fields = &struct_like(&schema, "A").fields;
    let ids: Vec<_> = fields
        .iter()
        .map(|field| (field.id, field.explicit_id))
        .collect();
    assert_eq!(
        ids,
        [(1, false), (5, true), (6, false), (-3, true), (-2, false)]
    );
}

#[test]
fn ids_of_any_notation() {
    let schema = schema("struct A { 0x10: i32 a, 007: i32 b, +8: i32 c, 0o11: i32 d }");
    let ids: Vec<_> = struct_like(&schema, "A")
        .fields
        .iter()
        .map(|field| field.id)
        .collect();
    assert_eq!(ids, [16, 7, 8, 9]);
    // Kitex reads ids as decimal, so a leading zero is harmless.
    assert_eq!(codes("struct A { 007: i32 b }"), []);
}

#[test]
fn an_ampersand_asks_for_a_pointer() {
    let schema = clean("struct A { 1: optional A & next, 2: i32 a }");
    let found: Vec<_> = struct_like(&schema, "A")
        .fields
        .iter()
        .map(|field| field.by_reference)
        .collect();
    assert_eq!(found, [true, false]);
}

#[test]
fn one_mistake_gives_one_message_and_hides_no_other() {
    let text = "struct A { 1: Missing a = 5 } const A C = { \"a\": 1 } typedef A B const B D = C
        service S { B f(1: B b) (streaming.mode = \"server\") } service T extends S { void f() }";
    assert_eq!(codes(text), [Code::UnknownType, Code::MethodRedeclared]);
    let text = "struct A { 1: Missing a = 5, 99999: i32 b = 'b', 2: Gone c } const A C = { 'd': 1 }
        service S { A f(1: Missing b) throws (1: A a) (streaming.mode = \"bidi\") }";
    assert_eq!(
        codes(text),
        [
            Code::UnknownType,
            Code::FieldIdOutOfRange,
            Code::ValueTypeMismatch,
            Code::UnknownType,
            Code::UnknownFieldInValue,
            Code::UnknownType,
            Code::StreamingThrows,
            Code::ThrowsNotException,
            Code::InvalidStreamingMode,
        ]
    );
}
