//! Constants and defaults.

use streamgen_idl::model::{DefinitionKind, Schema, Value, ValueKind};
use streamgen_idl::{Code, Loaded};

use crate::{clean, codes, common, def, schema, struct_like};

fn constant<'a>(schema: &'a Schema, name: &str) -> &'a Value {
    let found = schema.definitions.iter().find_map(|def| match &def.kind {
        DefinitionKind::Const(found) if def.name == name => Some(&found.value),
        _ => None,
    });
    found.unwrap()
}

/// The value of `const TYPE A = VALUE`.
fn value(ty: &str, value: &str) -> ValueKind {
    let text = format!("enum E {{ X, Y = 7 }} const {ty} A = {value}");
    constant(&schema(&text), "A").kind.clone()
}

fn int(value: i64) -> ValueKind {
    ValueKind::Int(value)
}

#[test]
fn scalars() {
    assert_eq!(value("i8", "-128"), int(-128));
    assert_eq!(value("i64", "9223372036854775807"), int(i64::MAX));
    assert_eq!(value("i32", "-0x1F"), int(-31));
    assert_eq!(value("bool", "true"), ValueKind::Bool(true));
    assert_eq!(value("bool", "0"), ValueKind::Bool(false));
    assert_eq!(value("bool", "3"), ValueKind::Bool(true));
    assert_eq!(value("i32", "true"), int(1));
    assert_eq!(value("double", "false"), ValueKind::Double(0.0));
    assert_eq!(value("double", "7"), ValueKind::Double(7.0));
    assert_eq!(value("double", "-2.5E+7"), ValueKind::Double(-2.5e7));
    assert_eq!(value("string", "'a'"), ValueKind::String("a".into()));
    assert_eq!(
        value("binary", r"'a\xFF'"),
        ValueKind::Binary(vec![b'a', 0xFF])
    );
    let uuid = value("uuid", "'00000000-0000-0000-0000-0000000000ff'");
    assert_eq!(
        uuid,
        ValueKind::Uuid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255])
    );
}

#[test]
fn enum_values_by_name_and_by_number() {
    let numbers = |text: &str| match value("E", text) {
        ValueKind::Enum {
            number, variant, ..
        } => (number, variant),
        other => panic!("{other:?}"),
    };
    assert_eq!(numbers("E.Y"), (7, Some(1)));
    assert_eq!(numbers("7"), (7, Some(1)));
    assert_eq!(numbers("8"), (8, None));
    assert_eq!(value("i32", "E.Y"), int(7));
}

#[test]
fn containers_also_empty_with_the_other_brackets() {
    let kinds = |value: ValueKind| match value {
        ValueKind::List(values) | ValueKind::Set(values) => values
            .into_iter()
            .map(|value| value.kind)
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        kinds(value("list<i32>", "[1, 2; 3]")),
        [int(1), int(2), int(3)]
    );
    assert_eq!(kinds(value("set<i32>", "[3, 1]")), [int(3), int(1)]);
    assert_eq!(value("list<i32>", "{}"), ValueKind::List(Vec::new()));
    assert_eq!(value("map<i32, i32>", "[]"), ValueKind::Map(Vec::new()));
    let ValueKind::Map(entries) = value("map<string, i32>", "{ 'b': 1, 'a': 2 }") else {
        panic!("a map")
    };
    assert_eq!(entries[1].0.kind, ValueKind::String("a".into()));
    assert_eq!(entries[1].1.kind, int(2));
}

#[test]
fn constants_may_use_constants_that_stand_below() {
    let schema =
        clean("const list<i64> A = [B, 2] const i32 B = C const i32 C = 5 const double D = B");
    let a = constant(&schema, "A");
    let ValueKind::List(values) = &a.kind else {
        panic!("A is a list")
    };
    assert_eq!(values[0].kind, int(5));
    assert_eq!(
        values[0].constant,
        Some(def(&schema, "B").id),
        "for documentation"
    );
    assert_eq!(values[1].constant, None);
    assert_eq!(constant(&schema, "D").kind, ValueKind::Double(5.0));
}

