//! What every library does with a shape.

use std::hint::black_box;

use bytes::Bytes;

use crate::plain::Plain;

/// A library's message for the shape `P`.
pub trait Subject<P>: Sized {
    /// What it encodes into.
    type Buffer: Buffer;

    /// Its message with this content.
    fn build(plain: &P) -> Self;

    /// Size pass, reservation and encoding into a buffer that may have room already.
    fn encode(&self, out: &mut Self::Buffer);

    /// The same into a buffer of the right size.
    fn encode_fresh(&self) -> Self::Buffer;

    /// Decodes one message.
    fn decode(bytes: &Bytes) -> Self;
}

/// A growable buffer.
pub trait Buffer: Default {
    /// Forgets the contents, keeps the memory.
    fn clear(&mut self);

    /// The contents.
    fn bytes(&self) -> &[u8];
}

impl Buffer for Vec<u8> {
    fn clear(&mut self) {
        self.clear();
    }

    fn bytes(&self) -> &[u8] {
        self
    }
}

impl Buffer for bytes::BytesMut {
    fn clear(&mut self) {
        self.clear();
    }

    fn bytes(&self) -> &[u8] {
        self
    }
}

/// What is measured: called with how many messages to process.
pub type Run = Box<dyn FnMut(usize)>;

/// Encodes messages in turn into a fresh buffer each.
pub fn encode_fresh<S: Subject<P> + 'static, P: Plain>(plain: &[P]) -> Run {
    let messages: Vec<S> = plain.iter().map(S::build).collect();
    Box::new(move |count| {
        for message in messages.iter().cycle().take(count) {
            black_box(black_box(message).encode_fresh());
        }
    })
}

/// Encodes messages in turn into one buffer.
pub fn encode_reused<S: Subject<P> + 'static, P: Plain>(plain: &[P]) -> Run
where
    S::Buffer: 'static,
{
    let messages: Vec<S> = plain.iter().map(S::build).collect();
    let mut out = S::Buffer::default();
    Box::new(move |count| {
        for message in messages.iter().cycle().take(count) {
            out.clear();
            black_box(message).encode(&mut out);
            black_box(out.bytes());
        }
    })
}

/// Decodes and drops messages in turn.
pub fn decode<S: Subject<P> + 'static, P: Plain>(plain: &[P]) -> Run {
    let messages: Vec<Bytes> = plain
        .iter()
        .map(|plain| {
            let mut out = S::Buffer::default();
            S::build(plain).encode(&mut out);
            Bytes::copy_from_slice(out.bytes())
        })
        .collect();
    // What a connection hands out: bytes that are already shared.
    let shared = messages.clone();
    Box::new(move |count| {
        for message in messages.iter().cycle().take(count) {
            black_box(S::decode(black_box(message)));
        }
        black_box(&shared);
    })
}
