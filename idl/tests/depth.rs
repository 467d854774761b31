//! What is 10,000 deep, and what is far larger than any IDL, gets an answer: no stack overflows, and
//! nothing takes time that grows with the square.

mod common;

use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;

use common::load_text;
use streamgen_idl::{Code, Disk, LoadOptions, Loaded, MAX_DIAGNOSTICS, load};

/// Deeper than any stack would hold.
const DEEP: usize = 10_000;

/// The first error's code; `None` where there is no error.
fn error(loaded: &Loaded) -> Option<Code> {
    assert_eq!(loaded.schema.is_none(), loaded.has_errors());
    loaded.has_errors().then(|| loaded.diagnostics[0].code)
}

/// `line` with each number from 0 and the next, which for the last is 0 if `closed`.
fn chain(closed: bool, line: fn(usize, usize) -> String) -> String {
    let next = |index| match closed && index + 1 == DEEP {
        true => 0,
        false => index + 1,
    };
    (0..DEEP).map(|index| line(index, next(index))).collect()
}

#[test]
fn brackets() {
    let nested =
        |open: &str, inner: &str, close: &str| open.repeat(DEEP) + inner + &close.repeat(DEEP);
    let list = nested("list<", "i32", ">");
    let map = nested("map<string, ", "i32", ">");
    for text in [
        format!("struct A {{ 1: {list} a }}"),
        format!("typedef {map} A"),
        format!("service A {{ {list} a(1: {map} b) }}"),
        format!("const {list} A = []"),
        format!("const list<i32> A = {}", nested("[", "1", "]")),
        format!("const map<i32, i32> A = {}", nested("{1: ", "1", "}")),
        format!("struct A {{ 1: i32 a = {} }}", nested("[{1: ", "1", "}]")),
        format!("struct A {{}} {}", nested("(", "a = \"b\"", ")")),
        nested("struct A {", "", "}"),
    ] {
        assert_eq!(error(&load_text(&text)), Some(Code::NestingTooDeep));
    }
}

#[test]
fn comments_do_not_nest() {
    let opened = "/* ".repeat(DEEP) + "*/ struct A {}";
    assert_eq!(error(&load_text(&opened)), None);
    let closed = "/* ".repeat(DEEP) + &"*/ ".repeat(DEEP) + "struct A {}";
    assert_eq!(error(&load_text(&closed)), Some(Code::SyntaxError));
    let lines = "// /* # \n# // */ '\n".repeat(DEEP) + "struct A {}";
    assert_eq!(error(&load_text(&lines)), None);
}

#[test]
fn definitions_that_lead_to_the_next() {
    let structs = |closed| {
        let line = |index, next| format!("struct S{index} {{ 1: S{next} a }}\n");
        chain(closed, line) + &format!("struct S{DEEP} {{}}")
    };
    assert_eq!(error(&load_text(&structs(false))), None);
    assert_eq!(
        error(&load_text(&structs(true))),
        None,
        "recursion is legal"
    );

    let typedefs = |closed| {
        let line = |index, next| format!("typedef T{next} T{index}\n");
        chain(closed, line) + &format!("typedef i32 T{DEEP}")
    };
    assert_eq!(
        error(&load_text(&typedefs(false))),
        Some(Code::TypeTooLarge)
    );
    assert_eq!(error(&load_text(&typedefs(true))), Some(Code::TypedefCycle));
    let lists = chain(false, |index, next| {
        format!("typedef list<T{next}> T{index}\n")
    });
    let lists = lists + &format!("typedef i32 T{DEEP}");
    assert_eq!(error(&load_text(&lists)), Some(Code::TypeTooLarge));

    let constants = |closed| {
        let line = |index, next| format!("const i32 C{index} = C{next}\n");
        chain(closed, line) + &format!("const i32 C{DEEP} = 1")
    };
    assert_eq!(error(&load_text(&constants(false))), None);
    assert_eq!(
        error(&load_text(&constants(true))),
        Some(Code::ConstantCycle)
    );

    let services = |closed| {
        let line = |index, next| format!("service V{index} extends V{next} {{}}\n");
        chain(closed, line) + &format!("service V{DEEP} {{}}")
    };
    let towers = error(&load_text(&services(false)));
    assert_eq!(towers, Some(Code::NestingTooDeep));
    let circle = error(&load_text(&services(true)));
    assert_eq!(circle, Some(Code::ExtendsCycle));
}

/// What was probably meant is looked for among all names, so only so often.
#[test]
fn thousands_of_types_that_nothing_defines() {
    let mut text = String::new();
    for index in 0..3_000 {
        writeln!(text, "struct Known{index} {{ 1: Unknown{index} a }}").unwrap();
    }
    let loaded = load_text(&text);
    assert_eq!(error(&loaded), Some(Code::UnknownType));
    assert_eq!(loaded.diagnostics.len(), MAX_DIAGNOSTICS);
}

/// Fifty megabytes, as the disk has them, are refused by their size; no more than
/// [`MAX_FILE_BYTES`](streamgen_idl::MAX_FILE_BYTES) of them are read.
#[test]
fn a_file_of_50_megabytes() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("depth");
    fs::create_dir_all(&dir).unwrap();
    let root = dir.join("large.thrift");
    File::create(&root).unwrap().set_len(50_000_000).unwrap();
    let loaded = load(
        &LoadOptions {
            root,
            ..LoadOptions::default()
        },
        &Disk,
    );
    assert_eq!(error(&loaded), Some(Code::FileTooLarge));
}
