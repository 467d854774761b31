//! A handler whose call counts as running.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::permit::Permit;

pin_project! {
    /// A handler with the permit of its call, in one future: a call needs no further allocation for its permit.
    pub(in crate::server) struct Permitted<F> {
        #[pin]
        handler: F,
        // `None` if nobody counts the call, while the handler is polled, and once it has ended.
        permit: Option<Permit>,
    }
}

impl<F> Permitted<F> {
    pub(in crate::server) fn new(permit: Option<Permit>, handler: F) -> Self {
        Self { handler, permit }
    }
}

impl<F: Future> Future for Permitted<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // A handler that returns or panics has ended at once, though its future may be dropped later.
        let permit = this.permit.take();
        let polled = this.handler.poll(cx);
        if polled.is_pending() {
            *this.permit = permit;
        }
        polled
    }
}
