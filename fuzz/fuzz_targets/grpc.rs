//! What a gRPC peer sends: messages in DATA, and header blocks.
#![no_main]

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use libfuzzer_sys::fuzz_target;
use streamgen_runtime::codec::{Encode, Writer};
use streamgen_runtime::unstable::grpc::message::{self, MessageReader};
use streamgen_runtime::unstable::grpc::{headers, metadata, path, status};
use streamgen_runtime::{Code, Encoding, Error, PayloadCodec};

/// Largest message that the reader takes, in bytes.
const MAX: usize = 1 << 20;

/// The messages of `bytes`, arriving `step` bytes at a time, and the status that ended reading.
fn read(bytes: &[u8], step: usize, encoding: Option<Encoding>) -> (Vec<Bytes>, Option<Code>) {
    let mut reader = MessageReader::new(MAX, encoding);
    let mut messages = Vec::new();
    for chunk in bytes.chunks(step) {
        reader.push(Bytes::copy_from_slice(chunk));
        loop {
            match reader.next_message() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, error.grpc_code()),
            }
        }
    }
    let end = reader.finish().err();
    (messages, end.and_then(|error| error.grpc_code()))
}

/// A message of these bytes.
struct Raw<'a>(&'a [u8]);

impl Encode for Raw<'_> {
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self, _: &mut Writer<'_>) {
        unreachable!("encode_sized is overridden")
    }

    fn encode_sized(&self, _: usize, out: &mut BytesMut) {
        out.put_slice(self.0);
    }
}

fn framing(bytes: &[u8], step: usize) {
    let whole = read(bytes, bytes.len().max(1), None);
    assert_eq!(read(bytes, step, None), whole);
    let mut again = BytesMut::new();
    for payload in &whole.0 {
        message::put(&Raw(payload), None, &mut again).unwrap();
    }
    assert!(again.len() <= bytes.len());
    assert_eq!(read(&again, again.len().max(1), None), (whole.0, None));
}

/// Messages of a peer that compresses: what comes out is no longer than it may be.
fn compressed(bytes: &[u8], step: usize) {
    let gzip = Some(Encoding::GZIP);
    let whole = read(bytes, bytes.len().max(1), gzip);
    assert!(whole.0.iter().all(|message| message.len() <= MAX));
    assert_eq!(read(bytes, step, gzip), whole);
}

/// Lines of a name, a colon and a value, as far as these are headers.
fn header_block(bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some(at) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(&line[..at]);
        let value = HeaderValue::from_bytes(&line[at + 1..]);
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// Pairs of a response are written as they were read, and an error of the peer can be passed on.
fn blocks(bytes: &[u8]) {
    let block = header_block(bytes);
    let _ = headers::read_request(&block);
    let _ = headers::read_response(StatusCode::OK, &block);
    let (outcome, pairs) = status::read_trailers(&block);
    metadata::check(&pairs).unwrap();
    let trailers = status::trailers(&outcome, PayloadCodec::Protobuf, &pairs);
    let (again, pairs_again) = status::read_trailers(&trailers);
    assert_eq!(pairs_again, pairs);
    assert_eq!(facts(&again), facts(&outcome));
}

fn facts(outcome: &Result<(), Error>) -> Option<(Option<i32>, Option<Code>, &str)> {
    let error = outcome.as_ref().err()?;
    Some((error.kitex_code(), error.grpc_code(), error.message()))
}

// The first byte says what the rest is, and for messages how many bytes arrive at a time; where they
// are compressed, that is the second byte.
fuzz_target!(|input: &[u8]| {
    match input.split_first() {
        None => {}
        Some((&0, bytes)) => blocks(bytes),
        Some((&1, bytes)) => {
            let _ = path::parse(&String::from_utf8_lossy(bytes));
        }
        Some((&2, [step, bytes @ ..])) => compressed(bytes, usize::from(*step).max(1)),
        Some((&step, bytes)) => framing(bytes, usize::from(step)),
    }
});
