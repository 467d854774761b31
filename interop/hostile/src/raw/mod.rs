//! Bytes as a hostile peer writes them.

pub mod h2;
pub mod h2_frames;
pub mod protobuf;
pub mod socket;
pub mod streaming;
pub mod thrift;
pub mod ttheader;

pub use socket::Raw;
