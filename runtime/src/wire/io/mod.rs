//! How a client reaches a server, whatever wire it will speak: addresses, dialling, socket options;
//! and the byte streams of both sides.

mod dial;
mod endpoint;
mod events;
mod halves;
mod race;
mod resolve;
mod socket;
mod stream;
mod sync;

pub use dial::{Dial, Dialling, Direct};
pub use endpoint::Endpoint;
pub use halves::Socket;
pub use stream::{ByteStream, Duplex};

pub(crate) use dial::{CONNECT_TIMEOUT, bounded, failed, timed_out};
pub(crate) use endpoint::Scheme;
pub(crate) use halves::{BoxReader, BoxWriter};
pub(crate) use sync::{lock, yield_once};
