//! The same command lines for kitexcall and for `streamgen call`: what each prints as JSON, and how it ends.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::{Deserializer, Value};

use crate::call_sessions::Places;

/// The program of kitexcall. It is no part of the tests: see README.md here.
const KITEXCALL: &str = "STREAMGEN_KITEXCALL";

/// A comment that begins so says why the two differ in the next case.
const DIFFERS: &str = "# differs: ";

/// Runs the cases of the file. kitexcall's side is what it printed when the file was made, or prints now
/// if it is there.
pub(crate) fn compare(path: &Path, places: &Places) {
    let expected = fs::read_to_string(path).expect("the cases are committed");
    let mut found = String::new();
    let mut differences = 0;
    for block in expected.trim_end().split("\n\n") {
        let at = block
            .lines()
            .find(|line| line.starts_with("$ "))
            .expect("a case has flags");
        let flags = &at[2..];
        let comments = block.lines().filter(|line| line.starts_with("# "));
        let differs = comments.clone().any(|line| line.starts_with(DIFFERS));
        let theirs = match env::var_os(KITEXCALL) {
            Some(program) => outcome(Command::new(program), flags, places),
            None => recorded(block),
        };
        let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        tool.arg("call");
        let ours = outcome(tool, flags, places);
        if (theirs != ours) != differs {
            differences += 1;
        }
        for comment in comments {
            let _ = writeln!(found, "{comment}");
        }
        let _ = writeln!(found, "$ {flags}");
        for (name, outcome) in [("kitexcall", &theirs), ("streamgen", &ours)] {
            for line in outcome {
                let _ = writeln!(found, "{name} {line}");
            }
        }
        found.push('\n');
    }
    let found = found.trim_end().to_owned() + "\n";
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(path, &found).expect("the cases can be written");
    } else {
        assert_eq!(found, expected, "after a wanted change: STREAMGEN_BLESS=1");
    }
    assert_eq!(
        differences, 0,
        "cases differ, or agree, against their comments:\n{found}"
    );
}

/// What the file has of kitexcall.
fn recorded(block: &str) -> Vec<String> {
    let lines = block
        .lines()
        .filter_map(|line| line.strip_prefix("kitexcall "));
    lines.map(str::to_owned).collect()
}

/// Each value that is printed, with its keys sorted, and whether the exit status is zero.
fn outcome(mut program: Command, flags: &str, places: &Places) -> Vec<String> {
    let mut flags = flags.to_owned();
    for (word, meaning) in places {
        flags = flags.replace(word, meaning);
    }
    let output = program
        .args(shlex::split(&flags).expect("the quotes are closed"))
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let values = Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let values = values.map(|value| value.expect("it prints JSON").to_string());
    let end = match output.status.success() {
        true => "exit zero",
        false => "exit non-zero",
    };
    values.chain([end.to_owned()]).collect()
}
