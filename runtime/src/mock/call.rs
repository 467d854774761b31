//! A call that came to a mock, as it is kept.

use std::fmt::{self, Write};

/// How many calls a mock keeps; from then on, the oldest is forgotten. More than a test looks at, and a
/// bound for one that runs for hours.
pub const KEPT_CALLS: usize = 10_000;

/// How many bytes of a request's `Debug` text a mock keeps.
pub const KEPT_TEXT: usize = 300;

/// A call that came to a mock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// What the IDL calls the method.
    pub method: &'static str,
    /// The request as `Debug` shows it, cut at [`KEPT_TEXT`] bytes. `None` if the client sends its messages
    /// on a stream.
    pub request: Option<String>,
    /// Whether an expectation took the call.
    pub expected: bool,
}

/// A value as `Debug` shows it, as far as it is kept.
pub(super) fn text(value: &impl fmt::Debug) -> String {
    let mut text = Short(String::new());
    // It fails where the text is cut.
    if write!(text, "{value:?}").is_err() {
        text.0.push('…');
    }
    text.0
}

/// A text that takes no more than is kept.
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = KEPT_TEXT - self.0.len();
        if more.len() <= room {
            self.0.push_str(more);
            return Ok(());
        }
        let fits = |end: &usize| more.is_char_boundary(*end);
        let end = (0..=room).rev().find(fits).unwrap_or(0);
        self.0.push_str(&more[..end]);
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_request_is_cut_at_a_character() {
        assert_eq!(text(&"short"), "\"short\"");
        let long = text(&"ü".repeat(KEPT_TEXT));
        assert_eq!(long.chars().count(), 1 + (KEPT_TEXT - 1) / 2 + 1);
        assert!(long.ends_with("ü…"), "{long}");
    }
}
