//! The door for `build.rs` and the command line write the same bytes, and say the same of what is wrong.
//!
//! A build script is a program that runs once. Where that matters, a test runs this program again as one:
//! `script` is not a test of its own then.

mod files_below;
mod scratch;

#[path = "build_rs/case.rs"]
mod case;
#[path = "build_rs/files.rs"]
mod files;
#[path = "build_rs/script.rs"]
mod script;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use case::{CASES, Case};
use files::{files, modules, samples, touched};
use script::Script;
use streamgen::Generator;

/// What the command line writes, or says.
fn by_command_line(idls: &[&Path], flags: &[&str], out: &Path) -> Result<(), String> {
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args([
            "-module",
            "m",
            "-runtime",
            "version:0.1",
            "-I",
            "idl-samples/proto",
        ])
        .arg("-out")
        .arg(out)
        .args(flags)
        .args(idls)
        .output()
        .expect("the tool runs");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8(output.stderr).expect("messages are text")),
    }
}

fn generator(out: &Path) -> Generator {
    let generator = Generator::new().out_dir(out).tells_cargo(false);
    generator.include("idl-samples/proto")
}

#[test]
fn every_sample_has_the_bytes_of_the_command_line() {
    let samples = samples();
    assert!(samples.len() > 25, "where are the samples?");
    let root = scratch::folder("build_rs", "same");
    let mut plain = Vec::new();
    for case in CASES {
        let built = samples.iter().enumerate().map(|(index, idl)| {
            let place = root.join(case.name).join(index.to_string());
            same(case, idl, &place)
        });
        let built: Vec<_> = built.collect();
        assert!(
            built.iter().flatten().count() > 15,
            "{}: what does it refuse?",
            case.name
        );
        assert!(built != plain, "{} changes nothing", case.name);
        if plain.is_empty() {
            plain = built;
        }
    }
}

/// The modules that either door makes; `None` if both say the same of what is wrong.
fn same(case: &Case, idl: &Path, place: &Path) -> Option<BTreeMap<PathBuf, Vec<u8>>> {
    let what = format!("{} with {}", idl.display(), case.name);
    let (ours, theirs) = (place.join("build"), place.join("project"));
    let built = (case.options)(generator(&ours)).compile(&[idl]);
    match (built, by_command_line(&[idl], case.flags, &theirs)) {
        (Ok(()), Ok(())) => {
            let (ours, theirs) = (ours.join("stream_gen"), theirs.join("src/stream_gen"));
            let (ours, theirs) = (files(&ours), modules(&theirs));
            assert!(ours.contains_key(Path::new("mod.rs")), "{what}");
            assert_eq!(
                ours.keys().collect::<Vec<_>>(),
                theirs.keys().collect::<Vec<_>>(),
                "{what}"
            );
            for (path, bytes) in &ours {
                assert!(bytes == &theirs[path], "{what}: {} differs", path.display());
            }
            Some(ours)
        }
        // What an option makes impossible for an IDL, it does behind either door.
        (Err(built), Err(printed)) => {
            for error in built.to_string().split("\n\n").skip(1) {
                assert!(printed.contains(error), "{what}: {error}\n\n{printed}");
            }
            None
        }
        (built, printed) => panic!("{what}: {built:?}, but {printed:?}"),
    }
}

/// Flags that have nothing to do with generated code, or nothing with a `build.rs`.
const OTHER_FLAGS: &[&str] = &[
    // A project, which is not made.
    "module",
    "service",
    "out",
    "runtime",
    "no-handler-edit",
    "use",
    "copy-idl",
    "record",
    "ci",
    // What is done with files, which is to write them.
    "check",
    "diff",
    "dry-run",
    "emit",
    // Messages, which are Cargo's.
    "quiet",
    "verbose",
    "message-format",
    "explain",
    "completions",
    "man-page",
    "toml-schema",
    "version",
    "help",
    // Methods of another name: `idl_type` and `include`.
    "type",
    "include",
];

#[test]
fn every_flag_that_decides_generated_code_has_a_method() {
    let help = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .arg("--help")
        .output()
        .expect("the tool runs");
    let help = String::from_utf8(help.stdout).expect("help is text");
    let words = help
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--"));
    let flags: Vec<_> = words.filter_map(|word| word.split('[').next()).collect();
    let methods = fs::read_to_string("src/build/settings.rs").expect("the methods are there");
    let has_method = |flag: &str| methods.contains(&format!("pub fn {}(", flag.replace('-', "_")));
    let lacking: Vec<_> = flags
        .iter()
        .filter(|flag| !flag.is_empty() && !OTHER_FLAGS.contains(flag) && !has_method(flag))
        .collect();
    assert!(flags.len() > 30, "{help}");
    assert!(
        lacking.is_empty(),
        "{lacking:?}: a flag that decides generated code is a method in src/build/settings.rs too; \
         others are in OTHER_FLAGS"
    );
}

