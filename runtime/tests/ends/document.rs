//! The document with the table.

use std::fmt::Write;

use crate::Wire;

const INTRODUCTION: &str = "\
# Ends

How a handler can end, what its server then sends, and what a client of ours and one of Kitex v0.16.3 see. Of the bytes on
the wire, the table shows those that tell the end, as another implementation reads them: the TRAILER of TTHeader Streaming, the
trailers of gRPC (`grpc-` and `biz-` keys), and the message of a ping-pong call with its pairs in a TTHeader. Texts and numbers
are Kitex's.

- A handler whose caller has gone, or has cancelled, may return what it likes: gRPC has reset the stream, a TTHeader
  Streaming client ignores the TRAILER that still comes, and a ping-pong connection is closed. The caller sees its own
  error: [errors.md](errors.md).
- Only gRPC carries a status as one. Elsewhere it is a plain error with its text.
- A handler that panics, and one that returns a plain error, are both `Application`, on every wire.

This file is written by a test that brings about each row, `runtime/tests/ends`; after a wanted change:
`STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test ends`. The last column is what a client of Kitex saw of a service
`Suite`: a test of `interop/suites` brings that about, and keeps it in `runtime/tests/ends/kitex.txt`.

| the handler | over | the server sends | our client sees | Kitex's client sees |
| --- | --- | --- | --- | --- |
";

impl Wire {
    fn name(self) -> &'static str {
        match self {
            Self::Streaming => "TTHeader Streaming",
            Self::GrpcStream => "gRPC stream",
            Self::GrpcUnary => "gRPC call",
            Self::Framed => "Framed",
            Self::TtHeaderFramed => "TTHeaderFramed",
            Self::Buffered => "Buffered",
        }
    }
}

/// An end of a handler over a wire: the text for what the server sends, and for what our client sees.
pub(crate) type Cell = (Wire, String, String);

/// The whole file. Wires on which an end looks the same share a row.
pub(crate) fn of(rows: &[(&str, Vec<Cell>)]) -> String {
    let mut text = INTRODUCTION.to_owned();
    for (end, cells) in rows {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for (wire, sent, seen) in cells {
            let columns = format!("{sent} | {seen} | {}", seen_by_kitex(end, wire.name()));
            match groups.iter_mut().find(|(known, _)| *known == columns) {
                Some((_, wires)) => wires.push(wire.name()),
                None => groups.push((columns, vec![wire.name()])),
            }
        }
        let mut end = *end;
        for (columns, wires) in groups {
            let wires = wires.join(", ");
            writeln!(text, "| {end} | {wires} | {columns} |").expect("a string takes all");
            end = "";
        }
    }
    text
}

/// What `interop/suites` found.
const KITEX: &str = include_str!("kitex.txt");

fn seen_by_kitex(end: &str, wire: &str) -> &'static str {
    let key = format!("{end} | {wire} | ");
    let seen = KITEX.lines().find_map(|line| line.strip_prefix(&*key));
    seen.unwrap_or_else(|| panic!("kitex.txt has no line for {key}"))
}

/// A text as code, without characters that would end the cell.
pub(crate) fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    format!("`{}`", line.replace('|', "\\|").replace('`', "'"))
}
