//! Where lines break in attributes.

use super::{ATTRIBUTE_WIDTH, MAX_WIDTH, STEP, blanks};

/// `#[derive(…)]` without the indentation of its first line. rustfmt puts all traits on a second line
/// before it gives each a line of its own.
pub(crate) fn derive<T: AsRef<str>>(traits: &[T], indent: usize) -> String {
    /// The widest list beside `#[derive(`, with the indentation.
    const BESIDE: usize = 85;
    /// The widest list on one line of its own, with the indentation of the first.
    const BELOW: usize = 96;
    let traits: Vec<_> = traits.iter().map(AsRef::as_ref).collect();
    let flat = traits.join(", ");
    let (outer, inner) = (blanks(indent), blanks(indent + STEP));
    match indent + flat.len() {
        0..=BESIDE => format!("#[derive({flat})]"),
        width if width <= BELOW => format!("#[derive(\n{inner}{flat},\n{outer})]"),
        _ => {
            let list = traits.join(&format!(",\n{inner}"));
            format!("#[derive(\n{inner}{list},\n{outer})]")
        }
    }
}

/// Attributes, one after the other, line ends included. `tail` is what rustfmt keeps free at the end
/// of the line: the comma of a struct's field.
pub(crate) fn attributes(lines: &[String], indent: usize, tail: usize) -> String {
    let (pad, inner_pad) = (blanks(indent), blanks(indent + STEP));
    let line = |line: &String| {
        let flat = format!("{pad}{line}\n");
        let Some((name, args)) = attribute_args(line) else {
            return flat;
        };
        let list = args.join(", ").len();
        let narrow = args.len() == 1 || list <= ATTRIBUTE_WIDTH;
        if narrow && indent + line.len() + tail <= MAX_WIDTH {
            return flat;
        }
        let args = args.join(&format!(",\n{inner_pad}"));
        format!("{pad}{name}(\n{inner_pad}{args}\n{pad})]\n")
    };
    lines.iter().map(line).collect()
}

/// `#[name(args)]` in its parts.
fn attribute_args(attribute: &str) -> Option<(&str, Vec<&str>)> {
    let (name, list) = attribute.split_once('(')?;
    let list = list.strip_suffix(")]")?;
    let (mut args, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in list.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                args.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    args.push(list[start..].trim());
    args.retain(|arg| !arg.is_empty());
    Some((name, args))
}
