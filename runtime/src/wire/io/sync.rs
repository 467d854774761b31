//! Locking, and giving way to other tasks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// Locks regardless of poison: what is locked here is whole whenever a lock is given up.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

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
