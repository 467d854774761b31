//! Messages that have arrived and have not been asked for.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;

/// How much one stream may hold for a slow reader.
///
/// The protocol has no flow control (5.4): whoever does not read fills memory. A message that
/// would exceed a bound ends its stream; a message that meets an empty queue is always taken, so a
/// bound never forbids a large message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueLimits {
    /// Payload bytes. 256 MiB by default.
    pub max_bytes: usize,
    /// Messages. 1,048,576 by default: empty messages take memory too, about 32 bytes each.
    pub max_messages: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            max_bytes: 256 << 20,
            max_messages: 1 << 20,
        }
    }
}

/// The queue of one stream and direction.
#[derive(Debug)]
pub(super) struct RecvQueue {
    messages: VecDeque<Bytes>,
    bytes: usize,
    limits: QueueLimits,
}

/// The bound that the queue would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueueFull {
    Bytes(usize),
    Messages(usize),
}

impl fmt::Display for QueueFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(max) => write!(f, "receive queue exceeds {max} bytes"),
            Self::Messages(max) => write!(f, "receive queue exceeds {max} messages"),
        }
    }
}

impl RecvQueue {
    pub(super) const fn new(limits: QueueLimits) -> Self {
        Self {
            messages: VecDeque::new(),
            bytes: 0,
            limits,
        }
    }

    #[inline]
    pub(super) fn push(&mut self, payload: Bytes) -> Result<(), QueueFull> {
        let bytes = self.bytes + payload.len();
        if !self.messages.is_empty() {
            let QueueLimits {
                max_bytes,
                max_messages,
            } = self.limits;
            if bytes > max_bytes {
                return Err(QueueFull::Bytes(max_bytes));
            }
            if self.messages.len() >= max_messages {
                return Err(QueueFull::Messages(max_messages));
            }
        }
        self.bytes = bytes;
        self.messages.push_back(payload);
        Ok(())
    }

    /// Moves everything behind what `batch` holds; false if there was nothing. An empty `batch` is
    /// swapped in, so both sides keep their allocation.
    #[inline]
    pub(super) fn drain_into(&mut self, batch: &mut VecDeque<Bytes>) -> bool {
        if self.messages.is_empty() {
            return false;
        }
        self.bytes = 0;
        if batch.is_empty() {
            std::mem::swap(batch, &mut self.messages);
        } else {
            batch.append(&mut self.messages);
        }
        true
    }

    /// Payload bytes that wait.
    #[inline]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
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
        assert_eq!(queue.bytes(), 16);

        let mut batch = VecDeque::new();
        assert!(queue.drain_into(&mut batch));
        assert_eq!((queue.bytes(), batch.len()), (0, 1));
        assert_eq!(queue.push(Bytes::from_static(b"xyz")), Ok(()));
    }

    #[test]
    fn empty_messages_are_counted() {
        let mut queue = queue(usize::MAX, 2);
        let pushed = [(); 3].map(|()| queue.push(Bytes::new()));
        assert_eq!(pushed, [Ok(()), Ok(()), Err(QueueFull::Messages(2))]);
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
