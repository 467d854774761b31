//! Messages that have arrived and have not been asked for.

use std::collections::VecDeque;
use std::fmt;

use bytes::{Bytes, BytesMut};

use crate::wire::ttheader::frame::COPY_MAX;

/// How much one stream may hold for a slow reader.
///
/// The protocol has no flow control (5.4): messages for a consumer that does not read fill memory. A
/// message that would exceed a bound ends its stream; a message that meets an empty queue is always
/// taken, so a bound never forbids a large message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueLimits {
    /// Payload bytes. 64 MiB by default.
    pub max_bytes: usize,
    /// Messages, 4,294,967,295 at most. 1,048,576 by default: empty messages take memory too, about 32
    /// bytes each.
    pub max_messages: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_messages: 1 << 20,
        }
    }
}

/// The most that one `recv` takes, in messages and in bytes; the message that it asks for may be larger.
/// This is not less than one read of a busy connection brings of messages of 1 KiB. It is not much more,
/// so that a consumer comes back often, and its connection sees that it is at work.
const MAX_TAKE_MESSAGES: usize = 256;
const MAX_TAKE_BYTES: usize = 512 * 1024;

/// What a message costs besides its bytes: its handle and its share of the queue. Counting it bounds the
/// number of messages along with their bytes.
const MESSAGE_OVERHEAD: usize = 64;

/// Copies of small messages stand in chunks of this many bytes, here as in the
/// [`FrameReader`](crate::wire::ttheader::frame::FrameReader).
const CHUNK: usize = 8 * 1024;

/// The queue of one stream and direction.
///
/// There is one for each idle stream, so it counts messages in 32 bits.
#[derive(Debug)]
pub(super) struct RecvQueue {
    messages: VecDeque<Bytes>,
    bytes: usize,
    max_bytes: usize,
    max_messages: u32,
    /// Messages at the front that share no memory with those of other streams.
    unshared: u32,
}

/// The bound that the queue would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueFull {
    /// [`QueueLimits::max_bytes`].
    Bytes(usize),
    /// [`QueueLimits::max_messages`].
    Messages(u32),
    /// That of all streams of the connection, which this one held the most of.
    Connection(usize),
}

impl fmt::Display for QueueFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(max) => write!(f, "receive queue exceeds {max} bytes"),
            Self::Messages(max) => write!(f, "receive queue exceeds {max} messages"),
            Self::Connection(max) => write!(
                f,
                "receive queue is the longest of a connection on which more than {max} bytes wait"
            ),
        }
    }
}

impl std::error::Error for QueueFull {}

/// What one `recv` takes off the front of the queue.
struct Take {
    messages: usize,
    bytes: usize,
}

impl Take {
    const fn one(bytes: usize) -> Self {
        Self { messages: 1, bytes }
    }

    /// The most memory, in bytes, that the messages behind the first one can keep alive. Each of them
    /// is a copy of its own or lies in a chunk.
    const fn pinned_ahead(&self, first: usize) -> usize {
        self.bytes - first + (self.messages - 1) * CHUNK
    }
}

impl RecvQueue {
    pub(super) const fn new(limits: QueueLimits) -> Self {
        let max_messages = match limits.max_messages {
            few if few < u32::MAX as usize => few as u32,
            _ => u32::MAX,
        };
        Self {
            messages: VecDeque::new(),
            bytes: 0,
            max_bytes: limits.max_bytes,
            max_messages,
            unshared: 0,
        }
    }

    #[inline]
    pub(super) fn push(&mut self, payload: Bytes) -> Result<(), QueueFull> {
        let bytes = self.bytes + payload.len();
        if !self.messages.is_empty() {
            if bytes > self.max_bytes {
                return Err(QueueFull::Bytes(self.max_bytes));
            }
            if self.messages.len() >= self.max_messages as usize {
                return Err(QueueFull::Messages(self.max_messages));
            }
        }
        self.bytes = bytes;
        self.messages.push_back(payload);
        Ok(())
    }

    /// Takes all of `batch`, `bytes` bytes in all, as so many [`RecvQueue::push`]es would.
    /// Messages behind one that does not fit are dropped.
    #[inline]
    pub(super) fn push_all(
        &mut self,
        batch: &mut VecDeque<Bytes>,
        bytes: usize,
    ) -> Result<(), QueueFull> {
        let fits = bytes <= self.max_bytes && batch.len() <= self.max_messages as usize;
        if batch.len() == 1 && self.messages.capacity() == 0 {
            // A stream that gets a message now and then keeps room for one, not for the four that
            // a queue starts with.
            self.messages.reserve_exact(1);
        } else if self.messages.is_empty() && fits {
            std::mem::swap(batch, &mut self.messages);
            self.bytes = bytes;
            return Ok(());
        }
        batch.drain(..).try_for_each(|payload| self.push(payload))
    }

