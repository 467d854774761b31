//! Events about configurations.

use std::fmt::Display;
use std::time::Duration;

use tracing::{info, warn};

use super::names::ConfigNames;
use crate::error::Error;
use crate::measure;
use crate::trace::target;

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
    let (of, parts) = (names.file_key(), parts.join(", "));
    warn!(target: target::CONFIG, of, %from, parts, "parts of the configuration have no effect");
}

/// Reports that a source failed, and is asked again after `pause`.
pub(super) fn unknown(names: &ConfigNames, error: &Error, pause: Duration) {
    let (of, error) = (names.file_key(), error.message());
    warn!(target: target::CONFIG, of, error, ?pause, "configuration cannot be learned");
}
