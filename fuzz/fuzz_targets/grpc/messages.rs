//! Messages in DATA: cut anywhere, of any length, with any flag.

use std::cell::RefCell;
use std::collections::HashMap;

use bytes::{BufMut, Bytes, BytesMut};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use streamgen_runtime::codec::{Encode, Writer};
use streamgen_runtime::unstable::grpc::message::{self, MessageReader};
use streamgen_runtime::{Code, Encoding};

/// Largest message that the reader takes, in bytes: small, so that many are too large.
const MAX: usize = 4096;

/// The most pieces that an input arrives in: more of them take time and find nothing.
const PIECES: usize = 256;

/// A message that the fuzzer puts together from parts.
#[derive(Arbitrary, Debug)]
pub struct Parts<'a> {
    flag: Flag,
    claim: Claim,
    payload: Payload<'a>,
}

#[derive(Arbitrary, Debug)]
enum Flag {
    Plain,
    Compressed,
    Other(u8),
}

/// The length that the prefix of a message claims.
#[derive(Arbitrary, Debug)]
enum Claim {
    True,
    OffBy(i8),
    Any(u32),
}

#[derive(Arbitrary, Debug)]
enum Payload<'a> {
    Bytes(&'a [u8]),
    Zeros(u16),
    /// This many zeros, compressed by gzip, with one byte changed.
    Gzip(u16, Option<(u8, u8)>),
}

impl Parts<'_> {
    fn put(&self, out: &mut BytesMut) {
        let payload = self.payload.bytes();
        let len = payload.len() as u32;
        out.put_u8(match self.flag {
            Flag::Plain => 0,
            Flag::Compressed => 1,
            Flag::Other(flag) => flag,
        });
        out.put_u32(match self.claim {
            Claim::True => len,
            Claim::OffBy(by) => len.wrapping_add_signed(by.into()),
            Claim::Any(len) => len,
        });
        out.put_slice(&payload);
    }
}

impl Payload<'_> {
    fn bytes(&self) -> Bytes {
        match *self {
            Self::Bytes(bytes) => Bytes::copy_from_slice(bytes),
            Self::Zeros(count) => zeros(count).into(),
            Self::Gzip(count, change) => {
                let bytes = gzip(count);
                let Some((at, byte)) = change else {
                    return bytes;
                };
                let mut bytes = BytesMut::from(bytes);
                if let Some(place) = bytes.get_mut(usize::from(at)) {
                    *place = byte;
                }
                bytes.freeze()
            }
        }
    }
}

const PREFIX_LEN: usize = 5;

/// Zeros: at most twice as many as the largest message may have.
fn zeros(count: u16) -> Vec<u8> {
    vec![0; usize::from(count) % (2 * MAX)]
}

/// The same zeros, compressed. Compressing takes longer than all else that an input does, so each
/// count is compressed once.
fn gzip(count: u16) -> Bytes {
    thread_local! {
        static DONE: RefCell<HashMap<usize, Bytes>> = RefCell::default();
    }
    let zeros = zeros(count);
    DONE.with_borrow_mut(|done| {
        let compressed = done.entry(zeros.len()).or_insert_with(|| {
            let mut bytes = BytesMut::new();
            let put = message::put(&Raw(&zeros), Some(Encoding::GZIP), &mut bytes);
            put.expect("zeros can be compressed");
            // Without the prefix, which says that it is compressed.
            bytes.split_off(PREFIX_LEN.min(bytes.len())).freeze()
        });
        compressed.clone()
    })
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

fn written(parts: &[Parts<'_>]) -> Bytes {
    let mut bytes = BytesMut::new();
    parts.iter().for_each(|parts| parts.put(&mut bytes));
    bytes.freeze()
}

/// Reads `bytes`, which arrive `step` at a time, or in [`PIECES`] pieces if those are larger. Returns
/// the messages, and the status that ended reading.
fn read(bytes: &Bytes, step: usize, encoding: Option<Encoding>) -> (Vec<Bytes>, Option<Code>) {
    let mut reader = MessageReader::new(MAX, encoding);
    let mut messages = Vec::new();
    let mut rest = bytes.clone();
    let step = step.max(rest.len().div_ceil(PIECES));
    while !rest.is_empty() {
        reader.push(rest.split_to(step.min(rest.len())));
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

/// Checks that the reader finds the same messages wherever DATA is cut, and that the writer writes them
/// with the same bytes.
pub fn plain(parts: &[Parts<'_>], step: u8) {
    let bytes = written(parts);
    let whole = read(&bytes, bytes.len(), None);
    assert_eq!(read(&bytes, step.into(), None), whole);
    let mut again = BytesMut::new();
    for payload in &whole.0 {
        message::put(&Raw(payload), None, &mut again).expect("it was read");
    }
    assert_eq!(again[..], bytes[..again.len()]);
}

/// Checks that no compressed message becomes longer than a message may be.
pub fn compressed(parts: &[Parts<'_>], step: u8) {
    let bytes = written(parts);
    let gzip = Some(Encoding::GZIP);
    let whole = read(&bytes, bytes.len(), gzip);
    assert!(whole.0.iter().all(|message| message.len() <= MAX));
    assert_eq!(read(&bytes, step.into(), gzip), whole);
}
