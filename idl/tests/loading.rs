//! Which files are read: the search order, one load for each file, and the bounds.

mod common;

use std::path::PathBuf;

use common::{Memory, load_files, render};
use streamgen_idl::{Code, LoadOptions, MAX_FILE_BYTES, MAX_FILES, load};

fn codes(loaded: &streamgen_idl::Loaded) -> Vec<Code> {
    loaded.diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn a_sibling_comes_before_include_folders_and_those_before_the_working_directory() {
    let root = (
        "idl/main.thrift",
        "include \"a.thrift\"\nstruct S { 1: a.Here h }",
    );
    let sibling = ("idl/a.thrift", "struct Here {}");
    let first = ("one/a.thrift", "struct Here {}");
    let second = ("two/a.thrift", "struct There {}");
    let working = ("a.thrift", "struct Here {}");

    let found = |files: &[(&str, &str)], dirs: &[&str]| {
        let schema = load_files(files, dirs).schema.unwrap();
        schema
            .file(schema.file(schema.root).includes[0].file)
            .canonical_path
            .clone()
    };
    let all = [root, sibling, first, second, working];
    assert_eq!(found(&all, &["one", "two"]), PathBuf::from("idl/a.thrift"));
    assert_eq!(
        found(&[root, first, second, working], &["one", "two"]),
        PathBuf::from("one/a.thrift")
    );
    assert_eq!(found(&[root, working], &["one"]), PathBuf::from("a.thrift"));

    // Projects that lean on Kitex's order still build, but are told.
    assert_eq!(
        codes(&load_files(&[root, working], &[])),
        [Code::IncludeFromWorkingDirectory]
    );
    assert_eq!(codes(&load_files(&[root, working], &["."])), []);
}

#[test]
fn a_file_is_loaded_once_however_it_is_spelled() {
    let loaded = load_files(
        &[
            (
                "main.thrift",
                "include \"a.thrift\"\ninclude \"./d/../b.thrift\"\nstruct S { 1: a.A a, 2: b.B b }",
            ),
            (
                "a.thrift",
                "include \"base.thrift\"\nstruct A { 1: base.Base b }",
            ),
            (
                "b.thrift",
                "include \"./base.thrift\"\nstruct B { 1: base.Base b }",
            ),
            ("base.thrift", "struct Base {}"),
        ],
        &[],
    );
    let schema = loaded.schema.unwrap();
    assert_eq!(schema.files.len(), 4);
    let order: Vec<_> = schema
        .files_in_order()
        .map(|file| file.path.to_str().unwrap())
        .collect();
    assert_eq!(
        order,
        ["base.thrift", "a.thrift", "./d/../b.thrift", "main.thrift"]
    );
}

#[test]
fn the_prefix_is_the_base_name_with_its_dots_and_never_the_file_itself() {
    let loaded = load_files(
        &[
            (
                "b/common.thrift",
                "include \"../a/common.thrift\"\ninclude \"../x.y.thrift\"\nstruct S { 1: common.T t, 2: x.y.U u, 3: T own }\nstruct T {}",
            ),
            ("a/common.thrift", "struct T {}"),
            ("x.y.thrift", "struct U {}"),
        ],
        &[],
    );
    let schema = loaded.schema.unwrap();
    let fields = &schema
        .struct_like(schema.file(schema.root).definitions[0])
        .unwrap()
        .fields;
    let files: Vec<_> = fields
        .iter()
        .map(|field| match field.ty.kind {
            streamgen_idl::model::TypeKind::Named(id) => schema
                .file(schema.def(id).file)
                .canonical_path
                .to_str()
                .unwrap(),
            _ => unreachable!("all are named types"),
        })
        .collect();
    assert_eq!(files, ["a/common.thrift", "x.y.thrift", "b/common.thrift"]);
}

#[test]
fn of_two_includes_with_one_prefix_the_one_that_defines_the_name_is_meant() {
    let loaded = load_files(
        &[
            (
                "main.thrift",
                "include \"a/base.thrift\"\ninclude \"b/base.thrift\"\nstruct S { 1: base.A a, 2: base.B b }",
            ),
            ("a/base.thrift", "struct A {}"),
            ("b/base.thrift", "struct B {}"),
        ],
        &[],
    );
    assert_eq!(codes(&loaded), []);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let loaded = load_files(&[("main.thrift", "\u{FEFF}struct A { 1: B b }")], &[]);
    let text = render(&loaded.sources, &loaded.diagnostics);
    assert!(text.contains("--> main.thrift:1:15"), "{text}");
}

#[test]
fn parse_errors_of_all_files_are_reported_in_one_run() {
    let loaded = load_files(
        &[
            (
                "main.thrift",
                "include \"a.thrift\"\ninclude \"gone.thrift\"\ninclude \"b.thrift\"",
            ),
            ("a.thrift", "struct"),
            ("b.thrift", "enum"),
        ],
        &[],
    );
    assert_eq!(
        codes(&loaded),
        [Code::IncludeNotFound, Code::SyntaxError, Code::SyntaxError]
    );
    assert!(loaded.schema.is_none());
}

#[test]
fn what_a_file_takes_from_one_that_does_not_parse_is_not_judged_and_all_else_is() {
    let text = "include \"a.v1.thrift\"\ninclude \"gone.thrift\"
        struct S { 1: a.v1.T t = a.v1.DEFAULT, 2: gone.E e = gone.E.A, 3: other.T o, 4: i32 n = 'n' }
        service V extends gone.V { a.v1.T m(1: gone.T t) throws (1: gone.X x) }";
    let loaded = load_files(&[("main.thrift", text), ("a.v1.thrift", "struct")], &[]);
    assert_eq!(
        codes(&loaded),
        [
            Code::IncludeNotFound,
            Code::UnknownType,
            Code::ValueTypeMismatch,
            Code::SyntaxError
        ]
    );
}

#[test]
fn a_root_that_cannot_be_read() {
    let loaded = load_files(&[("main.thrift", "")], &[]);
    assert!(loaded.schema.is_some(), "an empty file is a file");

    let files = Memory::new(&[("dir/main.thrift", "")]);
    for (root, code) in [
        ("gone.thrift", Code::FileNotReadable),
        ("dir", Code::NotAFile),
    ] {
        let loaded = load(
            &LoadOptions {
                root: root.into(),
                include_dirs: Vec::new(),
                ..LoadOptions::default()
            },
            &files,
        );
        assert_eq!(codes(&loaded), [code]);
        assert!(loaded.diagnostics[0].message.contains(root));
        assert!(loaded.schema.is_none());
    }
}

#[test]
fn a_file_beyond_the_size_limit_is_refused() {
    let of_size = |size: u64| {
        let files = Memory::default().with_bytes("main.thrift", vec![b' '; size as usize]);
        codes(&load(
            &LoadOptions {
                root: "main.thrift".into(),
                include_dirs: Vec::new(),
                ..LoadOptions::default()
            },
            &files,
        ))
    };
    assert_eq!(of_size(MAX_FILE_BYTES), []);
    assert_eq!(of_size(MAX_FILE_BYTES + 1), [Code::FileTooLarge]);
}

#[test]
fn more_files_than_the_limit_are_refused() {
    let mut files = Memory::default();
    for index in 0..=MAX_FILES {
        let text = format!("include \"{}.thrift\"", index + 1);
        files = files.with_bytes(&format!("{index}.thrift"), text.into_bytes());
    }
    let loaded = load(
        &LoadOptions {
            root: "0.thrift".into(),
            include_dirs: Vec::new(),
            ..LoadOptions::default()
        },
        &files,
    );
    assert_eq!(codes(&loaded), [Code::TooManyFiles]);
}

#[test]
fn a_path_in_other_letters_is_suggested_when_it_is_not_found() {
    let root = ("main.thrift", "include \"shared/Base.thrift\"");
    let loaded = load_files(&[root, ("Shared/base.thrift", "")], &[]);
    assert_eq!(codes(&loaded), [Code::IncludeNotFound]);
    let suggestion = loaded.diagnostics[0].suggestion.as_ref().unwrap();
    assert_eq!(suggestion.replacement, "\"Shared/base.thrift\"");
}

#[test]
fn an_include_in_other_letters_than_on_the_disk_is_reported() {
    let mut files = Memory::new(&[
        ("main.thrift", "include \"shared/Base.thrift\""),
        ("shared/base.thrift", "include \"other.thrift\""),
        ("shared/other.thrift", "include \"../SHARED/more.thrift\""),
        ("shared/more.thrift", ""),
    ]);
    files.ignores_case = true;
    let options = LoadOptions {
        root: "main.thrift".into(),
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    assert_eq!(codes(&loaded), [Code::PathCase, Code::PathCase]);
    let messages: Vec<&str> = loaded
        .diagnostics
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "`shared/Base.thrift` is called `base.thrift` on the disk",
            "`../SHARED/more.thrift` is called `shared` on the disk",
        ]
    );
}

#[test]
fn two_files_that_differ_in_case_only_are_reported() {
    let loaded = load_files(
        &[
            (
                "main.thrift",
                "include \"base.thrift\"\ninclude \"Base.thrift\"\ninclude \"base.thrift\"",
            ),
            ("base.thrift", ""),
            ("Base.thrift", ""),
        ],
        &[],
    );
    assert_eq!(codes(&loaded), [Code::PathCase]);
    let text = render(&loaded.sources, &loaded.diagnostics);
    assert!(
        text.contains("`Base.thrift` and `base.thrift` differ in case only"),
        "{text}"
    );
}
