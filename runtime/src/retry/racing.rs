//! Attempts of one call that run at the same time.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

type Attempt<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A few futures, of which each end counts.
pub(crate) struct Racing<'a, T>(Vec<Attempt<'a, T>>);

impl<'a, T> Racing<'a, T> {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn push(&mut self, one: impl Future<Output = T> + Send + 'a) {
        self.0.push(Box::pin(one));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next one that ends; never completes if there is none. Cancel safe.
    pub(crate) async fn next(&mut self) -> T {
        poll_fn(|cx| {
            for index in 0..self.0.len() {
                if let Poll::Ready(ended) = self.0[index].as_mut().poll(cx) {
                    drop(self.0.swap_remove(index));
                    return Poll::Ready(ended);
                }
            }
            Poll::Pending
        })
        .await
    }
}
