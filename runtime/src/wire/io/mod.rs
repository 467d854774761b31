//! How a client reaches a server, whatever wire it will speak: addresses, dialling, socket options.

mod dial;
mod endpoint;
mod events;
mod race;
mod resolve;
mod socket;
mod stream;
mod sync;

pub use dial::{Dial, Dialling, Direct};
pub use endpoint::Endpoint;
pub use stream::{ByteStream, Duplex};

pub(crate) use dial::{CONNECT_TIMEOUT, bounded, failed, timed_out};
pub(crate) use endpoint::Scheme;
pub(crate) use sync::lock;
