//! A handler's panic becomes an answer, and leaves the connection alive (statement 58).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::codec::ApplicationException;
use crate::trace::target;

/// What a handler panicked with.
pub(crate) struct Panic(Box<dyn Any + Send>);

/// Polls a handler. After a panic the caller must never poll the handler again: the handler may
/// have left its work half done, and nobody must see that.
pub(crate) fn poll<F: Future + ?Sized>(
    handler: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<Result<F::Output, Panic>> {
    match catch(|| handler.poll(cx)) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    }
}

/// Returns what `begin` returns, or its panic. A handler may panic before it returns its future.
pub(crate) fn catch<T>(begin: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(begin)).map_err(Panic)
}

impl Panic {
    /// The answer to the caller of a handler that panicked. Also reports the panic to observers, so
    /// this must be called once for each panic. The process's panic hook reports where in the
    /// handler's code it happened.
    pub(crate) fn exception(&self, service: &str, method: &str) -> ApplicationException {
        let panic = self.text();
        tracing::error!(target: target::SERVER, service, method, panic, "handler panicked");
        exception(service, method, panic)
    }

    /// The text of the panic, if the panic has one.
    pub(crate) fn text(&self) -> &str {
        match (
            self.0.downcast_ref::<&str>(),
            self.0.downcast_ref::<String>(),
        ) {
            (Some(text), _) => text,
            (_, Some(text)) => text,
            _ => "unknown panic",
        }
    }
}

/// Kitex's words for it.
pub(crate) fn exception(service: &str, method: &str, panic: &str) -> ApplicationException {
    let text = format!(
        "panic: [happened in biz handler, method={service}.{method}, \
         please check the panic at the server side] {panic}"
    );
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Waker;

    use super::*;

    fn polled<T>(handler: impl Future<Output = T>) -> Poll<Result<T, Panic>> {
        poll(pin!(handler), &mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_panic_reads_as_in_kitex() {
        let number = 7;
        let Poll::Ready(Err(panic)) = polled(async move { panic!("number {number}") as () }) else {
            unreachable!("it panics at once")
        };
        let exception = panic.exception("Peer", "Echo");
        assert_eq!(exception.type_id, 6);
        assert_eq!(
            exception.message,
            "panic: [happened in biz handler, method=Peer.Echo, \
             please check the panic at the server side] number 7"
        );
    }

    #[test]
    fn a_result_passes_through() {
        assert!(matches!(polled(async { 1 }), Poll::Ready(Ok(1))));
        assert!(polled(std::future::pending::<()>()).is_pending());
    }
}
