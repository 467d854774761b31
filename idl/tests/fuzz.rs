//! No bytes make the loader panic, hang or lie about positions.

mod common;

use std::fs;
use std::path::Path;

use common::{Memory, render};
use proptest::prelude::*;
use streamgen_idl::{LoadOptions, Loaded, load};

/// The input as a file of either language.
const ROOTS: [&str; 2] = ["main.thrift", "main.proto"];

fn load_bytes(root: &str, bytes: Vec<u8>) -> Loaded {
    let files = Memory::new(&[("include/base.thrift", "struct Base {} const i32 LIMIT = 1")])
        .with_bytes(root, bytes);
    load(
        &LoadOptions {
            root: root.into(),
            include_dirs: Vec::new(),
            ..LoadOptions::default()
        },
        &files,
    )
}

/// What holds for any input: a schema or an error, and labels that can be drawn.
fn check(bytes: Vec<u8>) {
    for root in ROOTS {
        check_loaded(&load_bytes(root, bytes.clone()));
    }
}

fn check_loaded(loaded: &Loaded) {
    assert_eq!(loaded.schema.is_none(), loaded.has_errors());
    for found in &loaded.diagnostics {
        assert!(!found.labels.is_empty(), "{found:?}");
        for label in &found.labels {
            assert!(label.span.start <= label.span.end, "{found:?}");
            let text = loaded.sources.get(label.span.file).unwrap().text();
            assert!(
                text.get(label.span.start as usize..label.span.end as usize)
                    .is_some(),
                "{found:?}"
            );
        }
    }
    // Drawing costs the length of the line, and hostile lines are long.
    let shown = loaded.diagnostics.len().min(20);
    render(&loaded.sources, &loaded.diagnostics[..shown]);
    if let Some(schema) = &loaded.schema {
        for (def, _) in schema
            .files_in_order()
            .flat_map(|file| schema.services_of(file.id))
        {
            assert!(
                schema
                    .methods_of(def.id)
                    .iter()
                    .all(|found| !found.method.name.is_empty())
            );
        }
    }
}

/// All committed IDL, as material for mutation.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let dirs = [
        "idl-samples",
        "interop/idl",
        "tests/idl-fail",
        "tests/idl-fail/include",
    ];
    let mut texts = Vec::new();
    for dir in dirs {
        for entry in fs::read_dir(root.join(dir)).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "thrift")
            {
                texts.extend(fs::read_to_string(&path));
            }
        }
    }
    texts.sort();
    assert!(texts.len() > 50);
    texts
}

/// Pieces that are likely to lead the parser astray.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "/*",
    "*/",
    "//",
    "\r",
    "\u{FEFF}",
    "你",
    " required ",
    " = ",
    ".",
    "0x",
    "-9999999999",
    "include \"include/base.thrift\" ",
    "A ",
];

#[test]
fn labels_can_be_drawn_beside_characters_of_several_bytes() {
    let texts = [
        "(eé]",
        "(é]",
        "{ a𝒳 )",
        "[你(",
        "message A { é ]",
        "struct A { é ]",
        "é}",
        "a𝒳}",
    ];
    for text in texts {
        for cut in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
            check(text[..cut].to_owned().into_bytes());
        }
        check(format!("syntax = \"proto3\";\n{text}").into_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(bytes);
    }

    #[test]
    fn words_in_any_order(words in prop::collection::vec(prop::sample::select(vec![
        "struct", "union", "enum", "service", "const", "typedef", "namespace", "include", "oneway",
        "void", "i32", "string", "list", "map", "set", "<", ">", ",", ";", "{", "}", "(", ")", "=",
        "[", "]", ":", "1", "-1", "0x1F", "1.5", "\"s\"", "A", "B", "a.b", "&", "*", "throws",
        "extends", "required", "optional", "streaming.mode", "true", "#\n", "//\n", "/**/",
    ]), 0..60)) {
        check(words.join(" ").into_bytes());
    }

    #[test]
    fn mutated_samples(
        index in any::<prop::sample::Index>(),
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..6usize, prop::sample::select(PIECES.to_vec())),
            1..6,
        ),
    ) {
        let corpus = corpus();
        let mut bytes = index.get(&corpus).clone().into_bytes();
        for (at, removed, piece) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, piece.bytes());
        }
        check(bytes);
    }
}

#[test]
fn nothing_grows_out_of_bounds() {
    let hostile = [
        "[".repeat(200_000),
        "struct A { 1: ".to_owned() + &"list<".repeat(100_000),
        "(".repeat(100_000) + &")".repeat(100_000),
        "\"".repeat(99_999),
        "/*".repeat(100_000),
        "\\".repeat(100_000),
        "enum E {".to_owned() + &"A,".repeat(50_000) + "}",
        "struct S {".to_owned() + &"i32 a ".repeat(50_000) + "}",
        "struct A {} ".repeat(20_000),
        "const A B = C ".repeat(20_000),
        "service A extends A {} ".repeat(20_000),
        "a".repeat(1_000_000),
        "namespace go ".to_owned() + &"a.".repeat(100_000),
    ];
    for text in hostile {
        check(text.into_bytes());
    }
}
