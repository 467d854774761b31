//! prost-build's text as rustfmt would have it, without rustfmt.
//!
//! The text has few kinds of lines, each of which is laid out for itself. What is not known, such as
//! an attribute that the user asked for, stays as it is.

use crate::plan::RustType;
use crate::plan::protobuf::PROST;
use crate::view::layout::{self, ATTRIBUTE_WIDTH, MAX_WIDTH, STEP, blanks};

use super::debug;
use super::docs::MARK;

/// The text with rustfmt's line breaks, and the documentation in the place of its marks.
pub(super) fn format(text: &str, docs: &[Vec<String>]) -> String {
    let mut out = Out {
        text: String::with_capacity(text.len()),
        docs,
        fresh: true,
    };
    let mut lines = text.lines().skip(1).peekable(); // the first names prost-build
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        let content = line.trim();
        // The path of prost is the one line without indentation.
        let indent = match content.starts_with("#[prost(prost_path") {
            true => indentation(next),
            false => indentation(line),
        };
        out.space_above(content, next.trim());
        if content.ends_with('{') && next.trim() == "}" {
            lines.next();
            out.line(indent, &format!("{content}}}"));
        } else {
            out.line(indent, content);
        }
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
}

struct Out<'a> {
    text: String,
    docs: &'a [Vec<String>],
    /// Whether nothing but an opening brace, or part of the same item, stands above.
    fresh: bool,
}

