//! Which messages of a call come compressed, which tonic does not tell.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

/// Length of flag and length in front of a message, in bytes.
const PREFIX: usize = 5;

/// Whether each message that has come so far was compressed; an extension of the requests that a
/// server gets, and of the responses that a client gets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<bool>>>);

impl Seen {
    pub(crate) fn all(&self) -> Vec<bool> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }

    fn push(&self, compressed: bool) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(compressed);
    }
}

/// A body whose messages are looked at on their way.
pub(crate) struct Watched {
    body: Body,
    seen: Seen,
    prefix: Vec<u8>,
    /// Bytes of the current message that are still to come.
    missing: usize,
}

impl Watched {
    pub(crate) fn new(body: Body, seen: Seen) -> Self {
        Self {
            body,
            seen,
            prefix: Vec::new(),
            missing: 0,
        }
    }

    fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let here = self.missing.min(bytes.len());
            self.missing -= here;
            bytes = &bytes[here..];
            let here = (PREFIX - self.prefix.len()).min(bytes.len());
            self.prefix.extend_from_slice(&bytes[..here]);
            bytes = &bytes[here..];
            if let &[flag, a, b, c, d] = self.prefix.as_slice() {
                self.seen.push(flag & 1 != 0);
                self.missing = u32::from_be_bytes([a, b, c, d]) as usize;
                self.prefix.clear();
            }
        }
    }
}

impl http_body::Body for Watched {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.read(data);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
