//! Length-prefixed messages (A.5).

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

use super::compression::Encoding;
use super::status;
use crate::codec::Encode;
use crate::error::{Error, Result};

/// Flag and length.
const PREFIX: usize = 5;

/// Appends `message` with its prefix.
pub(super) fn put(
    message: &dyn Encode,
    _encoding: Option<Encoding>,
    out: &mut BytesMut,
) -> Result<()> {
    let len = message.encoded_len();
    let Ok(claim) = u32::try_from(len) else {
        return Err(too_large(len));
    };
    out.reserve(PREFIX + len);
    out.extend_from_slice(&[0]);
    out.extend_from_slice(&claim.to_be_bytes());
    message.encode_sized(len, out);
    Ok(())
}

/// Puts messages together from DATA frames.
pub(super) struct MessageReader {
    max: usize,
    encoding: Option<Encoding>,
    chunks: VecDeque<Bytes>,
    buffered: usize,
    /// Length of the message whose prefix was read.
    len: Option<usize>,
}

impl MessageReader {
    pub(super) fn new(max: usize, encoding: Option<Encoding>) -> Self {
        Self {
            max,
            encoding,
            chunks: VecDeque::new(),
            buffered: 0,
            len: None,
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.buffered += chunk.len();
            self.chunks.push_back(chunk);
        }
    }

    /// The next whole message.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>> {
        if self.len.is_none() {
            if self.buffered < PREFIX {
                return Ok(None);
            }
            let prefix = self.take(PREFIX);
            let len = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
            if prefix[0] != 0 {
                let _ = self.encoding;
                return Err(status::grpc(status::INTERNAL, "unexpected message flag"));
            }
            if len > self.max {
                return Err(too_large(len));
            }
            self.len = Some(len);
        }
        match self.len {
            Some(len) if self.buffered >= len => {
                self.len = None;
                Ok(Some(self.take(len)))
            }
            _ => Ok(None),
        }
    }

    fn take(&mut self, len: usize) -> Bytes {
        self.buffered -= len;
        match self.chunks.front_mut() {
            Some(front) if front.len() > len => return front.split_to(len),
            Some(front) if front.len() == len => {
                return self.chunks.pop_front().unwrap_or_default();
            }
            _ => {}
        }
        let mut whole = BytesMut::with_capacity(len);
        while whole.len() < len {
            let Some(front) = self.chunks.front_mut() else {
                break;
            };
            let part = front.len().min(len - whole.len());
            whole.extend_from_slice(&front[..part]);
            front.advance(part);
            if front.is_empty() {
                self.chunks.pop_front();
            }
        }
        whole.freeze()
    }

    /// The end of the stream.
    pub(super) fn finish(&self) -> Result<()> {
        if self.buffered == 0 && self.len.is_none() {
            return Ok(());
        }
        Err(status::grpc(
            status::INTERNAL,
            "the stream ends inside a message",
        ))
    }
}

fn too_large(len: usize) -> Error {
    status::grpc(8, format!("a message of {len} bytes is too large"))
}
