//! What is wrong with an IDL, as a value.
//!
//! A [`Diagnostic`] knows nothing of terminals: a command line draws it, a test compares it, an
//! editor underlines its labels. Codes are stable and never reused.

use std::fmt;

use serde::Serialize;

use crate::code::Code;
use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// There is no schema.
    Error,
    /// The schema is fine, but probably not what the author meant, or not what a peer will read.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One marked place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// Text that mends the IDL when it stands in the place of what is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What to replace; empty where text is only added.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// One message for the author of an IDL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which rule was broken.
    pub code: Code,
    /// One lower-case sentence, names in backticks.
    pub message: String,
    /// The marked places. The first is where the problem is; others show the other half of a
    /// conflict, perhaps in another file. Empty only when no file could be read.
    pub labels: Vec<Label>,
    /// Facts that help to understand, one sentence each.
    pub notes: Vec<String>,
    /// The smallest fix, in words.
    pub help: Option<String>,
    /// The fix that [`help`](Self::help) describes, where a program could make it.
    pub suggestion: Option<Suggestion>,
}

impl Diagnostic {
    /// A diagnostic with the severity of its code.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: code.severity(),
            code,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    /// Marks a place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says how to fix it; a later call replaces an earlier one.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says how to fix it, in words and as text in the place of `span`.
    #[must_use]
    pub fn suggest(
        self,
        help: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        let mut found = self.help(help);
        found.suggestion = Some(Suggestion {
            span,
            replacement: replacement.into(),
        });
        found
    }

    /// Suggests the name that was meant by the one at `span`, if one is near enough.
    #[must_use]
    pub fn did_you_mean(self, span: Span, meant: Option<String>) -> Self {
        match meant {
            Some(name) => self.suggest(format!("did you mean `{name}`?"), span, name),
            None => self,
        }
    }

    /// Where the problem is.
    #[must_use]
    pub fn primary_span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}
