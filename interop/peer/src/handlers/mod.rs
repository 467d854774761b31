//! The services of both IDLs. What their methods do is written once, in [`crate::stream_handlers`]
//! and [`crate::pingpong_handlers`].

mod protobuf;
mod thrift;

pub use protobuf::{OtherPbHandler, PeerPbHandler};
pub use thrift::{OtherHandler, PeerHandler};
