//! `-check`: what is not as streamgen would write it, and the commands that mend it.

use std::path::Path;

use crate::generate::Batch;
use crate::output::Change;
use crate::project::{Fault, FaultKind};
use crate::quote::shell_word;

use super::console::{Console, Notice};

/// Flags of a check that the command which mends does not have.
const OF_CHECKS: [&str; 6] = ["check", "diff", "dry-run", "q", "quiet", "message-format"];

/// Reports each fault, and returns whether there is none. `changes` are what a run would do.
pub(super) fn report(
    console: Console,
    generated: &Batch,
    changes: &[Change],
    root: &Path,
    words: &[String],
) -> bool {
    let faults = generated.faults(root, changes);
    for fault in &faults {
        console.notice(Notice::Error, &sentence(fault));
    }
    if faults.is_empty() {
        console.progress(&format!("{} is up to date", root.display()));
        return true;
    }
    let count = match faults.len() {
        1 => "1 file is".to_owned(),
        n => format!("{n} files are"),
    };
    let commands = commands(&faults, root, words);
    console.notice(
        Notice::Error,
        &format!(
            "{count} not as streamgen would write; run: {}",
            commands.join(" && ")
        ),
    );
    false
}

fn sentence(fault: &Fault) -> String {
    let what = match fault.kind {
        FaultKind::Stale => "is stale: the IDL, the options or streamgen have changed",
        FaultKind::Missing => "is missing",
        FaultKind::Orphaned => "is orphaned: no IDL produces it",
        FaultKind::Edited => "was changed by hand",
        FaultKind::LineEnds => {
            "has lines that end with CRLF: let Git keep them as they are, by a line \
             `*.rs text eol=lf` in .gitattributes"
        }
        FaultKind::Incomplete => "lacks what the IDL has got",
    };
    format!("{} {what}", fault.path.display())
}

/// The commands, each once: that of this run first, then those for the folder of the project.
fn commands(faults: &[Fault], root: &Path, words: &[String]) -> Vec<String> {
    let mut commands = Vec::new();
    if faults.iter().any(|fault| fault.command.is_none()) {
        commands.push(this_command(words));
    }
    let mut others: Vec<_> = faults
        .iter()
        .filter_map(|fault| fault.command.clone())
        .collect();
    others.sort();
    others.dedup();
    if !others.is_empty() && root != Path::new(".") {
        others.insert(0, format!("cd {}", shell_word(&root.to_string_lossy())));
    }
    commands.extend(others);
    commands
}

/// The command that was typed, as one that writes.
fn this_command(words: &[String]) -> String {
    let is_of_check = |word: &&String| {
        let name = word
            .trim_start_matches('-')
            .split('=')
            .next()
            .unwrap_or_default();
        word.starts_with('-') && OF_CHECKS.contains(&name)
    };
    let words = words.iter().filter(|word| !is_of_check(word));
    // One dash is Kitex's spelling, and that of the documents.
    let words = words.map(|word| match word.strip_prefix("--") {
        Some(flag) if !flag.is_empty() => shell_word(&format!("-{flag}")),
        _ => shell_word(word),
    });
    std::iter::once("streamgen".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}
