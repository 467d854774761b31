//! The text of a new `streamgen.toml`.

use toml::Value as Toml;

use super::draft::{Draft, Entries, Value};

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
        text.push_str(&format!("[[job]]\nidl = {}\n", quoted(&job.idl)));
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
            Value::Text(text) => quoted(text),
            Value::List(values) => {
                let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
                format!("[{}]", values.join(", "))
            }
        };
        format!("{key} = {value}\n")
    };
    entries.iter().map(line).collect()
}

/// A string as TOML has it.
fn quoted(text: &str) -> String {
    Toml::from(text).to_string()
}
