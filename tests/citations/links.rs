//! Links from one Markdown file to another.

use std::path::Path;

use super::files::{Source, root};

/// Targets of the links of a file that lead into the repository, and their lines.
pub(crate) fn of(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in (1..).zip(source.text.lines()) {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            continue;
        }
        // What stands in backticks is no link.
        let outside: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for rest in outside.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if !elsewhere {
                found.push((number, target.to_owned()));
            }
        }
    }
    found
}

/// # Errors
/// What is wrong with the target.
pub(crate) fn check(source: &Source, target: &str) -> Result<(), &'static str> {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let from = root().join(&source.path);
    let path = match file {
        "" => from,
        file => from.parent().unwrap_or(Path::new("")).join(file),
    };
    if !path.exists() {
        return Err("no such file");
    }
    if heading.is_empty() {
        return Ok(());
    }
    let text = std::fs::read_to_string(path).map_err(|_| "not a file with headings")?;
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    match headings.any(|line| slug(line) == heading) {
        true => Ok(()),
        false => Err("no such heading"),
    }
}

/// The name that GitHub gives to a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
