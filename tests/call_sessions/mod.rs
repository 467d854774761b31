//! Sessions of `streamgen call`: commands with what they print and their exit statuses.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::search_path::search_path;

/// Words of sessions, and what they stand for in this run.
pub(crate) type Places = Vec<(&'static str, String)>;

/// Replays all sessions of a folder; what failed.
pub(crate) fn replay_all(folder: &Path, at_least: usize, places: &Places) -> String {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let is_session = |path: &PathBuf| path.extension().is_some_and(|suffix| suffix == "txt");
    let mut sessions: Vec<_> = paths.filter(is_session).collect();
    sessions.sort();
    assert!(sessions.len() >= at_least, "where are the sessions?");
    let mut failures = String::new();
    for session in &sessions {
        let expected = fs::read_to_string(session).expect("a session is text");
        let found = replay(&expected, folder, places);
        if found == expected {
            continue;
        }
        match env::var_os("STREAMGEN_BLESS") {
            Some(_) => fs::write(session, found).expect("a session can be written"),
            None => writeln!(failures, "--- {} printed:\n{found}", session.display())
                .expect("a string takes all"),
        }
    }
    failures
}

/// Runs the commands of a session and writes down what happens. Only lines that begin with `$ ` or `# `
/// are read of it: no response does.
fn replay(session: &str, folder: &Path, places: &Places) -> String {
    let mut out = String::new();
    for line in session.lines() {
        if line.starts_with("# ") {
            let _ = writeln!(out, "{line}");
        } else if let Some(command) = line.strip_prefix("$ ") {
            let _ = writeln!(out, "$ {command}\n{}", run(command, folder, places));
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn run(command: &str, folder: &Path, places: &Places) -> String {
    let mut line = command.to_owned();
    for (word, meaning) in places {
        line = line.replace(word, meaning);
    }
    let output = Command::new("sh")
        .args(["-c", &line])
        .current_dir(folder)
        .env("PATH", search_path())
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell runs");
    let status = output.status.code().expect("no command is killed");
    let text = [output.stdout, output.stderr].concat();
    let mut text = String::from_utf8_lossy(&text).into_owned();
    for (word, meaning) in places {
        text = text.replace(meaning, word);
    }
    format!("{}[exit status {status}]\n", without_times(&text))
}

/// Each time that was measured is `[TIME]`.
fn without_times(text: &str) -> String {
    let mut parts = text.split(" ms");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = out.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        match number.len() < out.len() {
            true => {
                out.truncate(number.len());
                out.push_str("[TIME]");
            }
            false => out.push_str(" ms"),
        }
        out.push_str(part);
    }
    out
}
