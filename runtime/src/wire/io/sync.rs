//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks regardless of poison: what is locked here is whole whenever a lock is given up.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
