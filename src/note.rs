//! What a run has to say that is not about the IDL.

use std::fmt;

/// Something for the user to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub severity: NoteSeverity,
    /// One sentence, and below it the text to paste, if there is any.
    pub text: String,
}

/// See [`Note`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteSeverity {
    /// What was done, or what could be done.
    Note,
    /// The package does not build, or does not do what the IDL says, before somebody edits it.
    Warning,
    /// The run could not finish its work: the command ends with status 1.
    Error,
}

impl Note {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(NoteSeverity::Note, text)
    }

    pub(crate) fn new(severity: NoteSeverity, text: impl Into<String>) -> Self {
        Self {
            severity,
            text: text.into(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
