//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks regardless of poison: what is locked in this crate is whole whenever its lock is given up, by a
/// panic too. User code can panic under a lock in one place, while a message is encoded, and what it
/// wrote is taken back there.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
