//! Byte streams, independent of the wire: addresses, dialling, accepted connections, socket options
//! and gathered writes.

mod accepted;
mod attempts;
mod batch;
mod dial;
mod endpoint;
mod events;
mod halves;
mod race;
mod resolve;
mod shown;
mod socket;
mod stream;
mod yielding;

pub use accepted::Accepted;
pub use attempts::{Attempts, ConnectionState};
pub use dial::{Dial, Dialling, Direct};
pub use endpoint::Endpoint;
pub use halves::Socket;
pub use stream::{ByteStream, Duplex};

#[cfg(test)]
pub(crate) use batch::MAX_SLICES;
pub(crate) use batch::{Batch, Mark};
pub(crate) use dial::{CONNECT_TIMEOUT, bounded, failed, timed_out};
pub(crate) use endpoint::Scheme;
pub(crate) use halves::{BoxReader, BoxWriter};
#[cfg(any(feature = "etcd", feature = "nacos"))]
pub(crate) use shown::without_password;
pub(crate) use yielding::yield_once;
