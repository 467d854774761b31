//! Byte streams, whatever wire they will carry: addresses, dialling, what a server accepts, socket
//! options.

mod accepted;
mod dial;
mod endpoint;
mod race;
mod resolve;
mod socket;
mod stream;

pub use accepted::Accepted;
pub use dial::{Dial, Dialling, Direct};
pub use endpoint::Endpoint;
pub use stream::{ByteStream, Duplex};

pub(crate) use dial::{CONNECT_TIMEOUT, bounded, failed, timed_out};
pub(crate) use endpoint::Scheme;
