//! How a client reaches a server, whatever wire it will speak: addresses, dialling, socket options.

mod dial;
mod endpoint;
mod race;
mod resolve;
mod socket;
mod stream;

pub use dial::{Dial, Dialling, Direct};
pub use endpoint::Endpoint;
pub use stream::ByteStream;

pub(crate) use dial::{CONNECT_TIMEOUT, bounded, timed_out};
pub(crate) use endpoint::Scheme;
