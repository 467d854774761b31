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

/// How long the attacker waits for its peer where it does not attack: until the peer connects, and until the
/// peer answers a call on the attacked connection.
pub const PATIENCE: Duration = Duration::from_secs(20);
