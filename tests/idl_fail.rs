//! What the author of a bad IDL reads: `tests/idl-fail/<case>.thrift` against `<case>.stderr`, which is
//! all that the tool prints about the IDL, without colours. Warnings are pinned here too.
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

const FOLDER: &str = "tests/idl-fail";

/// Codes for which a file would be too large, or files too many, to be committed: the tests in
/// idl/tests/loading.rs make them.
const SHOWN_BY_LOADING_TESTS: [Code; 2] = [Code::FileTooLarge, Code::TooManyFiles];

#[test]
fn messages_are_as_pinned() {
    let bless = env::var_os("STREAMGEN_BLESS").is_some();
    let cases = cases();
    assert!(cases.len() > 100, "where are the cases?");
    let mut wrong = String::new();
    for case in cases {
        let golden = Path::new(FOLDER).join(&case).with_extension("stderr");
        let found = messages(&case);
        if bless {
            fs::write(&golden, found).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong += &format!("=== {case} now says\n{found}");
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nafter a wanted change: STREAMGEN_BLESS=1"
    );
}

#[test]
fn every_code_has_a_case_and_every_golden_its_input() {
    let mut shown: BTreeSet<Code> = SHOWN_BY_LOADING_TESTS.into();
    for golden in files("stderr") {
        let has_input = ["thrift", "args", "proto"].map(|e| golden.with_extension(e).exists());
        assert!(
            has_input.contains(&true),
            "{} has no input",
            golden.display()
        );
        let text = fs::read_to_string(&golden).unwrap();
        let codes = Code::ALL.iter().copied();
        shown.extend(codes.filter(|code| text.contains(&format!("[{code}]"))));
    }
    let missing: Vec<Code> = Code::ALL
        .iter()
        .copied()
        .filter(|code| !shown.contains(code) && !is_protobuf(*code))
        .collect();
    assert!(missing.is_empty(), "no case in {FOLDER} shows {missing:?}");
}

/// Those have goldens of their own, in idl/tests/protobuf_fail.rs.
fn is_protobuf(code: Code) -> bool {
    code.as_str().starts_with("SG02")
}

/// The names of all cases.
fn cases() -> BTreeSet<String> {
    let inputs = files("thrift").into_iter().chain(files("args"));
    inputs
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}

/// What the tool says about a case. How many files it wrote is no message about the IDL.
fn messages(case: &str) -> String {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("idl-fail")
        .join(case);
    let args = fs::read_to_string(format!("{FOLDER}/{case}.args"));
    let args = args.unwrap_or_else(|_| format!("-streamx {case}.thrift"));
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["-module", "m", "-out"])
        .arg(&out)
        .args(args.split_whitespace())
        .current_dir(FOLDER)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let failed = text.contains("nothing was written");
    assert_eq!(
        output.status.code(),
        Some(i32::from(failed)),
        "{case}: {text}"
    );
    text.lines()
        .filter(|line| !line.starts_with("wrote ") && !line.starts_with("next: "))
        .filter(|line| !line.ends_with(" is up to date"))
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}
