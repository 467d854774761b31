//! Typed streams: what a client call opens and what a handler is given.
//!
//! | mode | client holds | handler holds |
//! | --- | --- | --- |
//! | client streaming | [`ClientStreamingClient`] | [`ClientStreamingServer`], and returns the response |
//! | server streaming | [`ServerStreamingClient`] | the request and [`ServerStreamingServer`] |
//! | bidirectional | [`BidiStreamingClient`] | [`BidiStreamingServer`] |
//!
//! The types know no wire: they work over any [`RawStream`](crate::transport::RawStream).
//!
//! A client stream that is dropped before its end was seen is cancelled, and the server learns it
//! at once. A handler's stream ends when the handler returns, whoever still holds a part of it.

mod cancel;
mod client;
mod inbound;
mod outbound;
mod recv_timeout;
mod server;
#[cfg(test)]
mod tests;
mod traits;

pub use cancel::CancelHandle;
pub use client::{
    BidiReceiver, BidiSender, BidiStreamingClient, ClientStreamingClient, ServerStreamingClient,
};
pub use recv_timeout::RecvTimeout;
pub use server::{
    BidiServerReceiver, BidiServerSender, BidiStreamingServer, ClientStreamingServer,
    ServerStreamingServer,
};

pub(crate) use inbound::Inbound;
pub(crate) use outbound::Outbound;
