//! The client side: the parts of which generated clients are made.
//!
//! A generated client is a [`ServiceClient`] with a method for each method of the IDL. Such a method
//! returns a call, which is a builder of options until it is awaited. Any number of clients can
//! share one [`Channel`], which holds the connections to one destination.
//!
//! On Kitex's classic surface, a service has two clients: one for calls, with a [`ClientBuilder`], and
//! one for streams, with a [`StreamClientBuilder`].

mod again;
mod avoid;
mod binary;
mod bounds;
mod builder;
mod channel;
mod checks;
mod configured;
mod connecting;
mod events;
mod fleet_stream;
mod gates;
mod hooked;
mod invocation;
mod life;
mod methods;
mod observe;
mod observed_stream;
mod options;
mod outgoing;
mod ping_pong;
mod reach;
mod service_client;
mod settings;
mod stream_builder;
mod streams;
mod targets;
mod tour;
mod unary;

pub use binary::BinaryClient;
pub use builder::ClientBuilder;
pub use channel::Channel;
pub use connecting::ConnectionStates;
pub use options::CallFuture;
pub use ping_pong::{OneWayCall, PingPongCall};
pub use service_client::ServiceClient;
pub use stream_builder::StreamClientBuilder;
pub use streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
pub use unary::{UnaryCall, UnaryResponse};

pub use crate::wire::io::{ByteStream, ConnectionState, Dial, Dialling, Direct, Duplex, Endpoint};
