//! Where text is inserted into a file of the user's, and how it looks there: its ends of lines and its
//! indentation are the file's own.

use crate::layout::STEP;

/// What is inserted, and in front of which byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    pub(super) at: usize,
    pub(super) text: String,
}

/// A block in braces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The byte of what the block belongs to.
    pub(super) start: usize,
    /// The bytes of its braces.
    pub(super) open: usize,
    pub(super) close: usize,
    /// The byte of the first item in it.
    pub(super) first_item: Option<usize>,
}

impl Block {
    /// How far the block is indented, in columns.
    pub(super) fn indent(self, text: &str) -> usize {
        columns(blanks_of_line(text, self.start))
    }

    /// Functions at the end of the block. They are laid out for a block that is indented by
    /// [`indent`](Self::indent).
    pub(super) fn append(self, text: &str, functions: &[String]) -> Insertion {
        let base = blanks_of_line(text, self.start);
        let unit = self.unit(text, base);
        let (end, indent) = (end_of_line(text), columns(base));
        let functions = functions.iter().map(|function| {
            let lines = function.lines();
            let lines = lines.map(|line| indented(line, indent, base, unit) + end);
            lines.collect::<String>()
        });
        let functions = functions.collect::<Vec<_>>().join(end);
        let line = start_of_line(text, self.close);
        let has_items = self.first_item.is_some();
        if text[line..self.close].trim().is_empty() && line > self.open {
            let above = text[..line].trim_end_matches(['\n', '\r']);
            let has_blank_line = text[above.len()..line].matches('\n').count() > 1;
            let gap = if has_items && !has_blank_line {
                end
            } else {
                ""
            };
            let text = format!("{gap}{functions}");
            return Insertion { at: line, text };
        }
        let gap = if has_items { end } else { "" };
        Insertion {
            at: self.close,
            text: format!("{end}{gap}{functions}{base}"),
        }
    }

    /// One step of indentation in the block.
    fn unit<'t>(self, text: &'t str, base: &str) -> &'t str {
        let of_item = self.first_item.and_then(|item| {
            let line = start_of_line(text, item);
            let blanks = &text[line..item];
            blanks
                .trim()
                .is_empty()
                .then_some(blanks)?
                .strip_prefix(base)
        });
        match of_item {
            Some(unit) if !unit.is_empty() => unit,
            _ if base.contains('\t') || text.contains("\n\t") => "\t",
            _ => "    ",
        }
    }
}

/// Text at the end of a file, behind an empty line.
pub(super) fn at_end(text: &str, addition: &str) -> Insertion {
    let end = end_of_line(text);
    let gap = match text.trim_end_matches([' ', '\t', '\r']) {
        "" => String::new(),
        kept if kept.ends_with('\n') => end.to_owned(),
        _ => end.repeat(2),
    };
    let addition = addition.trim_end().lines();
    let addition: String = addition.map(|line| line.to_owned() + end).collect();
    Insertion {
        at: text.len(),
        text: gap + &addition,
    }
}

/// A call behind the one that begins with the point at `point` and ends in front of `end`: on one line,
/// or as it is laid out for an indentation.
pub(super) fn in_chain(
    text: &str,
    (point, end): (usize, usize),
    flat: &str,
    laid_out: &dyn Fn(usize) -> String,
) -> Insertion {
    let blanks = blanks_of_line(text, point);
    let is_alone = text[start_of_line(text, point)..point].trim().is_empty();
    let indent = columns(blanks);
    let text = match is_alone {
        true => {
            let unit = if blanks.contains('\t') { "\t" } else { "    " };
            let lines = format!("{}{}", " ".repeat(indent), laid_out(indent));
            let lines = lines
                .lines()
                .map(|line| indented(line, indent, blanks, unit));
            let line_end = end_of_line(text);
            lines.map(|line| line_end.to_owned() + &line).collect()
        }
        false => flat.to_owned(),
    };
    Insertion { at: end, text }
}

/// How the lines of a text end.
fn end_of_line(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((line, _)) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// A line that was laid out in a block indented by `indent`, as the file has such lines.
fn indented(line: &str, indent: usize, base: &str, unit: &str) -> String {
    let rest = line.trim_start_matches(' ');
    if rest.is_empty() {
        return String::new();
    }
    let blanks = (line.len() - rest.len()).saturating_sub(indent);
    format!(
        "{base}{}{}{rest}",
        unit.repeat(blanks / STEP),
        " ".repeat(blanks % STEP)
    )
}

fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// What the line of a byte is indented by.
fn blanks_of_line(text: &str, at: usize) -> &str {
    let line = &text[start_of_line(text, at)..];
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    &line[..blanks]
}

/// The width of blanks, of which tabs are as wide as rustfmt has them.
fn columns(blanks: &str) -> usize {
    let width = |c| if c == '\t' { STEP } else { 1 };
    blanks.chars().map(width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a function at the end of its one block.
    fn appended(text: &str) -> String {
        let start = text.find("impl").expect("it has a block");
        let block = Block {
            start,
            open: text.find('{').expect("which begins"),
            close: text.rfind('}').expect("which ends"),
            first_item: text.find("fn a"),
        };
        let pad = " ".repeat(block.indent(text));
        let function = format!("{pad}    fn b() {{\n{pad}        1\n{pad}    }}");
        let Insertion { at, text: new } = block.append(text, &[function]);
        format!("{}{new}{}", &text[..at], &text[at..])
    }

    #[test]
    fn functions_look_as_their_neighbours_do() {
        for (text, expected) in [
            (
                "impl T for S {}\n",
                "impl T for S {\n    fn b() {\n        1\n    }\n}\n",
            ),
            (
                "impl T for S {\n}",
                "impl T for S {\n    fn b() {\n        1\n    }\n}",
            ),
            (
                "impl T for S {\n  fn a() {}\n}\n",
                "impl T for S {\n  fn a() {}\n\n  fn b() {\n    1\n  }\n}\n",
            ),
            (
                "\timpl T for S {\r\n\t\tfn a() {}\r\n\r\n\t}\r\n",
                "\timpl T for S {\r\n\t\tfn a() {}\r\n\r\n\t\tfn b() {\r\n\t\t\t1\r\n\t\t}\r\n\t}\r\n",
            ),
            (
                "impl T for S { fn a() {} }",
                "impl T for S { fn a() {} \n\n    fn b() {\n        1\n    }\n}",
            ),
        ] {
            assert_eq!(appended(text), expected);
        }
    }

    #[test]
    fn one_empty_line_is_in_front_of_what_stands_at_the_end() {
        for (text, expected) in [
            ("", "x\ny\n"),
            ("a", "\n\nx\ny\n"),
            ("a\n", "\nx\ny\n"),
            ("a\r\nb\r\n", "\r\nx\r\ny\r\n"),
        ] {
            assert_eq!(at_end(text, "x\ny\n").text, expected, "{text:?}");
        }
    }

    #[test]
    fn calls_of_a_chain_stand_as_the_one_before() {
        let call = |_: usize| ".add(\n            x,\n        )".to_owned();
        for (text, expected) in [
            (
                "    a\n        .b()\n        .c();",
                "\n        .add(\n            x,\n        )",
            ),
            (
                "\ta\r\n\t\t.b()\r\n\t\t.c();",
                "\r\n\t\t.add(\r\n\t\t\tx,\r\n\t\t)",
            ),
            ("a.b().c()", ".add(x)"),
        ] {
            let point = text.find(".b").expect("there is a call");
            let found = in_chain(text, (point, point + 4), ".add(x)", &call);
            assert_eq!(found.text, expected);
        }
    }
}
