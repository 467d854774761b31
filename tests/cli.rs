//! What somebody at a terminal sees: each file under `tests/cli/` is a session, commands after `$ `
//! and comments after `# `, then their exit status and everything they print. It runs in a folder of
//! its own that holds the files of `tests/cli/files/`.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test cli`, and review the diff.

mod scratch;
mod search_path;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::Lines;
use std::{env, fs};

use search_path::search_path;

#[test]
fn sessions() {
    let bless = env::var_os("STREAMGEN_BLESS").is_some();
    let mut sessions: Vec<_> = fs::read_dir("tests/cli")
        .expect("tests/cli is there")
        .map(|entry| entry.expect("tests/cli can be read").path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "txt"))
        .collect();
    sessions.sort();
    let mut failures = String::new();
    for session in &sessions {
        let expected = fs::read_to_string(session).expect("a session is text");
        let found = replay(&expected, &fixtures(session));
        if found == expected {
            continue;
        }
        if bless {
            fs::write(session, found).expect("a session can be written");
        } else {
            let _ = writeln!(failures, "--- {} printed:\n{found}", session.display());
        }
    }
    assert!(sessions.len() > 20, "where are the sessions?");
    assert!(
        failures.is_empty(),
        "{failures}after a wanted change: STREAMGEN_BLESS=1"
    );
}

/// A fresh folder with the fixtures.
fn fixtures(session: &Path) -> PathBuf {
    let name = session.file_stem().expect("a session has a name");
    let dir = scratch::folder("cli", &name.to_string_lossy());
    copy(Path::new("tests/cli/files"), &dir);
    dir
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a scratch folder can be made");
    for entry in fs::read_dir(from).expect("the fixtures are there") {
        let path = entry.expect("the fixtures can be read").path();
        let target = to.join(path.file_name().expect("a file has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a fixture can be copied");
        }
    }
}

/// Runs the commands of a session and writes down what happens.
fn replay(session: &str, dir: &Path) -> String {
    let mut out = String::new();
    let mut lines = session.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("# ") {
            let _ = writeln!(out, "{line}");
        } else if let Some(command) = line.strip_prefix("$ ") {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            let _ = writeln!(out, "$ {command}\n{}", run(command, dir));
            lines = behind_output(lines);
        }
    }
    out
}

/// What follows the recorded output of a command, in which a line may look like a comment. A command that
/// was never run has none.
fn behind_output(lines: Lines<'_>) -> Lines<'_> {
    let mut behind = lines.clone();
    let is_next = |line: &&str| line.starts_with("[exit status ") || line.starts_with("$ ");
    match behind.find(is_next) {
        Some(line) if line.starts_with('[') => behind,
        _ => lines,
    }
}

fn run(command: &str, dir: &Path) -> String {
    let mut words = command.split(' ');
    let (program, words) = (words.next(), words.collect::<Vec<_>>());
    let mut command = match program {
        Some("streamgen") => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_streamgen"));
            command.args(&words);
            command
        }
        // For what a session needs to look at or to prepare.
        _ => {
            let mut shell = Command::new("sh");
            shell.args([
                "-c",
                &[&[program.unwrap_or_default()], &words[..]]
                    .concat()
                    .join(" "),
            ]);
            shell
        }
    };
    let output = command
        .current_dir(dir)
        .env("PATH", search_path())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = output.status.code().expect("no command is killed");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text)
        .replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
        .replace(env!("CARGO_MANIFEST_DIR"), "[CHECKOUT]")
        .replace(&way_out(dir), "[CHECKOUT]/");
    let text = without_hashes(&text);
    let lines: String = text
        .lines()
        .map(|line| timeless(line.trim_end()) + "\n")
        .collect();
    format!("{lines}[exit status {status}]\n")
}

/// A text without the hashes of generated files, which change with the templates.
fn without_hashes(text: &str) -> String {
    let is_hash = |part: &str| part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts = text.split('"');
    let parts = parts.map(|part| {
        if is_hash(part.trim_end_matches('\\')) {
            "[SHA-256]"
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("\"")
}

/// A line of `-v` without what the clock said.
fn timeless(line: &str) -> String {
    if !line.starts_with("timings: ") {
        return line.to_owned();
    }
    let words = line.split(' ').map(|word| match word.parse::<f64>() {
        Ok(_) => "[TIME]",
        Err(_) => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What leads from the folder `out` of a session to the checkout, where cargo's target folder lies in
/// that: the tool then names the runtime so, and by its whole path otherwise.
fn way_out(dir: &Path) -> String {
    match dir.strip_prefix(env!("CARGO_MANIFEST_DIR")) {
        Ok(below) => "../".repeat(below.components().count() + 1),
        Err(_) => "(the target folder is elsewhere)".to_owned(),
    }
}
