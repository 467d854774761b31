//! What a `.proto` says, in the shared AST.

mod common;

use std::path::Path;

use common::{Memory, load_files};
use streamgen_idl::model::{
    DefinitionKind, Encoding, FileKind, Requiredness, Schema, StreamingMode, StructLike, TypeKind,
    ValueKind,
};
use streamgen_idl::prost_types::FileDescriptorSet;
use streamgen_idl::{Code, LoadOptions, Loaded, load};

fn schema(text: &str) -> Schema {
    let loaded = load_files(&[("main.proto", text)], &[]);
    let said = common::render(&loaded.sources, &loaded.diagnostics);
    loaded.schema.unwrap_or_else(|| panic!("{said}"))
}

fn message<'a>(schema: &'a Schema, name: &str) -> &'a StructLike {
    let found = schema.definitions.iter().find(|def| def.name == name);
    match &found.unwrap().kind {
        DefinitionKind::Struct(found) => found,
        other => panic!("{other:?}"),
    }
}

/// The name of every field with its type in debug form, spans left out.
fn types(schema: &Schema, name: &str) -> Vec<(String, String)> {
    fn shown(kind: &TypeKind) -> String {
        match kind {
            TypeKind::List(item) => format!("[{}]", shown(&item.kind)),
            TypeKind::Map(key, value) => {
                format!("{{{}: {}}}", shown(&key.kind), shown(&value.kind))
            }
            TypeKind::Named(_) => "named".to_owned(),
            other => format!("{other:?}"),
        }
    }
    let fields = &message(schema, name).fields;
    let entry = |field: &streamgen_idl::model::Field| (field.name.clone(), shown(&field.ty.kind));
    fields.iter().map(entry).collect()
}

#[test]
fn every_scalar_has_its_type_and_encoding() {
    let text = "syntax = \"proto3\"; message M {
        double a = 1; float b = 2; int32 c = 3; int64 d = 4; uint32 e = 5; uint64 f = 6;
        sint32 g = 7; sint64 h = 8; fixed32 i = 9; fixed64 j = 10; sfixed32 k = 11;
        sfixed64 l = 12; bool m = 13; string n = 14; bytes o = 15; }";
    let schema = schema(text);
    let found: Vec<_> = types(&schema, "M").into_iter().map(|(_, ty)| ty).collect();
    let expected = "Double Float I32 I64 U32 U64 I32 I64 U32 U64 I32 I64 Bool String Binary";
    assert_eq!(found.join(" "), expected);
    let encodings = message(&schema, "M")
        .fields
        .iter()
        .map(|field| field.encoding);
    let zigzag = encodings.clone().filter(|e| *e == Encoding::ZigZag).count();
    let fixed = encodings.filter(|e| *e == Encoding::Fixed).count();
    assert_eq!((zigzag, fixed), (2, 4));
}

#[test]
fn maps_have_the_encodings_of_their_keys_and_values() {
    let text =
        "syntax = \"proto3\"; message M { map<sint32, fixed64> a = 1; map<string, M> b = 2; }";
    let schema = schema(text);
    let fields = message(&schema, "M").fields.iter();
    let found: Vec<_> = fields.map(|one| (one.key_encoding, one.encoding)).collect();
    let (plain, zigzag) = (Encoding::Plain, Encoding::ZigZag);
    assert_eq!(found, [(zigzag, Encoding::Fixed), (plain, plain)]);
}

#[test]
fn fields_have_their_names_in_json() {
    let text =
        "syntax = \"proto3\"; message M { int32 user_id = 1; int32 b = 2 [json_name = \"B b\"]; }";
    let schema = schema(text);
    let names = message(&schema, "M").fields.iter();
    let names: Vec<_> = names.map(|field| field.json_name.as_deref()).collect();
    assert_eq!(names, [Some("userId"), Some("B b")]);
}

#[test]
fn presence_follows_the_syntax() {
    let requiredness = |text: &str| -> Vec<_> {
        let schema = schema(text);
        let fields = &message(&schema, "M").fields;
        fields.iter().map(|field| field.requiredness).collect()
    };
    use Requiredness::{Default, Optional, Required};
    assert_eq!(
        requiredness(
            "syntax = \"proto2\"; message M { required int32 a = 1; optional int32 b = 2;
             repeated int32 c = 3; }"
        ),
        [Required, Optional, Default]
    );
    assert_eq!(
        requiredness(
            "syntax = \"proto3\"; message M { int32 a = 1; optional int32 b = 2; M c = 3;
             repeated int32 d = 4; oneof e { int32 f = 5; } map<string, M> g = 6; }"
        ),
        [Default, Optional, Optional, Default, Optional, Default]
    );
}