impl Out<'_> {
    /// An empty line above an item, unless it is the first of its block.
    fn space_above(&mut self, content: &str, next: &str) {
        let documented_item = content.starts_with(MARK)
            && next.starts_with("#[")
            && !MEMBER_ATTRIBUTES.iter().any(|head| next.starts_with(head));
        if (starts_item(content) || documented_item) && !self.fresh {
            self.text.push('\n');
        }
    }

    fn line(&mut self, indent: usize, content: &str) {
        // Attributes and comments belong to the item below them.
        self.fresh = content.starts_with("#[")
            || content.starts_with("///")
            || (content.ends_with('{') && !content.ends_with("{}"));
        if let Some(index) = content.strip_prefix(MARK) {
            let docs = index
                .trim()
                .parse()
                .ok()
                .and_then(|at: usize| self.docs.get(at));
            for line in docs.into_iter().flatten() {
                self.push(indent, format!("/// {line}").trim_end());
            }
            return;
        }
        for line in laid_out(content, indent) {
            self.push(indent, &line);
        }
    }

    fn push(&mut self, indent: usize, line: &str) {
        self.text.push_str(&blanks(indent));
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// Attributes of fields and values, not of items.
const MEMBER_ATTRIBUTES: [&str; 2] = ["#[prost(", "#[deprecated]"];

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The comment above the module of what is nested in a message.
const NESTED: &str = "/// Nested message and enum types in `";

/// Whether an empty line goes above: items get one, fields and values do not.
fn starts_item(content: &str) -> bool {
    let heads = [
        "pub struct",
        "pub enum",
        "pub mod",
        "impl ",
        "pub fn",
        debug::MACRO,
    ];
    let above = [
        "#[derive(",
        "/// Nested message",
        "/// String value",
        "/// Creates an enum",
    ];
    heads
        .iter()
        .chain(&above)
        .any(|head| content.starts_with(head))
}

/// One line as it goes to its place, more than one where an attribute moves.
fn laid_out(content: &str, indent: usize) -> Vec<String> {
    if let Some(attribute) = content
        .strip_prefix("#[")
        .and_then(|c| c.strip_suffix(")]"))
    {
        return vec![attribute_at(attribute, indent)];
    }
    if let Some((pattern, value)) = content.strip_suffix(',').and_then(|c| c.split_once(" => ")) {
        return arm(pattern, value, indent);
    }
    if let Some(name) = content
        .strip_prefix(NESTED)
        .and_then(|c| c.strip_suffix("`."))
    {
        // Of a name that was given, only what the IDL has.
        let own = name
            .split("__")
            .find(|part| !part.is_empty())
            .unwrap_or(name);
        let name = if name.ends_with("__") { own } else { name };
        return vec![format!("{NESTED}{name}`.")];
    }
    let member = content.strip_suffix(',');
    if let Some((name, ty)) = member.and_then(|c| c.strip_prefix("pub ")?.split_once(": ")) {
        return vec![layout::field(name, &rust_type(ty), indent) + ","];
    }
    if let Some((name, ty)) = member.and_then(|c| c.strip_suffix(')')?.split_once('(')) {
        return vec![layout::variant(name, &rust_type(ty), indent) + ","];
    }
    vec![content.to_owned()]
}

/// An attribute on a value is no expression of its own in rustfmt's eyes; on the arm it says the
/// same.
fn arm(pattern: &str, value: &str, indent: usize) -> Vec<String> {
    const ALLOW: &str = "#[allow(deprecated)]";
    let plain = value.replace(&format!("{ALLOW} "), "");
    let attribute = (plain != value).then(|| ALLOW.to_owned());
    let argument = plain
        .strip_prefix("Some(")
        .and_then(|rest| rest.strip_suffix(')'));
    // rustfmt gives a long value a block, and one too long even for that its own brackets.
    let fits_block = indent + STEP + plain.len() <= MAX_WIDTH;
    let arm = match argument.filter(|_| !fits_block) {
        Some(long) => format!(
            "{pattern} => Some(\n{}{long},\n{}),",
            blanks(indent + STEP),
            blanks(indent)
        ),
        None => layout::arm(pattern, &plain, indent),
    };
    attribute.into_iter().chain([arm]).collect()
}

/// `#[name(args)]`, of which `attribute` is `name(args`.
fn attribute_at(attribute: &str, indent: usize) -> String {
    let Some((name, args)) = attribute.split_once('(') else {
        return format!("#[{attribute})]");
    };
    if name == "derive" {
        return layout::derive(&arguments(args), indent);
    }
    let flat = format!("#[{attribute})]");
    if indent + flat.len() <= MAX_WIDTH && args.len() <= ATTRIBUTE_WIDTH {
        return flat;
    }
    let (outer, inner) = (blanks(indent), blanks(indent + STEP));
    let args = arguments(args).join(&format!(",\n{inner}"));
    format!("#[{name}(\n{inner}{args}\n{outer})]")
}

/// Arguments of an attribute, without the commas between them. Strings may hold commas too.
fn arguments(args: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in args.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                found.push(args[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(args[start..].trim());
    found
}

/// A type as prost-build writes it, with the short names that the rest of generated code uses for
/// the same types.
fn rust_type(text: &str) -> RustType {
    let Some((path, args)) = text.strip_suffix('>').and_then(|t| t.split_once('<')) else {
        return RustType::plain(shorter(text));
    };
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0usize);
    for (at, c) in args.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(rust_type(args[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(rust_type(args[start..].trim()));
    RustType::generic(shorter(path), parts)
}

fn shorter(path: &str) -> String {
    let Some(rest) = path.strip_prefix(PROST) else {
        return path.to_owned();
    };
    match rest {
        "::bytes::Bytes" => "::streamgen_runtime::Bytes".to_owned(),
        _ => match rest.strip_prefix("::alloc::") {
            Some(item) => format!("::std::{item}"),
            None => path.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_in_attributes_hold_commas() {
        assert_eq!(
            arguments(r#"string, default = "a, \"b\", c", tag = "1""#),
            ["string", r#"default = "a, \"b\", c""#, r#"tag = "1""#]
        );
    }

    #[test]
    fn types_have_their_usual_names() {
        let prost =
            "::core::option::Option<::streamgen_runtime::prost::alloc::boxed::Box<super::X>>";
        let ours = "::core::option::Option<::std::boxed::Box<super::X>>";
        assert_eq!(rust_type(prost).flat(), ours);
        let map = "::std::collections::HashMap<i64, ::streamgen_runtime::prost::bytes::Bytes>";
        let ours = "::std::collections::HashMap<i64, ::streamgen_runtime::Bytes>";
        assert_eq!(rust_type(map).flat(), ours);
    }

    #[test]
    fn a_mark_becomes_documentation_and_items_get_room() {
        let text = "// by prost-build\n/// @docs 0\n#[derive(Clone)]\npub struct A {\n}\n\
                    /// @docs 1\n#[derive(Clone)]\npub struct B {\n    /// @docs 0\n    #[prost(bool)]\n    pub x: bool,\n}\n";
        let docs = [
            vec!["One.".to_owned()],
            vec!["Two.".to_owned(), String::new()],
        ];
        let expected = "/// One.\n#[derive(Clone)]\npub struct A {}\n\n\
                        /// Two.\n///\n#[derive(Clone)]\npub struct B {\n    /// One.\n    #[prost(bool)]\n    pub x: bool,\n}";
        assert_eq!(format(text, &docs), expected);
    }
}
