//! What answers the calls of an expectation.

use std::pin::Pin;
use std::time::Duration;

/// A future of the test's.
type Answer<Out> = Pin<Box<dyn Future<Output = Out> + Send>>;

/// Answers calls. `In` is what a handler is given, and `Out` what it returns.
pub(super) struct Script<In, Out> {
    delay: Duration,
    run: Box<dyn Fn(In) -> Answer<Out> + Send + Sync>,
}

impl<In, Out> Script<In, Out> {
    pub(super) fn new<F, Fut>(delay: Duration, run: F) -> Self
    where
        F: Fn(In) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Out> + Send + 'static,
    {
        Self {
            delay,
            run: Box::new(move |given| Box::pin(run(given))),
        }
    }

    /// Answers one call.
    pub(super) async fn run(&self, given: In) -> Out {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        (self.run)(given).await
    }
}
