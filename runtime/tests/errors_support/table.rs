//! The document with the table.

use std::fmt::Write;

use streamgen_runtime::Error;

use super::Wire;

const INTRODUCTION: &str = "\
# Errors

For whoever handles the errors of calls: what a caller sees of everything that can go wrong, on each wire. Each row is a
cause, and each column is what the caller's `Error` says of it.

- `kind()` is the same for one cause on every wire, whether this side or the peer notices it first.
- `grpc_code()` is the status that a gRPC call ends with. On the other wires, an error that this side noticed itself has the
  status that gRPC uses for it.
- `kitex_code()` is Kitex's number of the error. Kitex has none for calls over gRPC.
- `is_retryable()` says yes if no handler has seen anything of the call: it is safe to make the call again, even if the call
  must not run twice. It says no if a handler may have seen the call, or if a second call would fail in the same way.

A cause has no row for a wire on which it cannot happen. There is one exception: Framed cannot carry a business status.

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
