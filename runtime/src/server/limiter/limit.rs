//! What users say about a limit.

use super::adaptive::Adaptive;
use crate::error::{Error, Result};

/// How many calls and streams are taken. Whatever is not set is not limited.
///
/// ```
/// use streamgen_runtime::server::{Adaptive, CallLimit};
/// # use streamgen_runtime::{Server, server::{ServerBuilder, Service}};
/// # fn build(echo: impl Service) -> ServerBuilder {
/// Server::builder()
///     .add_service(echo)
///     .call_limit(CallLimit::new().per_second(10_000).running(1_000))
///     .method_call_limit("TestService", "PingPong", CallLimit::new().adaptive(Adaptive::new()))
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct CallLimit {
    pub(super) per_second: Option<u32>,
    pub(super) burst: Option<u32>,
    pub(super) running: Option<usize>,
    pub(super) adaptive: Option<Adaptive>,
}

impl CallLimit {
    /// Limits nothing.
    pub const fn new() -> Self {
        Self {
            per_second: None,
            burst: None,
            running: None,
            adaptive: None,
        }
    }

    /// How many calls and streams may begin in a second, as Kitex's `MaxQPS`. Calls of a connection count
    /// one by one, and so do its streams, of which Kitex counts none.
    pub const fn per_second(mut self, calls: u32) -> Self {
        self.per_second = Some(calls);
        self
    }

    /// How many may begin at once after a pause. Without it, as many as in a second, which is what Kitex's
    /// limiter saves up.
    pub const fn burst(mut self, calls: u32) -> Self {
        self.burst = Some(calls);
        self
    }

    /// How many calls and streams may run at the same time. One runs until its handler has returned.
    pub const fn running(mut self, most: usize) -> Self {
        self.running = Some(most);
        self
    }

    /// Finds out by itself how many calls may run at the same time: see [`Adaptive`].
    pub const fn adaptive(mut self, adaptive: Adaptive) -> Self {
        self.adaptive = Some(adaptive);
        self
    }

    /// # Errors
    /// The limit takes no call at all, or its numbers contradict each other.
    pub(super) fn check(&self) -> Result<()> {
        let min = self.adaptive.map(|bound| bound.min);
        let zeros = [
            ("per_second", self.per_second == Some(0)),
            ("burst", self.burst == Some(0)),
            ("running", self.running == Some(0)),
            ("Adaptive::min", min == Some(0)),
        ];
        if let Some((name, _)) = zeros.iter().find(|(_, is_zero)| *is_zero) {
            return Err(Error::invalid_argument(format!(
                "`{name}(0)` would refuse every call: leave it out, or give it a number"
            )));
        }
        if self.burst.is_some() && self.per_second.is_none() {
            return Err(Error::invalid_argument(
                "`burst(…)` has no effect without `per_second(…)`: leave it out, or add that",
            ));
        }
        match self.adaptive {
            Some(bound) if !(bound.min..=bound.max).contains(&bound.initial) => {
                Err(Error::invalid_argument(format!(
                    "an adaptive limit begins with {} calls, which is not between its least, {}, and its most, {}",
                    bound.initial, bound.min, bound.max
                )))
            }
            _ => Ok(()),
        }
    }
}
