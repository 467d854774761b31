//! How many calls of a second a server takes, as its configuration says.

use std::sync::{Arc, Mutex};

use super::rate::Rate;
use crate::config::Watching;
use crate::sync::lock;

/// The rate of a server that has a configuration.
#[derive(Debug)]
pub(super) struct ConfiguredRate {
    watching: Arc<Watching>,
    /// The rate that the configuration said last, and what it has counted.
    last: Mutex<Option<(u32, Rate)>>,
}

impl ConfiguredRate {
    pub(super) fn new(watching: Arc<Watching>) -> Self {
        let last = Mutex::default();
        Self { watching, last }
    }

    /// Asks the rate that holds now. `None`: the configuration does not say.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(&Rate) -> T) -> Option<T> {
        let per_second = self.watching.settings_now().limit.per_second?;
        let mut last = lock(&self.last);
        let (_, rate) = match last.take() {
            Some(known) if known.0 == per_second => last.insert(known),
            // Kitex's limiter saves up as many as in a second.
            _ => last.insert((per_second, Rate::new(per_second, per_second))),
        };
        Some(ask(rate))
    }
}
