//! What the author of a bad IDL reads: `tests/idl-fail/<case>.thrift`, or `protobuf/<case>.proto`, against
//! `<case>.stderr`, which is all that the tool prints about the IDL, without colours. Warnings are
//! pinned here too.
//!
//! A case with other flags than `-streamx`, or another root, has them in `<case>.args`. Files that
//! cases include are in `tests/idl-fail/include`.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test idl_fail`, and review the diff.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use streamgen_idl::Code;

const FOLDERS: [&str; 2] = ["tests/idl-fail", "tests/idl-fail/protobuf"];

/// What a case is given as.
const INPUTS: [&str; 3] = ["thrift", "proto", "args"];

/// Codes that no committed file can show: the tests in idl/tests/loading.rs and
/// idl/tests/protobuf.rs do.
const SHOWN_ELSEWHERE: [Code; 5] = [
    Code::FileTooLarge,
    Code::TooManyFiles,
    Code::InvalidDescriptorSet,
    Code::NotInDescriptorSet,
    // What protox may say in a later version.
    Code::ProtobufRule,
];

#[test]
fn messages_are_as_pinned() {
    let bless = env::var_os("STREAMGEN_BLESS").is_some();
    let cases: BTreeSet<PathBuf> = INPUTS.into_iter().flat_map(files).collect();
    assert!(cases.len() > 100, "where are the cases?");
    let mut wrong = String::new();
    for case in cases {
        let golden = case.with_extension("stderr");
        let found = messages(&case);
        if bless {
            fs::write(&golden, found).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong += &format!("=== {} now says\n{found}", case.display());
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nafter a wanted change: STREAMGEN_BLESS=1"
    );
}

#[test]
fn every_code_has_a_case_and_every_golden_its_input() {
    let mut shown: BTreeSet<Code> = SHOWN_ELSEWHERE.into();
    for golden in files("stderr").into_iter().chain(sessions_of_settings()) {
        let is_session = golden.extension().is_some_and(|suffix| suffix == "txt");
        let has_input = INPUTS.map(|input| golden.with_extension(input).exists());
        assert!(
            is_session || has_input.contains(&true),
            "{} has no input",
            golden.display()
        );
        let text = fs::read_to_string(&golden).unwrap();
        let codes = Code::ALL.iter().copied();
        shown.extend(codes.filter(|code| text.contains(&format!("[{code}]"))));
    }
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| !shown.contains(code))
        .collect();
    assert!(
        missing.is_empty(),
        "no case in {FOLDERS:?} shows {missing:?}"
    );
}

/// The sessions of `tests/cli.rs` that show what is wrong with a `streamgen.toml`.
fn sessions_of_settings() -> Vec<PathBuf> {
    let sessions = fs::read_dir("tests/cli").unwrap();
    let sessions = sessions.map(|entry| entry.unwrap().path());
    let is_of_settings = |path: &PathBuf| path.to_string_lossy().contains("cli/toml-");
    sessions.filter(is_of_settings).collect()
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = FOLDERS.into_iter().flat_map(|folder| {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path())
    });
    entries
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}

/// What the tool says about a case. How many files it wrote is no message about the IDL.
fn messages(case: &Path) -> String {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("idl-fail")
        .join(case.file_stem().unwrap());
    let args = fs::read_to_string(case.with_extension("args"));
    let root = case.file_name().unwrap().to_str().unwrap();
    let args = args.unwrap_or_else(|_| format!("-streamx {root}"));
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["-module", "m", "-out"])
        .arg(&out)
        .args(args.split_whitespace())
        .current_dir(case.parent().unwrap())
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let failed = text.contains("nothing was written");
    assert_eq!(
        output.status.code(),
        Some(i32::from(failed)),
        "{}: {text}",
        case.display()
    );
    text.lines()
        .filter(|line| !line.starts_with("wrote ") && !line.starts_with("next: "))
        .filter(|line| !line.ends_with(" is up to date"))
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}
