//! Words and marks of a text that does not parse: enough to say what its author had in mind.
//!
//! Comments and strings are those of both languages. Nothing here decides whether a text is right.

/// One word, one string or one mark, and where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) start: usize,
    pub(crate) text: &'a str,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of a text, comments left out. A comment or string that never ends is the last one.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let start = at + rest.find(|c: char| !c.is_whitespace())?;
            let rest = &text[start..];
            let comment = comment(rest);
            if comment > 0 {
                at = start + comment;
                continue;
            }
            let text = &rest[..length(rest)];
            at = start + text.len();
            return Some(Token { start, text });
        }
    })
}

/// The length of the comment that a text begins with.
fn comment(rest: &str) -> usize {
    if rest.starts_with('#') || rest.starts_with("//") {
        return rest.find(['\n', '\r']).unwrap_or(rest.len());
    }
    match rest.strip_prefix("/*").map(|body| body.find("*/")) {
        Some(Some(end)) => end + 4,
        Some(None) => rest.len(),
        None => 0,
    }
}

/// The length of the token that a text begins with.
fn length(rest: &str) -> usize {
    let first = rest.chars().next().unwrap_or(' ');
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    if is_word(first) {
        return rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    }
    if !matches!(first, '"' | '\'') {
        return first.len_utf8();
    }
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|&(_, c)| {
        let closes = c == first && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).map(|token| token.text).collect()
    }

    #[test]
    fn comments_are_left_out_and_strings_are_whole() {
        assert_eq!(
            texts("a.b{ // c\n'd // \\' e' /* f */ 1:# g\n2 é }"),
            ["a.b", "{", "'d // \\' e'", "1", ":", "2", "é", "}"]
        );
        assert_eq!(texts("a /* b"), ["a"]);
        assert_eq!(texts("a \"b\\"), ["a", "\"b\\"]);
        assert_eq!(texts(""), [""; 0]);
    }
}
