//! What an author reads about a bad `.proto`: `tests/idl-fail/protobuf/<case>.proto` against
//! `<case>.stderr`.
//!
//! `BLESS=1 cargo test -p streamgen-idl --test protobuf_fail` writes the goldens anew.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use streamgen_idl::{Code, Disk, LoadOptions, load};

/// Codes that no committed text can show; tests/protobuf.rs does.
const SHOWN_ELSEWHERE: [Code; 3] = [
    Code::InvalidDescriptorSet,
    Code::NotInDescriptorSet,
    // What protox may say in a later version.
    Code::ProtobufRule,
];

/// Relative to the package, so that messages show the same path everywhere.
const FOLDER: &str = "../tests/idl-fail/protobuf";

fn paths(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths
}

fn messages(case: &Path) -> String {
    let options = LoadOptions {
        root: case.to_path_buf(),
        ..LoadOptions::default()
    };
    let loaded = load(&options, &Disk);
    assert!(loaded.schema.is_none(), "{} is accepted", case.display());
    let text = common::render(&loaded.sources, &loaded.diagnostics);
    text.replace(&format!("{FOLDER}/"), "").replace(FOLDER, ".")
}

#[test]
fn messages_are_as_pinned() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for case in paths("proto") {
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
    for golden in paths("stderr") {
        let input = golden.with_extension("proto");
        assert!(input.exists(), "{} has no input", golden.display());
        let text = fs::read_to_string(&golden).unwrap();
        let found = Code::ALL.iter().map(|code| code.as_str());
        shown.extend(found.filter(|code| text.contains(&format!("[{code}]"))));
    }
    let own = Code::ALL
        .iter()
        .filter(|code| **code >= Code::ProtobufSyntax);
    let missing: Vec<&Code> = own.filter(|code| !shown.contains(code.as_str())).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}
