//! What goes to standard output.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use super::ending::Ending;
use crate::cli::args::MessageFormat;
use crate::cli::console::Console;

/// Prints a line at once: whoever reads sees a response when it comes.
pub(super) fn line(text: &str) -> Result<(), Ending> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ending::nobody_reads(),
        _ => Ending::failure(format!("cannot write to stdout: {error}")),
    })
}

/// Prints above the line that a user is typing.
pub(super) type Above = Box<dyn FnMut(String) + Send>;

/// Prints responses, and what is told of calls.
pub(super) struct Printer {
    pretty: bool,
    above: Option<Mutex<Above>>,
}

impl Printer {
    pub(super) fn new(pretty: bool) -> Self {
        Self {
            pretty,
            above: None,
        }
    }

    /// The same, for a terminal at which a user is typing: what is printed goes above the line of the user.
    pub(super) fn above(self, above: Option<Above>) -> Self {
        let above = above.map(Mutex::new);
        Self { above, ..self }
    }

    /// A response.
    pub(super) fn response(&self, json: &str) -> Result<(), Ending> {
        match self.pretty {
            true => self.line(&pretty(json)),
            false => self.line(json),
        }
    }

    pub(super) fn line(&self, text: &str) -> Result<(), Ending> {
        match &self.above {
            None => line(text),
            Some(above) => {
                let mut print = above.lock().unwrap_or_else(PoisonError::into_inner);
                print(format!("{text}\n"));
                Ok(())
            }
        }
    }

    /// What is told besides the responses, on standard error.
    pub(super) fn note(&self, text: &str) {
        match &self.above {
            None => Console::new(MessageFormat::Human).progress(text),
            // A terminal shows both; a user who types sees them in their order.
            Some(_) => drop(self.line(text)),
        }
    }
}

/// The JSON in lines, its members and numbers as they are. What goes in is JSON that the conversion wrote.
fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if in_text {
            out.push(letter);
            in_text = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' => {
                out.push(letter);
                match letters.next_if(|&next| next == '}' || next == ']') {
                    Some(end) => out.push(end),
                    None => {
                        depth += 1;
                        new_line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            letter => {
                in_text = letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn values_stay_as_they_are() {
        let json = r#"{"b":[1,{"x":"a,\"{:"}],"a":{},"n":12345678901234567890.10,"e":[]}"#;
        let expected = r#"{
  "b": [
    1,
    {
      "x": "a,\"{:"
    }
  ],
  "a": {},
  "n": 12345678901234567890.10,
  "e": []
}"#;
        assert_eq!(pretty(json), expected);
        assert_eq!(pretty("null"), "null");
        assert_eq!(pretty(r#""a\\""#), r#""a\\""#);
    }
}
