//! Calling: what generated clients are made of.
//!
//! A generated client is a [`Channel`] with a method for each method of the IDL. Such a method
//! returns a call, which is a builder of options until it is awaited.

mod avoid;
mod builder;
mod channel;
mod options;
mod ping_pong;
mod streams;
mod targets;
mod unary;

pub use builder::ClientBuilder;
pub use channel::Channel;
pub use options::CallFuture;
pub use ping_pong::{OneWayCall, PingPongCall};
pub use streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
pub use unary::{UnaryCall, UnaryResponse};

pub use crate::wire::io::{ByteStream, Dial, Dialling, Direct, Duplex, Endpoint};
