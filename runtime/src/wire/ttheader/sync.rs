//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks regardless of poison. User code can panic under a lock in one place, while a message is
/// encoded, and what it wrote is taken back there.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
