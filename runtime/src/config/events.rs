//! Events about configurations.

use std::fmt::Display;
use std::time::Duration;

use tracing::{info, warn};

use super::names::ConfigNames;
use crate::error::Error;
use crate::measure;
use crate::trace::target;

/// The most parts of a document that an event lists: more say no more of what is wrong with it.
const MAX_PARTS: usize = 20;

/// Reports that other settings hold from now on: those of these categories come from the configuration.
pub(super) fn applied(names: &ConfigNames, from: &dyn Display, categories: &str) {
    measure::configured(names.side(), "applied");
    let of = names.file_key();
    info!(target: target::CONFIG, of, %from, categories, "configuration applied");
}

/// Reports that a document is gone, or says nothing of this client or server.
pub(super) fn removed(names: &ConfigNames, from: &dyn Display) {
    measure::configured(names.side(), "removed");
    let of = names.file_key();
    info!(target: target::CONFIG, of, %from, "no configuration: the settings of the program hold");
}

/// Reports that a document is wrong, or cannot be read: what it said before stays.
pub(super) fn refused(names: &ConfigNames, from: &dyn Display, error: &dyn Display) {
    measure::configured(names.side(), "refused");
    let of = names.file_key();
    warn!(target: target::CONFIG, of, %from, %error, "configuration refused: it is kept as it was");
}

/// Reports which parts of a document have no effect.
pub(super) fn unused(names: &ConfigNames, from: &dyn Display, parts: &[String]) {
    let (of, parts) = (names.file_key(), listed(parts));
    warn!(target: target::CONFIG, of, %from, parts, "parts of the configuration have no effect");
}

/// Reports that a source failed, and is asked again after `pause`.
pub(super) fn unknown(names: &ConfigNames, error: &Error, pause: Duration) {
    let (of, error) = (names.file_key(), error.message());
    warn!(target: target::CONFIG, of, error, ?pause, "configuration cannot be learned");
}

/// The first parts, and how many more there are.
fn listed(parts: &[String]) -> String {
    let first = parts[..parts.len().min(MAX_PARTS)].join(", ");
    match parts.len().saturating_sub(MAX_PARTS) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_lists_twenty_parts_and_counts_the_others() {
        let parts = |count: usize| vec!["a.b".to_owned(); count];
        assert_eq!(listed(&parts(2)), "a.b, a.b");
        assert_eq!(listed(&parts(20)).matches("a.b").count(), 20);
        let many = listed(&parts(50_000));
        assert_eq!(many.matches("a.b").count(), 20);
        assert!(many.ends_with("a.b and 49980 more"), "{many}");
    }
}
