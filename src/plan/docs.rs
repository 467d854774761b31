//! Comments of the IDL to text that rustdoc can hold (`thrift-idl.md` 2.2).
//!
//! The text is somebody else's and may be anything. What must not happen is that it breaks the
//! build or `cargo test --doc`: code blocks would be compiled and run, tabs and long indents make
//! code blocks, and rustc refuses characters that reorder text. Links and HTML that rustdoc would
//! warn about are left alone; the generated root module silences those lints.

/// Doc lines without the leading `///`. A blank line is an empty string.
pub(crate) fn sanitize(lines: &[String]) -> Vec<String> {
    let indent = common_indent(lines);
    let mut fence: Option<Fence> = None;
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let line = plain(line, indent);
        match (&fence, Fence::of(&line)) {
            (None, Some(opening)) => {
                out.push(format!("{}text", opening.marker()));
                fence = Some(opening);
            }
            (None, None) => out.push(prose(&line)),
            (Some(open), Some(closing)) if closing.closes(open) => {
                out.push(open.marker());
                fence = None;
            }
            (Some(_), _) => out.push(line.trim_end().to_owned()),
        }
    }
    if let Some(open) = fence {
        out.push(open.marker());
    }
    out
}

/// A fence of three or more backticks or tildes, indented by fewer than four blanks.
struct Fence {
    mark: char,
    length: usize,
    /// Whether something follows the marks, which a closing fence does not have.
    info: bool,
}

impl Fence {
    fn of(line: &str) -> Option<Self> {
        let body = line.trim_start_matches(' ');
        let mark = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = body.chars().take_while(|c| *c == mark).count();
        let info = body[length..].trim();
        // A line such as ```x``` is inline code.
        let fence = length >= 3 && line.len() - body.len() < 4 && !info.contains('`');
        fence.then_some(Self {
            mark,
            length,
            info: !info.is_empty(),
        })
    }

    fn closes(&self, open: &Self) -> bool {
        self.mark == open.mark && self.length >= open.length && !self.info
    }

    fn marker(&self) -> String {
        String::from(self.mark).repeat(self.length)
    }
}

fn common_indent(lines: &[String]) -> usize {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    filled
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0)
}

/// Without the common indent, tabs, control characters, and characters that change the direction
/// of text.
fn plain(line: &str, indent: usize) -> String {
    line.chars()
        .skip(indent)
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_directional(*c))
        .collect()
}

/// The characters of rustc's `text_direction_codepoint_in_comment`.
fn is_directional(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Outside a code block. Four blanks anywhere at the start of a line, also after the marker of a
/// quote or a list, open a code block; a fence there does too.
fn prose(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut blanks = 0;
    for c in line.trim_end().chars() {
        blanks = if c == ' ' { blanks + 1 } else { 0 };
        if blanks < 4 {
            out.push(c);
        }
    }
    out.replace("```", "\\`\\`\\`").replace("~~~", "\\~\\~\\~")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docs(text: &str) -> String {
        sanitize(&text.lines().map(str::to_owned).collect::<Vec<_>>()).join("\n")
    }

    #[test]
    fn ordinary_text_is_untouched() {
        let text = "Sends `x`.\n\n- a\n  - b\n\n用户名 <b>";
        assert_eq!(docs(text), text);
    }

    #[test]
    fn indented_code_becomes_prose() {
        assert_eq!(
            docs("a\n\n      let x = 1;\n>     quoted"),
            "a\n\n   let x = 1;\n>   quoted"
        );
        assert_eq!(docs("    all\n    indented"), "all\nindented");
        assert_eq!(docs("a\n\tb"), "a\n b");
    }

    #[test]
    fn fenced_code_is_text_and_always_closed() {
        assert_eq!(
            docs("```rust\nfn f() {\n    g()\n}\n```"),
            "```text\nfn f() {\n    g()\n}\n```"
        );
        assert_eq!(docs("~~~\nopen"), "~~~text\nopen\n~~~");
        assert_eq!(docs("> ```\n> x\n> ```"), "> \\`\\`\\`\n> x\n> \\`\\`\\`");
        assert_eq!(docs("````\n```\nx\n````"), "````text\n```\nx\n````");
    }

    #[test]
    fn text_direction_is_not_carried() {
        assert_eq!(docs("a\u{202E}b\u{7}"), "ab");
    }
}
