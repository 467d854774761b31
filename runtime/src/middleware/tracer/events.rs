//! What a tracer is told.

use std::time::{Duration, Instant};

use crate::error::{BizStatusError, Error};
use crate::metadata::Metadata;

/// The server's header has arrived at the client.
#[derive(Debug)]
#[non_exhaustive]
pub struct StreamRecvHeader<'a> {
    /// When it arrived.
    pub at: Instant,
    /// The header.
    pub header: &'a Metadata,
}

/// A `send` or a `recv` of a stream is over.
#[derive(Debug)]
#[non_exhaustive]
pub struct StreamMessage<'a> {
    /// When it was over.
    pub at: Instant,
    /// Bytes of the encoded message, uncompressed and without frame; 0 if there is an error.
    pub size: usize,
    /// Why there is no message. At a client's `recv`, a business status is an error too, as in Kitex.
    pub error: Option<&'a Error>,
}

/// A stream has ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct StreamFinish<'a> {
    /// When it ended.
    pub at: Instant,
    /// At a client, the server's trailer, if one has ended the stream. Over gRPC, a call without stream
    /// has it only if the call has succeeded.
    pub trailer: Option<&'a Metadata>,
}

/// A call is over.
#[derive(Debug)]
#[non_exhaustive]
pub struct RpcFinish<'a> {
    /// When it was over.
    pub at: Instant,
    /// How long it took.
    pub elapsed: Duration,
    /// What it failed with. A business status is no failure, nor is an exception that the IDL
    /// declares, nor a client that stops early.
    pub error: Option<&'a Error>,
    /// The business status that the handler answered with, as far as is known by now.
    pub biz_status: Option<&'a BizStatusError>,
    /// Whether the handler panicked (server).
    pub panicked: bool,
    /// Bytes of the messages sent so far, as [`StreamMessage::size`] counts them.
    pub sent: u64,
    /// Bytes of the messages that were received so far.
    pub received: u64,
}
