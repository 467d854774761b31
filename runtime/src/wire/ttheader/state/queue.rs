//! Messages that have arrived and have not been asked for.

use std::collections::VecDeque;
use std::fmt;

use bytes::{Bytes, BytesMut};

/// How much one stream may hold for a slow reader.
///
/// The protocol has no flow control (5.4): whoever does not read fills memory. A message that
/// would exceed a bound ends its stream; a message that meets an empty queue is always taken, so a
/// bound never forbids a large message.
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

/// The most messages handed out at a time, and the bytes at which no further one is added. Who
/// takes little at a time shows that it is at work, and what has been taken is no longer counted.
const MAX_TAKE_MESSAGES: u32 = 256;
const MAX_TAKE_BYTES: usize = 1 << 20;

/// What a message costs besides its bytes: its handle and its share of the queue. Counting it bounds the
/// number of messages along with their bytes.
const MESSAGE_OVERHEAD: usize = 64;

/// Copies of small messages stand in chunks of this many bytes.
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
    #[inline]
    pub(super) fn drain_into(&mut self, batch: &mut VecDeque<Bytes>) -> bool {
        if self.messages.is_empty() {
            return false;
        }
        let all = self.messages.len() <= MAX_TAKE_MESSAGES as usize && self.bytes <= MAX_TAKE_BYTES;
        if all && batch.is_empty() {
            std::mem::swap(batch, &mut self.messages);
            (self.bytes, self.unshared) = (0, 0);
        } else {
            self.drain_some(batch);
        }
        true
    }

    fn drain_some(&mut self, batch: &mut VecDeque<Bytes>) {
        let (mut some, mut bytes) = (0, 0);
        while some < MAX_TAKE_MESSAGES && bytes < MAX_TAKE_BYTES {
            let Some(payload) = self.messages.pop_front() else {
                break;
            };
            some += 1;
            bytes += payload.len();
            batch.push_back(payload);
        }
        self.bytes -= bytes;
        self.unshared = self.unshared.saturating_sub(some);
    }

    /// Copies messages that lie in buffers which they share with those of other streams: whoever is
    /// slow must not keep a whole buffer for each of its messages. Copies about `most` bytes at a time;
    /// says whether there are more.
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
mod tests {
    use super::*;

    fn queue(max_bytes: usize, max_messages: usize) -> RecvQueue {
        RecvQueue::new(QueueLimits {
            max_bytes,
            max_messages,
        })
    }

    #[test]
    fn a_full_queue_refuses_but_an_empty_one_takes_any_message() {
        let mut queue = queue(4, 10);
        assert_eq!(queue.push(Bytes::from_static(b"longer than four")), Ok(()));
        assert_eq!(
            queue.push(Bytes::from_static(b"x")),
            Err(QueueFull::Bytes(4))
        );
        assert_eq!(queue.bytes, 16);

        let mut batch = VecDeque::new();
        assert!(queue.drain_into(&mut batch));
        assert_eq!((queue.bytes, batch.len()), (0, 1));
        assert_eq!(queue.push(Bytes::from_static(b"xyz")), Ok(()));
    }

    #[test]
    fn empty_messages_are_counted() {
        let mut queue = queue(usize::MAX, 2);
        let pushed = [(); 3].map(|()| queue.push(Bytes::new()));
        assert_eq!(pushed, [Ok(()), Ok(()), Err(QueueFull::Messages(2))]);
    }

    #[test]
    fn a_batch_is_taken_as_so_many_messages() {
        let mut queue = queue(4, 10);
        let mut batch = VecDeque::from([Bytes::from_static(b"ab"), Bytes::from_static(b"cd")]);
        assert_eq!(queue.push_all(&mut batch, 4), Ok(()));
        assert_eq!((queue.bytes, queue.messages.len(), batch.len()), (4, 2, 0));

        let mut batch = VecDeque::from([Bytes::new(), Bytes::from_static(b"e"), Bytes::new()]);
        assert_eq!(queue.push_all(&mut batch, 1), Err(QueueFull::Bytes(4)));
        assert_eq!((queue.bytes, queue.messages.len(), batch.len()), (4, 3, 0));
    }

    #[test]
    fn messages_that_are_copied_are_the_same_and_lie_together() {
        let read = Bytes::from((0..=255).cycle().take(64 * 1024).collect::<Vec<u8>>());
        let mut queue = queue(usize::MAX, usize::MAX);
        let lengths = [0, 1, 2048, 2049, 20_000, 3];
        for len in lengths {
            queue.push(read.slice(256..256 + len)).unwrap();
        }
        let mut calls = 0;
        while queue.unshare(0) {
            calls += 1;
        }
        assert_eq!(calls, lengths.len() - 1, "a little at a time");
        queue.push(read.slice(..10)).unwrap();

        let mut batch = VecDeque::new();
        queue.drain_into(&mut batch);
        let within = |message: &Bytes| read.as_ptr_range().contains(&message.as_ptr());
        let shared: Vec<_> = batch.iter().map(within).collect();
        assert_eq!(shared, [false, false, false, false, false, false, true]);
        for (message, len) in batch.iter().zip(lengths) {
            assert_eq!(message, &read[256..256 + len]);
        }
    }

    #[test]
    fn a_long_queue_is_handed_out_in_parts() {
        let mut queue = queue(usize::MAX, usize::MAX);
        for i in 0..1000u32 {
            queue
                .push(Bytes::copy_from_slice(&i.to_be_bytes()))
                .unwrap();
        }
        let (mut batch, mut all) = (VecDeque::new(), Vec::new());
        let mut takes = 0;
        while queue.drain_into(&mut batch) {
            takes += 1;
            all.extend(batch.drain(..));
        }
        assert_eq!((takes, queue.bytes), (4, 0));
        assert!(
            all.iter()
                .zip(0u32..)
                .all(|(message, i)| message[..] == i.to_be_bytes())
        );
        assert_eq!(all.len(), 1000);

        queue.push(Bytes::from(vec![0; 2 << 20])).unwrap();
        queue.push(Bytes::new()).unwrap();
        assert!(queue.drain_into(&mut batch));
        assert_eq!((batch.len(), queue.messages.len()), (1, 1));
    }

    #[test]
    fn draining_keeps_the_order_of_what_the_batch_already_holds() {
        let mut queue = queue(100, 100);
        let mut batch = VecDeque::from([Bytes::from_static(b"1")]);
        queue.push(Bytes::from_static(b"2")).unwrap();
        assert!(queue.drain_into(&mut batch));
        assert_eq!(batch, ["1", "2"]);
        assert!(!queue.drain_into(&mut batch));
    }
}
