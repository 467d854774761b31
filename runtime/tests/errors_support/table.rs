//! The document with the table.

use std::fmt::Write;

use streamgen_runtime::Error;

use super::Wire;

const INTRODUCTION: &str = "\
# Errors

What a caller sees, by cause and wire. The same cause has the same `kind()` on every wire, whoever notices it first.
`grpc_code()` is the status on gRPC, and on other wires the one that gRPC has for what this side noticed itself. `kitex_code()`
is Kitex's number where Kitex has one; calls over gRPC have none. `is_retryable()` says that nothing of the call reached a
handler: the same call may be made again, also one that must not run twice. \"no\" says only that nobody knows, or that it
would fail again.

What is missing for a wire cannot happen there. A business status over Framed is an exception: Framed has no place for it.

This file is written by a test that provokes each row, `runtime/tests/errors.rs`; after a wanted change:
`STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test errors`.

| cause | wire | `kind()` | `grpc_code()` | `kitex_code()` | `is_retryable()` |
| --- | --- | --- | --- | --- | --- |
";

/// What is told of an error, as columns.
fn columns(error: &Error) -> String {
    let grpc = match error.grpc_code() {
        Some(code) => format!("{} {code}", u32::from(code)),
        None => "–".to_owned(),
    };
    let retry = if error.is_retryable() { "yes" } else { "no" };
    let kitex = match error.kitex_code() {
        Some(code) => code.to_string(),
        None => "–".to_owned(),
    };
    format!("`{:?}` | {grpc} | {kitex} | {retry}", error.kind())
}

/// The whole file. Wires on which a cause looks the same share a row.
pub fn document(rows: &[(&str, Vec<(Wire, Error)>)]) -> String {
    let mut text = INTRODUCTION.to_owned();
    for (cause, cells) in rows {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for (wire, error) in cells {
            let columns = columns(error);
            match groups.iter_mut().find(|(known, _)| *known == columns) {
                Some((_, wires)) => wires.push(wire.name()),
                None => groups.push((columns, vec![wire.name()])),
            }
        }
        let mut cause = *cause;
        for (columns, wires) in groups {
            let wires = wires.join(", ");
            writeln!(text, "| {cause} | {wires} | {columns} |").expect("a string takes all");
            cause = "";
        }
    }
    text
}
