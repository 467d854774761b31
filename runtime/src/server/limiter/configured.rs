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
    last: Mutex<Option<(u32, Arc<Rate>)>>,
}

impl ConfiguredRate {
    pub(super) fn new(watching: Arc<Watching>) -> Self {
        let last = Mutex::default();
        Self { watching, last }
    }

    /// The rate that holds now. `None`: the configuration does not say.
    pub(super) fn now(&self) -> Option<Arc<Rate>> {
        let per_second = self.watching.settings_now().limit.per_second?;
        let mut last = lock(&self.last);
        if let Some((_, rate)) = last.as_ref().filter(|(known, _)| *known == per_second) {
            return Some(Arc::clone(rate));
        }
        // Kitex's limiter saves up as many as in a second.
        let new = Arc::new(Rate::new(per_second, per_second));
        *last = Some((per_second, Arc::clone(&new)));
        Some(new)
    }
}
