//! The text of a new `streamgen.toml`.

use super::draft::{Draft, Entries, Value};
use crate::quote::{toml_list, toml_string};

const HEADER: &str = "\
# What streamgen generates here: `streamgen` writes it, and `streamgen -check` says whether it is up to date.
# Each key is a flag of the same name, which `streamgen --help` explains.
";

/// The text, which ends with a line end.
pub(super) fn of(draft: &Draft) -> String {
    let mut text = HEADER.to_owned();
    if let Some(source) = &draft.source {
        text.push_str(&format!("# Made from {source}.\n"));
    }
    text.push('\n');
    text.push_str(&lines(&draft.project));
    let is_served = draft
        .jobs
        .iter()
        .any(|job| job.entries.contains_key("service"));
    for (index, job) in draft.jobs.iter().enumerate() {
        if index > 0 || !draft.project.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("[[job]]\nidl = {}\n", toml_string(&job.idl)));
        text.push_str(&lines(&job.entries));
        if index == 0 && !is_served {
            text.push_str("# service = \"NAME\" writes a program that serves this IDL\n");
        }
    }
    text
}

fn lines(entries: &Entries) -> String {
    let line = |(key, value): (&String, &Value)| {
        let value = match value {
            Value::Switch(on) => on.to_string(),
            Value::Text(text) => toml_string(text),
            Value::List(values) => toml_list(values),
        };
        format!("{key} = {value}\n")
    };
    entries.iter().map(line).collect()
}
