//! Events that a peer can cause as often as it likes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tracing::Level;

use crate::sync::lock;

/// Whether something of a connection was told already.
#[derive(Debug, Default)]
pub(crate) struct Told(AtomicBool);

impl Told {
    /// The level of an event: `first` for the first one, DEBUG for all others.
    pub(crate) fn level(&self, first: Level) -> Level {
        match self.0.swap(true, Ordering::Relaxed) {
            false => first,
            true => Level::DEBUG,
        }
    }
}

/// How long an event that concerns the whole process is not told again.
const PAUSE: Duration = Duration::from_secs(10);

/// When something that concerns the whole process was told last.
#[derive(Debug)]
pub(crate) struct Seldom(Mutex<Option<Instant>>);

impl Seldom {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The level of an event: `first`, and DEBUG for those within the next 10 s.
    pub(crate) fn level(&self, first: Level) -> Level {
        let mut last = lock(&self.0);
        if last.is_some_and(|last| last.elapsed() < PAUSE) {
            return Level::DEBUG;
        }
        *last = Some(Instant::now());
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_happens_all_the_time_is_told_every_ten_seconds() {
        let seldom = Seldom::new();
        let mut warned = 0;
        for _ in 0..100 {
            warned += usize::from(seldom.level(Level::WARN) == Level::WARN);
            tokio::time::advance(Duration::from_millis(300)).await;
        }
        assert_eq!(warned, 3);
    }

    #[test]
    fn of_one_connection_it_is_told_once() {
        let told = Told::default();
        let levels = [(); 3].map(|()| told.level(Level::INFO));
        assert_eq!(levels, [Level::INFO, Level::DEBUG, Level::DEBUG]);
    }
}
