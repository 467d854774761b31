//! The bounds of a connection. Nothing here travels on the wire.

use std::time::Duration;

use crate::wire::outbox::OUT_HIGH_WATER;
use crate::wire::ttheader::frame::MAX_INFO_LEN;
use crate::wire::ttheader::state::QueueLimits;
use crate::wire::{MinRate, SEND_TIMEOUT, STALL_TIMEOUT, spare_of};

/// The largest frame. Kitex accepts any frame below 1 GiB, but no real peer sends such frames, and
/// a server that accepts them can be made to hold them in memory. A message of 64 MiB fits,
/// whatever its header contains.
const MAX_FRAME: u32 = 64 * 1024 * 1024 + MAX_INFO_LEN as u32 + 64;
/// The cost of a connection's waiting messages above which streams end: twice the largest message.
const CONNECTION_QUEUE: usize = 128 * 1024 * 1024;
/// Cost of undelivered messages at which reading the socket pauses.
const QUEUE_PAUSE: usize = 8 * 1024 * 1024;
/// How long reading may pause for streams whose consumer takes nothing.
const PAUSE_GRACE: Duration = Duration::from_millis(50);
/// The cost of the HEADERs of running streams: tens of thousands of streams with a few hundred
/// bytes of metainfo each.
const CONNECTION_HEADERS: usize = 16 * 1024 * 1024;
/// What a running stream costs beside its messages, with room for what its handler keeps.
const STREAM: usize = 8 * 1024;
/// Running handlers of one connection at a server.
const MAX_STREAMS: usize = 1 << 17;

/// Bounds of one connection, on either side.
///
/// TTHeader Streaming has no flow control. A sender notices a slow receiver only when TCP takes no
/// more bytes, and all streams of a connection share its TCP. Hence two bounds:
///
/// - Above [`queue_pause`](Limits::queue_pause), this side does not read the socket until the
///   consumers catch up, so TCP stops the sender. The other streams of the connection wait too.
///   Therefore the pause ends after [`pause_grace`](Limits::pause_grace) in any case: a stalled
///   consumer delays the other streams by that much for each further `queue_pause` bytes, and never
///   blocks them (statement 85). The only stream of a connection gets more time: as long as its
///   consumer takes messages, and up to 100 times the grace if it takes none.
/// - Above [`queue`](Limits::queue), the stream ends, and no other stream: with RST at the client,
///   with a cancelled handler and an exception TRAILER at the server. If a whole connection holds
///   more than [`connection_queue`](Limits::connection_queue), the streams that hold the most end
///   in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest LENGTH accepted, in bytes. A frame above it closes the connection. Default: a
    /// message of 64 MiB fits. Maximum, which Kitex accepts too: 1 GiB less one byte. Memory is
    /// allocated as bytes arrive, not when a frame claims its length.
    pub max_frame: u32,
    /// Bytes that may wait in the out buffer before senders must wait; they go on at half of it.
    /// One message per sender may exceed it. Default 512 KiB.
    pub out_high_water: usize,
    /// The cost in bytes of all messages that wait on the connection, above which streams end as if
    /// their [`queue`](Limits::queue) were full: those with the longest queues first. The ended
    /// streams lose their waiting messages. Each message counts its own bytes and 64 more. Default
    /// 128 MiB; the value must be larger than the largest message.
    ///
    /// The waiting messages hold little more memory than their cost: at most about twice as much,
    /// and 16 MiB. Messages that a `recv` has taken out of the queue along with its own one count
    /// no longer, and can hold an eighth of this value besides.
    pub connection_queue: usize,
    /// Cost in bytes (64 per message on top of its own) of messages that were received and not
    /// taken, of all streams of the connection, at which reading pauses. Default 8 MiB, at least
    /// [`Limits::MIN_QUEUE_PAUSE`].
    pub queue_pause: usize,
    /// How long reading may pause for a stalled consumer. Default 50 ms.
    pub pause_grace: Duration,
    /// How long nothing may follow the first part of a frame before the connection is closed.
    /// Default 10 s. At a server, the value of
    /// [`ServerBuilder::stall_timeout`](crate::ServerBuilder::stall_timeout) overrides this one.
    pub stall_timeout: Duration,
    /// How fast the peer must send a frame that it has begun; a slower one loses its connection.
    /// Default 500 bytes a second after 20 s. At a server, the value of
    /// [`ServerBuilder::min_rate`](crate::ServerBuilder::min_rate) overrides this one.
    pub min_rate: MinRate,
    /// How long the peer may take nothing of what is written to it before the connection is closed.
    /// Default 60 s. At a server, the value of
    /// [`ServerBuilder::send_timeout`](crate::ServerBuilder::send_timeout) overrides this one.
    pub send_timeout: Duration,
    /// How much one stream may hold for a slow consumer before the stream ends. Default 64 MiB and
    /// 1,048,576 messages.
    pub queue: QueueLimits,
    /// How many bytes the HEADERs of the running streams of a server's connection may cost: their
    /// own bytes, and 64 more for each pair. The server refuses further streams with an exception.
    /// Default 16 MiB.
    pub connection_headers: usize,
    /// Handlers that may run at a time for a server's connection; further streams are refused with
    /// an exception. Default 131,072.
    pub max_streams: usize,
}

impl Limits {
    /// The least value of [`Limits::queue_pause`], in bytes.
    pub const MIN_QUEUE_PAUSE: usize = 64 * 1024;

    /// Limits with which the peer of a connection can make this side hold `bytes` at most, as
    /// `docs/limits.md` adds them up. No limit is above its default, and none is below what 20 MiB
    /// give. The largest message is an eighth of what is left beside 16 MiB.
    pub fn within(bytes: usize) -> Self {
        let spare = spare_of(bytes);
        let default = Self::default();
        let queue = default.connection_queue.min(spare / 4);
        let frame = u32::try_from(spare / 8).unwrap_or(u32::MAX);
        Self {
            max_frame: default.max_frame.min(frame),
            out_high_water: default.out_high_water.min(spare / 16),
            connection_queue: queue,
            queue_pause: default.queue_pause.min(queue / 2),
            queue: QueueLimits {
                max_bytes: default.queue.max_bytes.min(queue),
                ..default.queue
            },
            connection_headers: default.connection_headers.min(spare / 16),
            max_streams: default.max_streams.min(spare / STREAM),
            ..default
        }
    }

    /// How many bytes of memory may be kept alive by messages that consumers have taken along with
    /// those that they asked for. A busy consumer takes up to 256 messages at a time, each of which can
    /// keep a chunk of 8 KiB alive: there is room for seven of these, or for hundreds of takes of a few
    /// messages.
    pub(super) fn most_ahead(&self) -> usize {
        self.connection_queue / 8
    }
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
            min_rate: MinRate::default(),
            send_timeout: SEND_TIMEOUT,
            queue: QueueLimits::default(),
            connection_headers: CONNECTION_HEADERS,
            max_streams: MAX_STREAMS,
        }
    }
}
