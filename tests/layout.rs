//! Generated text is what `rustfmt` prints, however long the names of the IDL are.
//!
//! `tests/layout/widths.thrift` and `.proto` have something of every kind that is generated; the words
//! NAME, TYPE and CONST in them stand for names of growing length, so that every construct crosses every width at
//! which rustfmt would break it.

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use streamgen::{BytesType, MapType, Options, StringType, TypeOptions, generate};

/// Up to here rustfmt can format all of what the language gives. With longer names, lines that it
/// cannot break grow too long, and then it leaves whole items as they are, or breaks them (`>{`).
/// Protobuf's types are nested, so that paths to them are longer.
fn longest(language: &str) -> usize {
    if language == "thrift" { 25 } else { 17 }
}

#[test]
fn rustfmt_has_nothing_to_change_in_what_thrift_gives() {
    check("thrift", "thrift", &TypeOptions::default(), |_| ());
}

#[test]
fn rustfmt_has_nothing_to_change_in_traits_with_bodies() {
    for language in ["thrift", "proto"] {
        let name = format!("defaults-{language}");
        check(&name, language, &TypeOptions::default(), |options| {
            options.default_handlers = true;
        });
    }
}

#[test]
fn rustfmt_has_nothing_to_change_under_options() {
    let mut types = TypeOptions::default();
    types.strings = StringType::String;
    types.bytes = BytesType::Vec;
    types.maps = MapType::BTree;
    types.serde = true;
    types.keep_unknown_fields = true;
    check("options", "thrift", &types, |_| ());
}

#[test]
fn rustfmt_has_nothing_to_change_in_what_protobuf_gives() {
    check("proto", "proto", &TypeOptions::default(), |_| ());
}

#[test]
fn rustfmt_has_nothing_to_change_in_messages_under_options() {
    let derive = ".=#[derive(PartialOrd, Ord, AsRef)]".parse();
    let mut types = TypeOptions::default();
    types.maps = MapType::BTree;
    types.type_attributes = vec![derive.expect("it is a value of the option")];
    check("proto-options", "proto", &types, |_| ());
}

/// rustfmt leaves what is in the braces of a macro alone, so it is shown mocks in those of a module.
#[test]
fn rustfmt_has_nothing_to_change_in_mocks() {
    for (language, streamx) in [("thrift", true), ("thrift", false), ("proto", true)] {
        let name = format!("mocks-{language}-{streamx}");
        let set = |options: &mut Options| {
            options.mock = true;
            options.streamx = streamx;
        };
        check(&name, language, &TypeOptions::default(), set);
    }
}

fn check(name: &str, language: &str, types: &TypeOptions, set: impl Fn(&mut Options)) {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("layout-{name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    let mut roots = Vec::new();
    for length in 1..=longest(language) {
        let out = dir.join(length.to_string());
        let idl = dir.join(format!("widths-{length}.{language}"));
        fs::write(&idl, widths(language, length)).expect("an IDL can be written");
        let mut options = Options::new(idl);
        options.streamx = true;
        options.types = types.clone();
        options.module = Some("widths".to_owned());
        options.service = Some("widths".to_owned());
        options.out_dir = out.clone();
        set(&mut options);
        let generated = generate(&options).unwrap_or_else(|error| panic!("{length}: {error}"));
        generated.files.write(&out).expect("it can be written");
        if options.mock {
            show_mocks(&out.join("src"));
        }
        roots.push(out.join("src/main.rs"));
    }
    let rustfmt = Command::new(env::var_os("RUSTFMT").unwrap_or("rustfmt".into()))
        .args(["--check", "--edition", "2024", "--color", "never"])
        .args(roots)
        .output();
    let output = match rustfmt {
        // A machine with less than rustup's default profile; CI has it.
        Err(error) if error.kind() == ErrorKind::NotFound => return skip(),
        other => other.expect("rustfmt runs"),
    };
    let text = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&text)
    );
}

/// Makes modules of the macros whose braces hold mocks, in all files of a folder.
fn show_mocks(folder: &Path) {
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            show_mocks(&path);
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            let text = fs::read_to_string(&path).expect("it can be read");
            let shown = text.replace("::streamgen_runtime::testing_only! {", "mod testing_only {");
            fs::write(&path, shown).expect("it can be written");
        }
    }
}

/// Past the test harness, which would keep the line of a passing test to itself.
fn skip() {
    let line = b"skipped: rustfmt is missing, so nobody looked at the layout of generated code\n";
    let _ = std::io::stderr().write_all(line);
}

fn widths(language: &str, length: usize) -> String {
    let filler = |first: &str, rest: &str| first.to_owned() + &rest.repeat(length - 1);
    fs::read_to_string(format!("tests/layout/widths.{language}"))
        .expect("the IDL is there")
        .replace("NAME", &filler("x", "y"))
        .replace("TYPE", &filler("T", "t"))
        .replace("CONST", &filler("X", "Y"))
}
