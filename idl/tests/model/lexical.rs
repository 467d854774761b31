//! Text: blanks, comments, separators, words (thrift-idl.md 2, 3).

use streamgen_idl::Code;

use crate::{clean, codes, def, schema, struct_like};

#[test]
fn files_without_definitions() {
    for text in [
        "",
        "\n",
        "// only a comment",
        "/* only a comment */",
        "#",
        "namespace go a",
    ] {
        assert_eq!(clean(text).definitions, []);
    }
}

#[test]
fn every_line_end_and_blank() {
    let schema = clean("struct A {\r\n1: i32 a // x\r2: i32 b\x0B;\x0C3: i32 c\n}");
    assert_eq!(struct_like(&schema, "A").fields.len(), 3);
}

#[test]
fn comments_between_any_two_tokens() {
    clean(
        "/*a*/namespace/*b*/go/*c*/x/*d*/
         struct/*e*/A/*f*/{/*g*/1/*h*/:/*i*/required/*j*/map/*k*/</*l*/i32/*m*/,/*n*/i32/*o*/>/*p*/a
         # q
         =// r
         {/**/}/*s*/,/*t*/}
         service/*u*/S/*v*/{/*w*/oneway/*x*/void/*y*/f/*z*/(/**/)/**/}",
    );
}

#[test]
fn separators_are_optional_and_interchangeable() {
    clean(
        "namespace go a;
         struct A { 1: i32 a, 2: i32 b; 3: i32 c } (x = \"1\"; y = \"2\" z = \"3\",);
         enum E { A, B; C },
         typedef i32 T,
         const list<i32> L = [1, 2; 3 4,];
         const map<i32, i32> M = { 1: 2, 3: 4; 5: 6 7: 8 };
         const i32 N = 1, (a = \"b\")
         const i32 O = 1 (a = \"b\");
         service S { void f(1: i32 a; 2: i32 b), void g(); void h() };",
    );
    for doubled in [
        "struct A { 1: i32 a,, }",
        "const list<i32> A = [,]",
        "enum E { ; }",
        "struct A { 1: i32 a;, }",
    ] {
        assert_eq!(codes(doubled), [Code::SyntaxError], "{doubled}");
    }
}

#[test]
fn keywords_are_names_where_no_keyword_can_stand() {
    let schema = clean(
        "struct struct { 1: i32 list, 2: string string, 3: i32 namespace, 4: bool required, 5: i32 optional }
         enum enum { const, void, true_value }
         service service { void void(1: i32 oneway), i32 throws(), i32 extends() }
         struct list { 1: list a, 2: optional list b, 3: required struct c, 4: enum e }
         typedef i32 oneway
         service S2 { oneway f(), oneway void g(), oneway h(1: oneway a) }",
    );
    let fields = &struct_like(&schema, "struct").fields;
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(
        names,
        ["list", "string", "namespace", "required", "optional"]
    );
    let service = schema.service(def(&schema, "S2").id).unwrap();
    let oneway: Vec<_> = service
        .methods
        .iter()
        .map(|m| (m.oneway, m.result.is_some()))
        .collect();
    assert_eq!(oneway, [(false, true), (true, false), (false, true)]);
}

#[test]
fn a_keyword_ends_at_a_word_boundary() {
    let schema = clean(
        "struct stringy {} struct i32x {} struct listing {} struct requiredThing {} struct optionali32 {}
         struct A { 1: stringy a, 2: i32x b, 3: listing c, 4: requiredThing d, 5: optionali32 e }",
    );
    assert_eq!(struct_like(&schema, "A").fields.len(), 5);
    assert_eq!(codes("structA {}"), [Code::SyntaxError]);
}

#[test]
fn leftovers_of_other_languages_are_read_and_ignored() {
    clean(
        "cpp_include \"<vector>\"
         struct A xsd_all {
             1: map cpp_type \"M\" <i32, i32> a xsd_optional,
             2: list<i32> cpp_type \"L\" b xsd_nillable xsd_optional,
             3: set cpp_type \"S\" <i32> c xsd_attrs { 1: i32 x } (a = \"b\"),
         }",
    );
}

#[test]
fn strings_in_either_quotes_over_lines_and_with_escapes() {
    let schema = schema("const string A = 'say \"hi\"'\nconst string B = \"two\nlines\\t\\u65b0\"");
    let text = |name| match &def(&schema, name).kind {
        streamgen_idl::model::DefinitionKind::Const(found) => found.value.kind.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        text("A"),
        streamgen_idl::model::ValueKind::String("say \"hi\"".into())
    );
    assert_eq!(
        text("B"),
        streamgen_idl::model::ValueKind::String("two\nlines\t新".into())
    );
}
