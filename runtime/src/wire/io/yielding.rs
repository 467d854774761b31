//! Yields between the turns of a connection's tasks.

use std::task::Poll;

/// Lets every task that is runnable now run before this one goes on. Unlike
/// `tokio::task::yield_now` it does not first ask the kernel for news.
pub(crate) async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