#[test]
fn a_failing_build_script_prints_what_a_terminal_shows() {
    let root = scratch::folder("build_rs", "failing");
    for idl in [
        "tests/idl-fail/unknown-type.thrift",
        "tests/idl-fail/many-errors.thrift",
        "tests/idl-fail/protobuf/unknown-type.proto",
    ] {
        let idl = Path::new(idl);
        let shown = by_command_line(&[idl], &["-streamx"], &root.join("out"));
        let shown = shown.expect_err("the IDL is wrong");
        let (messages, _count) = shown.trim_end().rsplit_once("\n\n").expect("a count");
        let script = Script::new(&root).calls(&[&[idl]]).run();
        let expected = format!(
            "Error: no code was generated from `{}`\n\n{messages}\n\n",
            idl.display()
        );
        assert_eq!(script.errors, expected);
        assert!(!script.succeeded);
        assert!(!root.join("stream_gen").exists(), "something was written");
    }
}

#[test]
fn calls_of_one_build_share_a_tree_and_earlier_builds_leave_nothing() {
    let root = scratch::folder("build_rs", "calls");
    let [echo, pow, shop] = [
        "idl-samples/echo.thrift",
        "idl-samples/pow.proto",
        "idl-samples/includes/shop.thrift",
    ]
    .map(Path::new);
    let by_commands = root.join("project");
    for idls in [&[echo, pow][..], &[shop]] {
        by_command_line(idls, &["-streamx"], &by_commands).expect("they are right");
    }
    let expected = modules(&by_commands.join("src/stream_gen"));
    let out = root.join("out");
    let script = Script::new(&out).calls(&[&[echo, pow], &[shop]]).run();
    assert!(script.succeeded, "{}", script.errors);
    assert!(files(&out.join("stream_gen")) == expected);

    // One call does the same, and once more it touches nothing.
    let all = |out: &Path| Script::new(out).calls(&[&[echo, pow, shop]]).run();
    assert!(all(&out).succeeded);
    let before = touched(&out);
    assert!(before.len() > 8, "{before:?}");
    assert!(all(&out).succeeded);
    assert_eq!(touched(&out), before);
    assert!(files(&out.join("stream_gen")) == expected);

    // Without one of the IDLs, its code is gone; what is not ours stays.
    fs::write(out.join("stream_gen/mine.rs"), "// mine\n").expect("it can be written");
    assert!(Script::new(&out).calls(&[&[echo]]).run().succeeded);
    let names: Vec<_> = files(&out.join("stream_gen")).into_keys().collect();
    let expected = ["echo/test_service.rs", "echo.rs", "mine.rs", "mod.rs"];
    assert_eq!(names, expected.map(PathBuf::from));
}

#[test]
fn cargo_is_told_of_files_and_of_folders_where_one_would_be_found_first() {
    let root = scratch::folder("build_rs", "reruns");
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    };
    write(
        "idl/shop.thrift",
        "namespace rs shop\ninclude \"base.thrift\"\nstruct S { 1: base.B b }",
    );
    write(
        "shared/base.thrift",
        "namespace rs base\nstruct B { -2: i32 id }",
    );
    fs::create_dir_all(root.join("vendor")).expect("it can be made");
    write(
        "top.proto",
        "syntax = \"proto3\"; package top; import \"deep/er.proto\"; message M { deep.D d = 1; }",
    );
    write(
        "protos/deep/er.proto",
        "syntax = \"proto3\"; package deep; message D {}",
    );
    let [shop, top] = ["idl/shop.thrift", "top.proto"].map(Path::new);
    let script = Script::new(&root.join("out"))
        .folder(&root)
        .include(&["vendor/not-there", "shared", "protos"])
        .calls(&[&[shop], &[top]])
        .run();
    assert!(script.succeeded, "{}", script.errors);
    let reruns = script.lines("cargo:rerun-if-changed=");
    assert_eq!(
        reruns,
        [
            // The first call: `base.thrift` could be in the first two.
            "idl",
            "idl/shop.thrift",
            "shared/base.thrift",
            "vendor",
            // The second; the folder of the package is not watched.
            "protos/deep/er.proto",
            "shared",
            "top.proto",
            "vendor",
        ]
    );
    let warnings = script.lines("cargo:warning=");
    let [warning] = &warnings[..] else {
        panic!("{warnings:?}");
    };
    assert!(
        warning.starts_with("shared/base.thrift:2:12: warning[SG"),
        "{warning}"
    );
}

#[test]
fn values_that_cannot_be_followed_are_named_with_their_methods() {
    let out = scratch::folder("build_rs", "values");
    let error = generator(&out)
        .rename("a.B", "type")
        .skip_debug("a..B")
        .type_attribute(".", "Eq")
        .compile(&["idl-samples/echo.thrift"])
        .expect_err("they are wrong");
    let text = error.to_string();
    for expected in [
        "error: rename: `type` is not a Rust identifier",
        "\nskip_debug: `a..B` is not a path of IDL names with dots between",
        "\ntype_attribute: `Eq` is not one attribute on one line, such as #[derive(Eq)]",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    let nothing: [&str; 0] = [];
    let error = generator(&out)
        .compile(&nothing)
        .expect_err("there is none");
    assert!(
        error
            .to_string()
            .ends_with("error: no IDL is given to `compile`")
    );
    assert!(fs::read_dir(&out).expect("it is there").next().is_none());
}
