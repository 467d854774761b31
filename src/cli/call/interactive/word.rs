//! The words of an interactive session. Commands begin with a dot, which no method and no JSON does.

/// Commands, and what they do.
pub(super) const COMMANDS: [(&str, &str); 6] = [
    (".list", "the methods"),
    (".describe", "NAME: a service, a method or a struct"),
    (".template", "METHOD: an example request"),
    (
        ".service",
        "NAME: methods are those of this service from now on",
    ),
    (".help", "this text"),
    (".quit", "the end, as Ctrl-D"),
];

/// Commands while requests of a stream are typed.
pub(super) const IN_STREAM: [(&str, &str); 2] = [
    (".end", "no more requests, as Ctrl-D"),
    (".cancel", "cancels the call, as Ctrl-C"),
];

pub(super) fn help() -> String {
    let lines = |commands: &[(&str, &str)]| {
        let lines = commands
            .iter()
            .map(|(name, what)| format!("  {name:<10} {what}\n"));
        lines.collect::<String>()
    };
    format!(
        "METHOD JSON makes a call. METHOD of a stream of requests opens it: each line is a request then.\n{}in a stream:\n{}",
        lines(&COMMANDS),
        lines(&IN_STREAM).trim_end()
    )
}

/// The first word of a line, and what follows it.
pub(super) fn split(line: &str) -> (&str, &str) {
    match line.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (line, ""),
    }
}
