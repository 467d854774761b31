//! Messages that have arrived and have not been asked for.

use std::collections::VecDeque;
use std::fmt;

use bytes::{Bytes, BytesMut};

use crate::wire::ttheader::frame::COPY_MAX;

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

/// The most that is handed out at a time, in messages and in bytes, but for a first message that is
/// larger: about what one read of a busy connection brings. Who takes little at a time shows that it
/// is at work.
const MAX_TAKE_MESSAGES: usize = 256;
const MAX_TAKE_BYTES: usize = 256 * 1024;

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

/// What is handed out at a time.
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

    /// What is handed out next. A message that is a slice of a read buffer can only be the first one:
    /// the memory that it keeps alive is not known here.
    #[inline]
    fn next(&self, first: usize) -> Take {
        let messages = self.messages.len();
        if messages <= MAX_TAKE_MESSAGES && self.bytes <= COPY_MAX {
            return Take {
                messages,
                bytes: self.bytes,
            };
        }
        let mut next = Take::one(first);
        for message in self.messages.range(1..messages.min(MAX_TAKE_MESSAGES)) {
            let bytes = next.bytes + message.len();
            if message.len() > COPY_MAX || bytes > MAX_TAKE_BYTES {
                break;
            }
            next.messages += 1;
            next.bytes = bytes;
        }
        next
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
        assert!(queue.drain_into(&mut batch, |_| true));
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
        while queue.drain_into(&mut batch, |_| true) {}
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
        while queue.drain_into(&mut batch, |_| true) {
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
        assert!(queue.drain_into(&mut batch, |_| true));
        assert_eq!((batch.len(), queue.messages.len()), (1, 1));
    }

    #[test]
    fn a_refusal_leaves_all_but_the_first_message_waiting() {
        let mut queue = queue(usize::MAX, usize::MAX);
        for message in ["ab", "cde", "", "f"] {
            queue.push(Bytes::from(message)).unwrap();
        }
        let (mut batch, mut asked) = (VecDeque::new(), Vec::new());
        let mut take = |queue: &mut RecvQueue, batch: &mut VecDeque<Bytes>, answer| {
            queue.drain_into(batch, |bytes| {
                asked.push(bytes);
                answer
            })
        };
        assert!(take(&mut queue, &mut batch, false));
        assert_eq!(batch, ["ab"]);
        assert_eq!(queue.cost(), 3 * MESSAGE_OVERHEAD + 4);

        batch.clear();
        assert!(take(&mut queue, &mut batch, true));
        assert_eq!((queue.cost(), batch.len()), (0, 3));
        queue.push(Bytes::from("one is not taken ahead")).unwrap();
        assert!(take(&mut queue, &mut batch, false));
        assert_eq!(batch.len(), 4);
        assert_eq!(asked, [3 * CHUNK + 4, 2 * CHUNK + 1]);
    }

    #[test]
    fn only_the_first_message_handed_out_can_be_a_slice_of_a_read_buffer() {
        let mut queue = queue(usize::MAX, usize::MAX);
        let lengths = [COPY_MAX + 1, 1, COPY_MAX, COPY_MAX + 1, COPY_MAX + 1, 2];
        for len in lengths {
            queue.push(Bytes::from(vec![0; len])).unwrap();
        }
        let mut takes: Vec<Vec<usize>> = Vec::new();
        let mut batch = VecDeque::new();
        while queue.drain_into(&mut batch, |_| true) {
            takes.push(batch.drain(..).map(|message| message.len()).collect());
        }
        let expected = [
            vec![COPY_MAX + 1, 1, COPY_MAX],
            vec![COPY_MAX + 1],
            vec![COPY_MAX + 1, 2],
        ];
        assert_eq!(takes, expected);
        assert_eq!(queue.bytes, 0);
    }

    #[test]
    fn no_more_bytes_are_handed_out_at_a_time_than_one_read_brings() {
        let mut queue = queue(usize::MAX, usize::MAX);
        for _ in 0..100 {
            queue.push(Bytes::from(vec![0; 10_000])).unwrap();
        }
        let (mut batch, mut pinned) = (VecDeque::new(), 0);
        queue.drain_into(&mut batch, |bytes| {
            pinned = bytes;
            true
        });
        assert_eq!(batch.len(), MAX_TAKE_BYTES / 10_000);
        assert_eq!(pinned, (batch.len() - 1) * (10_000 + CHUNK));
        assert_eq!(
            queue.cost(),
            (100 - batch.len()) * (10_000 + MESSAGE_OVERHEAD)
        );
    }

    #[test]
    fn draining_keeps_the_order_of_what_the_batch_already_holds() {
        let mut queue = queue(100, 100);
        let mut batch = VecDeque::from([Bytes::from_static(b"1")]);
        queue.push(Bytes::from_static(b"2")).unwrap();
        assert!(queue.drain_into(&mut batch, |_| true));
        assert_eq!(batch, ["1", "2"]);
        assert!(!queue.drain_into(&mut batch, |_| true));
    }
}
