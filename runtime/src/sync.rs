//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex even if it is poisoned. In this crate, every locked value is consistent whenever
/// its lock is released, also by a panic. User code runs under a lock in two places only. One is where
/// a message is encoded; if it panics there, the lock's owner takes back what it wrote. The other is
/// where tracers are told of a stream: that lock only gives turns, and a thread that has it goes past it.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
