//! A handler's panic becomes an answer, and leaves the connection alive (statement 58).

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use crate::codec::ApplicationException;
use crate::trace::target;

/// What `future` returns, or the exception for its panic.
pub(crate) async fn catch<T>(
    mut future: Pin<Box<dyn Future<Output = T> + Send>>,
    service: &str,
    method: &str,
) -> Result<T, ApplicationException> {
    // After a panic the future is never polled again, so no one sees what it left half done.
    let finished =
        poll_fn(
            |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
                Err(panic) => Poll::Ready(Err(panic)),
            },
        );
    finished.await.map_err(|panic| {
        tell(service, method, &*panic);
        exception(service, method, text(&*panic))
    })
}

/// A handler has panicked. Where in its code, the process's panic hook has said.
pub(crate) fn tell(service: &str, method: &str, panic: &(dyn Any + Send)) {
    tracing::error!(
        target: target::SERVER,
        service,
        method,
        panic = text(panic),
        "handler panicked"
    );
}

/// Kitex's words for it.
pub(crate) fn exception(service: &str, method: &str, panic: &str) -> ApplicationException {
    let text = format!(
        "panic: [happened in biz handler, method={service}.{method}, \
         please check the panic at the server side] {panic}"
    );
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}

/// The text of a panic, where it has one.
pub(crate) fn text(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "unknown panic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_reads_as_in_kitex() {
        let number = 7;
        let panicking = Box::pin(async move { panic!("number {number}") });
        let exception = catch::<()>(panicking, "Peer", "Echo").await.unwrap_err();
        assert_eq!(exception.type_id, 6);
        assert_eq!(
            exception.message,
            "panic: [happened in biz handler, method=Peer.Echo, \
             please check the panic at the server side] number 7"
        );
    }

    #[tokio::test]
    async fn a_result_passes_through() {
        let fine = Box::pin(async { 1 });
        assert_eq!(catch(fine, "Peer", "Echo").await, Ok(1));
    }
}
