//! What an author reads about a bad IDL: `tests/idl-fail/<case>.thrift` against `<case>.stderr`.
//!
//! `BLESS=1 cargo test -p streamgen-idl --test fail` writes the goldens anew. Files that cases
//! include are in `tests/idl-fail/include`. Warnings are pinned here too.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use streamgen_idl::{Code, Disk, LoadOptions, load};

/// The first code of the generator, whose messages its own tests pin.
const GENERATOR: &str = "SG0110";

/// Codes that no committed file can show; tests/loading.rs does.
const SHOWN_ELSEWHERE: [Code; 4] = [
    Code::FileNotReadable,
    Code::FileTooLarge,
    Code::TooManyFiles,
    Code::IncludeFromWorkingDirectory,
];

/// The folder of the cases, relative to the package so that messages show the same path everywhere.
fn folder() -> PathBuf {
    Path::new("../tests/idl-fail").to_path_buf()
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "thrift"))
        .collect();
    cases.sort();
    cases
}

fn messages(case: &Path) -> String {
    let options = LoadOptions {
        root: case.to_path_buf(),
        include_dirs: Vec::new(),
        ..LoadOptions::default()
    };
    let loaded = load(&options, &Disk);
    assert_eq!(
        loaded.schema.is_none(),
        loaded.has_errors(),
        "{}",
        case.display()
    );
    let text = common::render(&loaded.sources, &loaded.diagnostics);
    text.replace("../tests/idl-fail/", "")
        .replace("../tests/idl-fail", ".")
}

#[test]
fn messages_are_as_pinned() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let golden = case.with_extension("stderr");
        let found = messages(&case);
        if bless {
            fs::write(&golden, found).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong.push(format!("=== {} now says\n{found}", case.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nif this is right: BLESS=1",
        wrong.concat()
    );
}

#[test]
fn every_code_has_a_case_and_every_golden_its_input() {
    let mut shown: BTreeSet<&str> = SHOWN_ELSEWHERE.iter().map(|code| code.as_str()).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            assert!(
                path.with_extension("thrift").exists(),
                "{} has no input",
                path.display()
            );
            let text = fs::read_to_string(&path).unwrap();
            let found = Code::ALL.iter().map(|code| code.as_str());
            shown.extend(found.filter(|code| text.contains(&format!("[{code}]"))));
        }
    }
    let own = Code::ALL.iter().filter(|code| code.as_str() < GENERATOR);
    let missing: Vec<&Code> = own.filter(|code| !shown.contains(code.as_str())).collect();
    assert!(
        missing.is_empty(),
        "no case in tests/idl-fail shows {missing:?}"
    );
}
