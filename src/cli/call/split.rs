//! Where one JSON value ends and the next begins, in text that comes in pieces.

use std::collections::VecDeque;

/// A request, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) text: String,
    /// Name of its file, line and column from 1; `None` if it was on the command line.
    pub(super) at: Option<(String, usize, usize)>,
}

impl From<&str> for Request {
    fn from(text: &str) -> Self {
        let text = text.to_owned();
        Self { text, at: None }
    }
}

/// Takes text, and gives the values in it. It does not judge them: what is no JSON is a value that does
/// not fit.
#[derive(Debug)]
pub(super) struct Splitter {
    name: String,
    /// Longest value, in bytes. A longer one is given in parts, which do not fit either.
    max: usize,
    whole: VecDeque<Request>,
    /// The value that has begun, with its place.
    begun: String,
    line: usize,
    column: usize,
    depth: usize,
    within: Within,
    place: (usize, usize),
}

/// What the last letter was part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// Brackets, braces, and what stands between them.
    Structure,
    /// A number or a word that is a value by itself.
    Scalar,
    Text,
    /// A text, behind a backslash.
    Escape,
}

impl Splitter {
    /// The name is that of the file in messages.
    pub(super) fn new(name: impl Into<String>, max: usize) -> Self {
        Self {
            name: name.into(),
            max,
            whole: VecDeque::new(),
            begun: String::new(),
            line: 1,
            column: 1,
            depth: 0,
            within: Within::Structure,
            place: (1, 1),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        for letter in text.chars() {
            self.take(letter);
            match letter {
                '\n' => (self.line, self.column) = (self.line + 1, 1),
                // As serde_json counts.
                _ => self.column += letter.len_utf8(),
            }
        }
    }

    /// The next whole value.
    pub(super) fn pop(&mut self) -> Option<Request> {
        self.whole.pop_front()
    }

    /// No text comes any more: what has begun is the last value.
    pub(super) fn finish(&mut self) {
        self.end();
    }

    fn take(&mut self, letter: char) {
        let is_between = self.depth == 0 && self.within != Within::Text;
        let is_between = is_between && self.within != Within::Escape;
        if is_between && letter.is_ascii_whitespace() {
            return self.end();
        }
        if self.within == Within::Scalar && matches!(letter, '{' | '[' | '"') {
            self.end();
        }
        // No text of JSON goes over a line: the quote at its end is missing.
        if self.within == Within::Text && letter == '\n' {
            return self.end();
        }
        if self.begun.is_empty() {
            self.place = (self.line, self.column);
        }
        self.begun.push(letter);
        let is_over = match (self.within, letter) {
            (Within::Escape, _) => {
                self.within = Within::Text;
                false
            }
            (Within::Text, '\\') => {
                self.within = Within::Escape;
                false
            }
            (Within::Text, '"') => {
                self.within = Within::Structure;
                self.depth == 0
            }
            (Within::Text, _) => false,
            (_, letter) => self.structure(letter),
        };
        if is_over || self.begun.len() > self.max {
            self.end();
        }
    }

    /// Whether the value is over with this letter.
    fn structure(&mut self, letter: char) -> bool {
        match letter {
            '"' => self.within = Within::Text,
            '{' | '[' => self.depth += 1,
            '}' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ if self.depth == 0 => self.within = Within::Scalar,
            _ => {}
        }
        false
    }

    fn end(&mut self) {
        self.depth = 0;
        self.within = Within::Structure;
        if self.begun.is_empty() {
            return;
        }
        let (line, column) = self.place;
        self.whole.push_back(Request {
            text: std::mem::take(&mut self.begun),
            at: Some((self.name.clone(), line, column)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Splitter;

    fn split(pieces: &[&str]) -> Vec<(String, usize, usize)> {
        let mut splitter = Splitter::new("a.json", 40);
        pieces.iter().for_each(|piece| splitter.push(piece));
        splitter.finish();
        let values = std::iter::from_fn(|| splitter.pop());
        let places = values.map(|value| {
            let (_, line, column) = value.at.expect("it has a place");
            (value.text, line, column)
        });
        places.collect()
    }

    fn texts(pieces: &[&str]) -> Vec<String> {
        split(pieces).into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn values_need_no_lines_of_their_own() {
        assert_eq!(
            texts(&["{\"a\":1}\n\n{\"a\":2}\n"]),
            ["{\"a\":1}", "{\"a\":2}"]
        );
        assert_eq!(
            texts(&["{\n \"a\": [1]\n} {}"]),
            ["{\n \"a\": [1]\n}", "{}"]
        );
        assert_eq!(
            texts(&["[{}][]\"a\"1 2 null"]),
            ["[{}]", "[]", "\"a\"", "1", "2", "null"]
        );
        assert_eq!(texts(&["1{}"]), ["1", "{}"]);
        assert_eq!(texts(&[" \n\t "]), [""; 0]);
    }

    #[test]
    fn brackets_in_texts_are_text() {
        assert_eq!(texts(&[r#"{"a":"}\"{"}{"#, "}"]), [r#"{"a":"}\"{"}"#, "{}"]);
        assert_eq!(texts(&[r#""\\" "a"#, "b\""]), [r#""\\""#, "\"ab\""]);
    }

    #[test]
    fn what_is_no_json_is_a_value_and_harms_no_other_line() {
        assert_eq!(texts(&["{\"a\n{}\n"]), ["{\"a", "{}"]);
        assert_eq!(texts(&["}\n{}"]), ["}", "{}"]);
        assert_eq!(texts(&["x y"]), ["x", "y"]);
        let long = "[".repeat(100);
        assert!(texts(&[&long]).iter().all(|part| part.len() <= 41));
    }

    #[test]
    fn a_value_knows_where_it_begins() {
        let found = split(&["{}\n  {\n}", " []"]);
        let places: Vec<_> = found.iter().map(|&(_, line, at)| (line, at)).collect();
        assert_eq!(places, [(1, 1), (2, 3), (3, 3)]);
    }
}
