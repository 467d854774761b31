//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex even if it is poisoned. In this crate, every locked value is consistent whenever
/// its lock is released, also by a panic. User code runs under a lock in one place only, while a
/// message is encoded; if it panics there, the lock's owner takes back what it wrote.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