#[test]
fn lists_maps_groups_and_oneofs() {
    let schema = schema(
        "syntax = \"proto2\"; message M { repeated int32 a = 1 [packed = true];
         map<int64, M> b = 2; optional group Group = 3 { optional string x = 1; }
         oneof choice { string c = 4; M d = 5; } oneof other { bool e = 6; } }",
    );
    let found = types(&schema, "M");
    let found: Vec<_> = found.iter().map(|(n, ty)| format!("{n} {ty}")).collect();
    let expected = [
        "a [I32]",
        "b {I64: named}",
        "group named",
        "c String",
        "d named",
        "e Bool",
    ];
    assert_eq!(found, expected);
    let found = message(&schema, "M");
    assert!(found.fields[0].packed);
    assert_eq!(found.fields[2].encoding, Encoding::Group);
    let oneofs: Vec<_> = found
        .oneofs
        .iter()
        .map(|oneof| oneof.name.as_str())
        .collect();
    assert_eq!(oneofs, ["choice", "other"]);
    let groups: Vec<_> = found.fields.iter().map(|field| field.oneof).collect();
    assert_eq!(groups, [None, None, None, Some(0), Some(0), Some(1)]);
}

#[test]
fn nested_definitions_name_their_parents() {
    let schema = schema(
        "syntax = \"proto3\"; package a.b;
         message Outer { message Inner { enum Kind { NONE = 0; } Kind kind = 1; } Inner inner = 1; }",
    );
    let parents = schema.definitions.iter().map(|def| {
        let parent = def.parent.map(|id| schema.def(id).name.as_str());
        (def.name.as_str(), parent)
    });
    assert_eq!(
        parents.collect::<Vec<_>>(),
        [
            ("Outer", None),
            ("Inner", Some("Outer")),
            ("Kind", Some("Inner"))
        ]
    );
    let file = schema.file(schema.root);
    assert_eq!(file.package.as_deref(), Some("a.b"));
    assert_eq!(file.module, ["a", "b"]);
    assert_eq!(file.kind, FileKind::Proto3);
}

#[test]
fn defaults_are_values() {
    let schema = schema(
        "syntax = \"proto2\"; enum E { A = 1; B = -2; }
         message M { optional E a = 1 [default = B]; optional double b = 2 [default = -inf];
         optional bytes c = 3 [default = \"\\000x\"]; optional uint64 d = 4 [default = 7]; }",
    );
    let fields = &message(&schema, "M").fields;
    let value = |index: usize| &fields[index].default.as_ref().unwrap().kind;
    assert!(matches!(
        value(0),
        ValueKind::Enum {
            number: -2,
            variant: Some(1),
            ..
        }
    ));
    assert_eq!(*value(1), ValueKind::Double(f64::NEG_INFINITY));
    assert_eq!(*value(2), ValueKind::Binary(b"\0x".to_vec()));
    assert_eq!(*value(3), ValueKind::Int(7));
}

#[test]
fn methods_stream_where_the_word_stands() {
    let schema = schema(
        "syntax = \"proto3\"; message M {} service S { rpc A(M) returns (M);
         rpc B(stream M) returns (M); rpc C(M) returns (stream M);
         rpc D(stream M) returns (stream M) { option deprecated = true; } }",
    );
    let (def, service) = schema.services_of(schema.root).next().unwrap();
    assert_eq!(def.name, "S");
    let modes: Vec<_> = service.methods.iter().map(|method| method.mode).collect();
    assert_eq!(
        modes,
        [
            StreamingMode::Unary,
            StreamingMode::ClientStreaming,
            StreamingMode::ServerStreaming,
            StreamingMode::Bidirectional
        ]
    );
    assert_eq!(
        service.methods[3].annotations.value("deprecated"),
        Some("true")
    );
}

#[test]
fn comments_and_spans_are_those_of_the_text() {
    let text = "// The file.\n\nsyntax = \"proto3\";\n\n// About M.\n// More.\nmessage M {\n  int32 a = 1; // behind\n}\n";
    let schema = schema(text);
    assert_eq!(schema.file(schema.root).docs.lines, ["The file."]);
    let def = &schema.definitions[0];
    assert_eq!(def.docs.lines, ["About M.", "More."]);
    assert_eq!(
        &text[def.name_span.start as usize..def.name_span.end as usize],
        "M"
    );
    let field = &message(&schema, "M").fields[0];
    assert_eq!(field.docs.lines, ["behind"]);
    assert_eq!(
        &text[field.span.start as usize..field.span.end as usize],
        "int32 a = 1;"
    );
}

/// A licence comes first in many files, and is set apart.
#[test]
fn the_comment_on_a_file_is_above_its_package_or_syntax() {
    let docs = |text: &str| {
        let schema = schema(text);
        schema.file(schema.root).docs.lines.clone()
    };
    let syntax = "syntax = \"proto3\";";
    let both = format!("// Licence.\n\n// Syntax.\n{syntax}\n/** Package. */\npackage a;\n");
    assert_eq!(docs(&both), ["Package."]);
    let above = format!("// Licence.\n\n// Syntax.\n{syntax}\n\n// Apart.\n\npackage a;\n");
    assert_eq!(docs(&above), ["Syntax."]);
}

#[test]
fn options_are_annotations_extensions_included() {
    let schema = schema(
        "syntax = \"proto2\"; package x; import \"google/protobuf/descriptor.proto\";
         extend google.protobuf.MessageOptions { optional Note note = 50000; }
         message Note { optional string text = 1; }
         message M { option (note) = { text: 'hi' }; optional int32 a = 1 [deprecated = true]; }",
    );
    let def = schema
        .definitions
        .iter()
        .find(|def| def.name == "M")
        .unwrap();
    assert_eq!(def.annotations.value("(x.note)"), Some("{text:\"hi\"}"));
    let field = &message(&schema, "M").fields[0];
    assert_eq!(field.annotations.value("deprecated"), Some("true"));
}

#[test]
fn imports_start_at_the_include_folders() {
    let root = "syntax = \"proto3\"; import \"shop/item.proto\"; message Order { shop.Item item = 1; shop.Tag tag = 2; }";
    let item =
        "syntax = \"proto3\"; package shop; import public \"shop/tag.proto\"; message Item {}";
    let tag = "syntax = \"proto3\"; package shop; message Tag {}";
    let files = [
        ("api/order.proto", root),
        ("idl/shop/item.proto", item),
        ("idl/shop/tag.proto", tag),
    ];
    let loaded = load_files(&files, &["idl"]);
    let schema = loaded.schema.unwrap();
    let order: Vec<_> = schema
        .files_in_order()
        .map(|file| file.path.to_str().unwrap())
        .collect();
    assert_eq!(
        order,
        ["shop/tag.proto", "shop/item.proto", "api/order.proto"]
    );
    assert!(schema.files[1].includes[0].public);

    let missing = load_files(&files, &[]);
    let codes: Vec<_> = missing.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::IncludeNotFound]);
}

