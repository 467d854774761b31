//! What a test holds of an expectation, to read what came.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::Shared;
use crate::sync::lock;

/// How many requests of an expectation are kept; from then on, the oldest is forgotten. More than a test
/// looks at, and a bound for one that runs for hours.
pub const KEPT_REQUESTS: usize = 10_000;

/// An expectation of a mock, to count its calls by.
#[derive(Clone)]
pub struct Expected {
    pub(super) shared: Arc<Shared>,
    pub(super) index: usize,
}

impl Expected {
    /// How many calls came.
    #[must_use]
    pub fn calls(&self) -> usize {
        lock(&self.shared.queue).expectations[self.index].calls
    }
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expected")
            .field("calls", &self.calls())
            .finish_non_exhaustive()
    }
}

/// An expectation of a mock whose requests are kept.
#[derive(Clone, Debug)]
pub struct Recorded<Req> {
    pub(super) expected: Expected,
    pub(super) requests: Requests<Req>,
}

impl<Req: Clone> Recorded<Req> {
    /// The requests that came, in their order, those of all calls together: the last [`KEPT_REQUESTS`].
    #[must_use]
    pub fn requests(&self) -> Vec<Req> {
        lock(&self.requests.0).iter().cloned().collect()
    }
}

impl<Req> Recorded<Req> {
    /// How many calls came.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.expected.calls()
    }
}

/// Requests that are kept. Clones share them.
pub(super) struct Requests<Req>(Arc<Mutex<VecDeque<Req>>>);

impl<Req: Clone> Requests<Req> {
    pub(super) fn keep(&self, request: &Req) {
        let request = request.clone();
        let mut requests = lock(&self.0);
        if requests.len() == KEPT_REQUESTS {
            requests.pop_front();
        }
        requests.push_back(request);
    }
}

impl<Req> Default for Requests<Req> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<Req> Clone for Requests<Req> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Req> fmt::Debug for Requests<Req> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests", lock(&self.0).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_requests_are_forgotten() {
        let requests = Requests::default();
        (0..KEPT_REQUESTS + 3).for_each(|number| requests.keep(&number));
        let kept = lock(&requests.0);
        assert_eq!((kept.len(), kept.front()), (KEPT_REQUESTS, Some(&3)));
    }
}
