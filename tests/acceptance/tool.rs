//! The tool as a program, for these tests.

use std::path::Path;
use std::process::Command;

/// What a run printed, and its exit status.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) text: String,
}

/// Runs the tool with the words of a line, in a folder.
pub(crate) fn streamgen(folder: &Path, line: &str) -> Ran {
    let words: Vec<_> = line.split(' ').filter(|word| !word.is_empty()).collect();
    run(folder, &words)
}

/// Runs the tool in a folder.
pub(crate) fn run(folder: &Path, words: &[&str]) -> Ran {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
    let output = tool.args(words).current_dir(folder).output();
    let output = output.expect("the tool runs");
    let text = [output.stdout, output.stderr].concat();
    Ran {
        status: output.status.code().expect("nobody kills it"),
        text: String::from_utf8_lossy(&text).into_owned(),
    }
}

/// A run that has to succeed.
pub(crate) fn succeeds(folder: &Path, line: &str) -> String {
    let ran = streamgen(folder, line);
    assert_eq!(ran.status, 0, "streamgen {line}:\n{}", ran.text);
    ran.text
}

/// One of the IDLs of these tests.
pub(crate) fn idl(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/idl");
    folder.join(name).to_string_lossy().into_owned()
}