#[test]
fn struct_values_name_their_fields() {
    let text = "struct P { 1: required i32 x, 3: optional P next, 4: i32 z = 9 }
         const P A = { 'next': { 'x': 2 }, 'x': 1 }
         struct Q { 1: P p = A, 2: optional P q }";
    let schema = schema(text);
    // Once for each value that is written, not for the constant where it is used.
    assert_eq!(codes(text), [Code::DefaultInValue; 2]);
    let field = &struct_like(&schema, "Q").fields[0];
    let default = field.default.as_ref().unwrap();
    assert_eq!(default.constant, Some(def(&schema, "A").id));
    let ValueKind::Struct { def: of, fields } = &default.kind else {
        panic!("a struct")
    };
    assert_eq!(*of, def(&schema, "P").id);
    let ids: Vec<_> = fields.iter().map(|field| field.id).collect();
    assert_eq!(ids, [3, 1], "in the order of the IDL");
    assert_eq!(fields[1].value.kind, int(1));
    assert_eq!(struct_like(&schema, "Q").fields[1].default, None);
}

#[test]
fn values_look_through_typedefs() {
    clean(
        "enum E { A } typedef E F typedef F G typedef list<G> L typedef i8 Tiny
         const L X = [F.A, G.A, E.A, 0]
         const Tiny Y = 127
         struct S { 1: G g = F.A, 2: L l = X }",
    );
    assert_eq!(
        codes("typedef i8 Tiny const Tiny Y = 128"),
        [Code::ValueOutOfRange]
    );
}

#[test]
fn names_of_included_files() {
    let Loaded {
        schema,
        diagnostics,
        sources,
        ..
    } = common::load_files(
        &[
            (
                "main.thrift",
                "include \"a.b.thrift\"
                 const i32 A = a.b.LIMIT
                 const a.b.Color B = a.b.Color.RED
                 const a.b.Hue C = a.b.Hue.RED
                 struct S { 1: a.b.Point p = a.b.ORIGIN }",
            ),
            (
                "a.b.thrift",
                "const i32 LIMIT = 5 enum Color { RED = 3 } typedef Color Hue
                 struct Point { 1: i32 x } const Point ORIGIN = { 'x': LIMIT }",
            ),
        ],
        &[],
    );
    assert_eq!(common::render(&sources, &diagnostics), "");
    let schema = schema.unwrap();
    assert_eq!(constant(&schema, "A").kind, int(5));
    assert!(matches!(
        constant(&schema, "C").kind,
        ValueKind::Enum { number: 3, .. }
    ));
}

#[test]
fn a_value_that_came_from_a_constant_points_to_where_it_is_named() {
    let loaded = common::load_text("const list<i32> A = [1] struct S { 1: list<i32> l = A }");
    let schema = loaded.schema.unwrap();
    let default = struct_like(&schema, "S").fields[0]
        .default
        .as_ref()
        .unwrap();
    assert_eq!(loaded.sources.snippet(default.span), "A");
}

#[test]
fn constants_that_grow_by_using_each_other_are_bounded() {
    // Depth: each constant is a list of the one before.
    let mut text = String::from("typedef list<i32> T0\nconst T0 L0 = []\n");
    for index in 0..63 {
        text += &format!(
            "typedef list<T{index}> T{0}\nconst T{0} L{0} = [L{index}]\n",
            index + 1
        );
    }
    assert!(codes(&text).iter().all(|code| *code == Code::TypeTooLarge));
    // Chains without nesting may be as long as they like.
    let mut text = String::from("const i32 C0 = 1\n");
    for index in 0..20_000 {
        text += &format!("const i32 C{} = C{index}\n", index + 1);
    }
    let schema = clean(&text);
    assert_eq!(constant(&schema, "C20000").kind, int(1));
}