    /// Moves messages behind what `batch` holds: a good part of them, at least one; false if there
    /// are none. An empty `batch` is swapped in if it can be, so both sides keep their allocation.
    ///
    /// All messages but the first are taken ahead: nobody has asked for them, and here they no longer
    /// count. `may_take_ahead` is asked for the bytes of memory that they can keep alive; if it
    /// refuses, only the first message is moved.
    #[inline]
    pub(super) fn drain_into(
        &mut self,
        batch: &mut VecDeque<Bytes>,
        may_take_ahead: impl FnOnce(usize) -> bool,
    ) -> bool {
        let Some(first) = self.messages.front().map(Bytes::len) else {
            return false;
        };
        let mut next = self.next(first);
        if next.messages > 1 && !may_take_ahead(next.pinned_ahead(first)) {
            next = Take::one(first);
        }
        if next.messages == self.messages.len() && batch.is_empty() {
            std::mem::swap(batch, &mut self.messages);
            (self.bytes, self.unshared) = (0, 0);
        } else {
            batch.extend(self.messages.drain(..next.messages));
            self.bytes -= next.bytes;
            self.unshared = self.unshared.saturating_sub(next.messages as u32);
        }
        true
    }

    /// What the next `recv` takes. Only the first message can be a slice of a read buffer, because the
    /// memory that a slice keeps alive is not known here.
    #[inline]
    fn next(&self, first: usize) -> Take {
        let messages = self.messages.len().min(MAX_TAKE_MESSAGES);
        let (front, back) = self.messages.as_slices();
        let in_front = messages.min(front.len());
        let (front, back) = (&front[..in_front], &back[..messages - in_front]);
        // One loop without a branch: this runs over every message of a busy stream.
        let lengths = |part: &[Bytes]| {
            part.iter()
                .map(Bytes::len)
                .fold((0, 0), |(any, all), len| (any | len, all + len))
        };
        let ((any, bytes), (other, more)) = (lengths(front), lengths(back));
        let bytes = bytes + more;
        if any | other <= COPY_MAX && bytes <= MAX_TAKE_BYTES {
            return Take { messages, bytes };
        }
        self.next_of_large(first, messages)
    }

    /// As [`next`](Self::next), if one of the first `messages` may be large, or all of them are too much.
    fn next_of_large(&self, first: usize, messages: usize) -> Take {
        let mut next = Take::one(first);
        for message in self.messages.range(1..messages) {
            let bytes = next.bytes + message.len();
            if message.len() > COPY_MAX || bytes > MAX_TAKE_BYTES {
                break;
            }
            next.messages += 1;
            next.bytes = bytes;
        }
        next
    }

    /// Copies messages out of the buffers that they share with messages of other streams, so that a slow
    /// consumer does not keep a whole buffer for each of its messages. Copies about `most` bytes, and
    /// tells whether there are more.
    pub(super) fn unshare(&mut self, most: usize) -> bool {
        let mut copied = 0;
        let mut chunk = BytesMut::new();
        let all = self.messages.len();
        for at in self.unshared as usize..all {
            if copied > most {
                return true;
            }
            let message = &mut self.messages[at];
            copied += message.len() + MESSAGE_OVERHEAD;
            self.unshared += 1;
            if message.len() > CHUNK / 4 {
                *message = Bytes::copy_from_slice(message);
                continue;
            }
            if chunk.capacity() < message.len() {
                chunk = BytesMut::with_capacity(CHUNK);
            }
            chunk.extend_from_slice(message);
            *message = chunk.split().freeze();
        }
        false
    }

    /// Drops all messages, and the memory they lie in.
    pub(super) fn clear(&mut self) {
        self.messages = VecDeque::new();
        (self.bytes, self.unshared) = (0, 0);
    }

    /// What the messages that wait cost, in bytes.
    #[inline]
    pub(super) fn cost(&self) -> usize {
        self.messages.len() * MESSAGE_OVERHEAD + self.bytes
    }
}

#[cfg(test)]
mod tests;
