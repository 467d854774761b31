//! Two small tools of the tasks in this folder.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// Locks regardless of poison. User code can panic under a lock in one place, while a message is
/// encoded, and what it wrote is taken back there.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets every task that is runnable now run before this one goes on. Unlike
/// `tokio::task::yield_now` it does not first ask the kernel for news.
pub(super) async fn yield_once() {
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
