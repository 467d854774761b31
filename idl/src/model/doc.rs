//! Documentation comments.

use serde::Serialize;

/// The documentation of one item, one entry a line, comment markers and line ends stripped.
///
/// The text is the author's: it may hold anything, Markdown or not. Making it harmless for rustdoc
/// is the code generator's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Docs {
    /// The lines, without leading or trailing blank ones.
    pub lines: Vec<String>,
}

impl Docs {
    /// Whether the item has no documentation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
