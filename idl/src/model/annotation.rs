//! Annotations: `(key = "value", …)` after an item.

use serde::Serialize;

use crate::source::Span;

/// One `key = "value"` entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// The key, dots included: `streaming.mode`.
    pub key: String,
    /// The value with escapes decoded; `None` when only the key stands there. Apache's compiler
    /// reads the latter as `"1"`.
    pub value: Option<String>,
    /// The value as written, without the quotes: tags and regular expressions often hold
    /// backslashes that no escape rule covers.
    pub raw: Option<String>,
    /// Where the entry stands.
    pub span: Span,
}

/// The annotations of one item, in the order of the IDL. A key may occur more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Annotations {
    /// The entries.
    pub entries: Vec<Annotation>,
}

impl Annotations {
    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every entry with this key, in order.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Annotation> {
        self.entries.iter().filter(move |entry| entry.key == key)
    }

    /// The entry that counts when a key is to have one value: the last, as pilota reads it
    /// (kitex-tool.md 13).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Annotation> {
        self.entries.iter().rfind(|entry| entry.key == key)
    }

    /// The value of [`get`](Self::get); `None` also for a key without a value.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.as_deref()
    }

    /// Whether the key occurs, with or without a value.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }
}
