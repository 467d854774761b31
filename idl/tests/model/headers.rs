//! Namespaces, file documentation, documentation of definitions.

use streamgen_idl::Code;
use streamgen_idl::model::{DefinitionKind, FileKind};

use crate::{clean, codes, def, schema, struct_like};

#[test]
fn namespaces_are_kept_and_one_becomes_the_module() {
    let schema = clean(
        "namespace go a.b (x = \"y\")\nnamespace * c\nnamespace py.twisted d\nnamespace rs e.type",
    );
    let file = schema.file(schema.root);
    assert_eq!(file.kind, FileKind::Thrift);
    assert_eq!(file.module, ["e", "type"]);
    let scopes: Vec<_> = file
        .namespaces
        .iter()
        .map(|n| (n.scope.as_str(), n.name.as_str()))
        .collect();
    assert_eq!(
        scopes,
        [
            ("go", "a.b"),
            ("*", "c"),
            ("py.twisted", "d"),
            ("rs", "e.type")
        ]
    );
    assert_eq!(file.namespace("*"), Some("c"));
    assert_eq!(file.namespaces[0].annotations.value("x"), Some("y"));
}

#[test]
fn of_two_namespaces_of_one_scope_the_first_counts() {
    let text = "namespace rs a\nnamespace rs b";
    assert_eq!(codes(text), [Code::NamespaceRepeated]);
    let schema = schema(text);
    assert_eq!(schema.file(schema.root).module, ["a"]);
}

#[test]
fn without_a_namespace_the_module_is_the_file() {
    let schema = clean("namespace java com.example");
    assert_eq!(schema.file(schema.root).module, ["main"]);
}

#[test]
fn documentation_goes_to_what_it_stands_at() {
    let schema = clean(
        "// About the file.

         namespace go a

         /**
          * About A,
          *   over lines.
          */
         struct A { // not about a field
             // About a.
             1: i32 a, // not this
             2: i32 b; # About b.

             3: i32 c
         } // not about B
         enum E {
             /* About X. */ X = 1
             Y // About Y.
         }
         typedef i32 T // About T.
         /// About C.
         const i32 C = 1
         # About S.
         service S {
             // About f.
             void f(
                 // About x.
                 1: i32 x
             ) // not about f, it has one
         }",
    );
    assert_eq!(schema.file(schema.root).docs.lines, ["About the file."]);
    assert_eq!(def(&schema, "A").docs.lines, ["About A,", "  over lines."]);
    let fields = &struct_like(&schema, "A").fields;
    let docs: Vec<_> = fields
        .iter()
        .map(|field| field.docs.lines.join("|"))
        .collect();
    assert_eq!(docs, ["About a.", "About b.", ""]);
    let variants = &schema.enumeration(def(&schema, "E").id).unwrap().variants;
    let docs: Vec<_> = variants
        .iter()
        .map(|variant| variant.docs.lines.join("|"))
        .collect();
    assert_eq!(docs, ["About X.", "About Y."]);
    for (name, text) in [("T", "About T."), ("C", "About C."), ("S", "About S.")] {
        assert_eq!(def(&schema, name).docs.lines, [text]);
    }
    assert!(def(&schema, "E").docs.is_empty());
    let DefinitionKind::Service(service) = &def(&schema, "S").kind else {
        panic!("S is a service")
    };
    assert_eq!(service.methods[0].docs.lines, ["About f."]);
    assert_eq!(service.methods[0].args[0].docs.lines, ["About x."]);
}

#[test]
fn annotations_keep_their_order_their_repetitions_and_their_raw_text() {
    let schema = clean(
        r#"struct A {
            1: map<string (k = "1"), i32> (t = "2") a (f = "3", f = '4', deprecated, re = "^\d+\n\"x\"")
        } (s = "5")"#,
    );
    assert_eq!(def(&schema, "A").annotations.value("s"), Some("5"));
    let field = &struct_like(&schema, "A").fields[0];
    assert_eq!(field.ty.annotations.value("t"), Some("2"));
    let streamgen_idl::model::TypeKind::Map(key, _) = &field.ty.kind else {
        panic!("a is a map")
    };
    assert_eq!(key.annotations.value("k"), Some("1"));
    let annotations = &field.annotations;
    let all: Vec<_> = annotations
        .all("f")
        .map(|entry| entry.value.as_deref())
        .collect();
    assert_eq!(all, [Some("3"), Some("4")]);
    assert_eq!(annotations.value("f"), Some("4"), "the last one counts");
    assert!(annotations.has("deprecated"));
    assert_eq!(annotations.value("deprecated"), None);
    // `\d` is no escape, so nothing is decoded but the quotes.
    assert_eq!(annotations.value("re"), Some(r#"^\d+\n"x""#));
    assert_eq!(
        annotations.get("re").unwrap().raw.as_deref(),
        Some(r#"^\d+\n\"x\""#)
    );
}

#[test]
fn annotations_stand_wherever_one_of_the_compilers_takes_them() {
    clean(
        "struct A { 1: i32 (a) a (b) } (c)
         enum E { X = 1 (a), Y (b = \"1\";) } ()
         typedef list<i32 (a)> (b) T (c)
         typedef A (a) U
         const i32 (a) C = 1 (b)
         exception X {} (a)
         service S {
             void (a) f(1: i32 (b) x (c)) throws (1: X (d) e (f)) (g)
             i32 (a) g() (b)
         } (c)",
    );
}
