//! Bytes as a hostile peer writes them.

pub mod h2;
pub mod h2_frames;
pub mod protobuf;
pub mod socket;
pub mod streaming;
pub mod thrift;
pub mod ttheader;

pub use socket::Raw;

use std::time::Duration;

/// How long a peer may take for what is no attack: to connect, and to answer a call on the attacked
/// connection.
pub const PATIENCE: Duration = Duration::from_secs(20);
