//! The bounds of a connection. Nothing here travels on the wire.

use std::time::Duration;

use crate::wire::outbox::OUT_HIGH_WATER;
use crate::wire::ttheader::frame::MAX_INFO_LEN;
use crate::wire::ttheader::state::QueueLimits;
use crate::wire::{SEND_TIMEOUT, STALL_TIMEOUT};

/// The largest frame. Kitex takes any below 1 GiB; nobody sends such in earnest, and a server that
/// takes them can be made to hold them.
/// A message of 64 MiB fits, whatever its header holds.
const MAX_FRAME: u32 = 64 * 1024 * 1024 + MAX_INFO_LEN as u32 + 64;
/// Cost of undelivered messages of a connection at which streams end: twice the largest message.
const CONNECTION_QUEUE: usize = 128 * 1024 * 1024;
/// Cost of undelivered messages at which reading the socket pauses.
const QUEUE_PAUSE: usize = 8 * 1024 * 1024;
/// How long reading may pause for streams whose consumer takes nothing.
const PAUSE_GRACE: Duration = Duration::from_millis(50);
/// Cost of the HEADERs of running streams: a few hundred bytes of metainfo for tens of thousands.
const CONNECTION_HEADERS: usize = 16 * 1024 * 1024;
/// Running handlers of one connection at a server.
const MAX_STREAMS: usize = 1 << 17;

/// Bounds of one connection of either side.
///
/// TTHeader Streaming has no flow control: a sender learns nothing of a slow receiver but that
/// TCP stops taking bytes, and TCP is shared by all streams of the connection. Hence two bounds:
///
/// - Above [`queue_pause`](Limits::queue_pause) the socket is not read until the consumers catch
///   up, which TCP passes on to the sender. Streams that share the connection wait with it, so the
///   pause ends after [`pause_grace`](Limits::pause_grace) in any case: a stalled consumer delays
///   the others by that much for each further `queue_pause` bytes, and never blocks them
///   (statement 85). The only stream of a connection is given more time: as long as it takes
///   messages, and up to 100 times the grace when it does not.
/// - Above [`queue`](Limits::queue) the stream ends, alone: RST at the client, cancelled handler
///   and exception TRAILER at the server. So do the streams that hold most of a connection when that
///   holds more than [`connection_queue`](Limits::connection_queue).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest LENGTH accepted, in bytes. A frame above it closes the connection. Default: a message of 64 MiB fits;
    /// maximum, and what Kitex takes: 1 GiB less one byte. Memory is not allocated on the claim, only as bytes arrive.
    pub max_frame: u32,
    /// Bytes that may wait in the out buffer before senders must wait; they go on at half of it.
    /// One message per sender may exceed it. Default 512 KiB.
    pub out_high_water: usize,
    /// Cost in bytes (64 per message on top of its own) of messages that were received and not taken, of
    /// all streams of the connection, at which streams end as if their [`queue`](Limits::queue) were
    /// full, those with the longest queues first, and lose what waits. Default 128 MiB; to be larger than
    /// the largest message.
    ///
    /// What waits holds little more than its cost: at most about twice as much, and 16 MiB.
    pub connection_queue: usize,
    /// Cost in bytes (64 per message on top of its own) of messages that were received and not
    /// taken, of all streams of the connection, at which reading pauses. Default 8 MiB, at least
    /// [`Limits::MIN_QUEUE_PAUSE`].
    pub queue_pause: usize,
    /// How long reading may pause for a stalled consumer. Default 50 ms.
    pub pause_grace: Duration,
    /// How long nothing may follow the first part of a frame; then the connection is closed. Default
    /// 10 s. At a server [`ServerBuilder::stall_timeout`](crate::ServerBuilder::stall_timeout) wins.
    pub stall_timeout: Duration,
    /// How long the peer may take nothing of what is written to it; then the connection is closed. Default
    /// 60 s. At a server [`ServerBuilder::send_timeout`](crate::ServerBuilder::send_timeout) wins.
    pub send_timeout: Duration,
    /// What one stream may hold for a slow consumer before it ends. Default 64 MiB and 1,048,576
    /// messages.
    pub queue: QueueLimits,
    /// What the HEADERs of the running streams of a server's connection may hold, in bytes, 64 for each
    /// pair on top; further streams are refused with an exception. Default 16 MiB.
    pub connection_headers: usize,
    /// Handlers that may run at a time for a server's connection; further streams are refused with
    /// an exception. Default 131,072.
    pub max_streams: usize,
}

impl Limits {
    /// The least value of [`Limits::queue_pause`], in bytes.
    pub const MIN_QUEUE_PAUSE: usize = 64 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: MAX_FRAME,
            out_high_water: OUT_HIGH_WATER,
            connection_queue: CONNECTION_QUEUE,
            queue_pause: QUEUE_PAUSE,
            pause_grace: PAUSE_GRACE,
            stall_timeout: STALL_TIMEOUT,
            send_timeout: SEND_TIMEOUT,
            queue: QueueLimits::default(),
            connection_headers: CONNECTION_HEADERS,
            max_streams: MAX_STREAMS,
        }
    }
}
