//! Doc comments as lines of Rust.

use crate::plan::sanitize_docs;
use streamgen_idl::model::Docs;

/// `docs` behind `///`, indented, each line ended; `fallback` stands in for an item without
/// documentation.
pub(crate) fn outer(docs: &Docs, fallback: &str, indent: usize) -> String {
    if docs.is_empty() {
        return block(&[fallback.to_owned()], "///", indent);
    }
    block(&sanitize_docs(&docs.lines), "///", indent)
}

/// Like [`outer`], with a paragraph of ours at the end.
pub(crate) fn outer_with(docs: &Docs, last: &str, indent: usize) -> String {
    let mut lines = sanitize_docs(&docs.lines);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(last.to_owned());
    block(&lines, "///", indent)
}

fn block(lines: &[String], marker: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let line = |line: &String| match line.as_str() {
        "" => format!("{pad}{marker}\n"),
        text => format!("{pad}{marker} {text}\n"),
    };
    lines.iter().map(line).collect()
}

/// `docs` behind `//!` at the left margin, without the last line end.
pub(crate) fn inner(docs: &Docs) -> String {
    block(&sanitize_docs(&docs.lines), "//!", 0)
        .trim_end()
        .to_owned()
}
