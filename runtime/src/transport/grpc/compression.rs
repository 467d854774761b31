//! Compression of messages.

/// How messages are compressed; `None` of it is identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {}