#[test]
fn a_file_reached_under_two_names_is_one_file() {
    let files = [
        (
            "idl/a.proto",
            "syntax = \"proto3\"; import \"b.proto\"; import \"c.proto\"; message A { B b = 1; }",
        ),
        ("idl/b.proto", "syntax = \"proto3\"; message B {}"),
        (
            "idl/c.proto",
            "syntax = \"proto3\"; import \"idl/b.proto\"; message C { B b = 1; }",
        ),
    ];
    // `b.proto` is found in the root's folder, `idl/b.proto` in the working directory.
    let schema = load_files(&files, &[]).schema.unwrap();
    assert_eq!(schema.files.len(), 3);
}

/// What protoc would write for the given files.
fn descriptor_set(files: &[(&str, &str)]) -> FileDescriptorSet {
    load_files(files, &[]).descriptors.unwrap()
}

fn load_set(bytes: Vec<u8>, root: &str) -> Loaded {
    let options = LoadOptions {
        root: root.into(),
        descriptor_set: Some("all.bin".into()),
        ..LoadOptions::default()
    };
    load(&options, &Memory::default().with_bytes("all.bin", bytes))
}

#[test]
fn a_descriptor_set_gives_the_same_schema_without_places() {
    use prost::Message;
    let files = [
        (
            "a.proto",
            "syntax = \"proto3\"; import \"b.proto\"; message A { B b = 1; } service S { rpc M(A) returns (stream B); }",
        ),
        ("b.proto", "syntax = \"proto3\"; message B {}"),
    ];
    let bytes = descriptor_set(&files).encode_to_vec();
    for root in ["a.proto", "idl/a.proto"] {
        let loaded = load_set(bytes.clone(), root);
        let schema = loaded.schema.unwrap();
        assert_eq!(schema.file(schema.root).path, Path::new("a.proto"));
        let (_, service) = schema.services_of(schema.root).next().unwrap();
        assert_eq!(service.methods[0].mode, StreamingMode::ServerStreaming);
    }
}

#[test]
fn sets_that_lack_something_are_refused() {
    use prost::Message;
    let set = descriptor_set(&[
        (
            "a.proto",
            "syntax = \"proto3\"; import \"b.proto\"; message A {}",
        ),
        ("b.proto", "syntax = \"proto3\"; message B {}"),
    ]);
    let code = |bytes: Vec<u8>, root: &str| load_set(bytes, root).diagnostics[0].code;
    assert_eq!(
        code(set.encode_to_vec(), "c.proto"),
        Code::NotInDescriptorSet
    );
    let mut partial = set.clone();
    partial.file.retain(|file| file.name() == "a.proto");
    assert_eq!(
        code(partial.encode_to_vec(), "a.proto"),
        Code::NotInDescriptorSet
    );
    assert_eq!(code(vec![0xff; 9], "a.proto"), Code::InvalidDescriptorSet);
    let mut edition = set;
    edition.file[1].syntax = Some("editions".to_owned());
    assert_eq!(
        code(edition.encode_to_vec(), "a.proto"),
        Code::EditionNotSupported
    );
}
