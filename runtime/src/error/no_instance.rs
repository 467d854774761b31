//! Why a call went to no instance.

use std::fmt;

/// The source of the error of a call that went nowhere: there is no instance that may get it, or none is known
/// yet. Find it by [`Error::source`](std::error::Error::source).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoInstance;

impl fmt::Display for NoInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no instance")
    }
}

impl std::error::Error for NoInstance {}
