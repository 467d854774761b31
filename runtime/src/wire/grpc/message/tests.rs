use bytes::Bytes;
use proptest::prelude::*;

use super::reader::GROWTH;
use super::*;
use crate::codec::Writer;

/// A message of these bytes.
struct Raw(&'static [u8]);

impl Encode for Raw {
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

fn reader() -> MessageReader {
    MessageReader::new(DEFAULT_MAX_MESSAGE, None)
}

/// The messages of `chunks`, read after each chunk.
fn read(reader: &mut MessageReader, chunks: &[&[u8]]) -> Result<Vec<Bytes>> {
    let mut messages = Vec::new();
    for chunk in chunks {
        reader.push(Bytes::copy_from_slice(chunk));
        while let Some(message) = reader.next_message()? {
            messages.push(message);
        }
    }
    Ok(messages)
}

fn framed(messages: &[&'static [u8]]) -> BytesMut {
    let mut out = BytesMut::new();
    for message in messages {
        put(&Raw(message), None, &mut out).unwrap();
    }
    out
}

#[test]
fn a_message_is_appended_behind_its_prefix() {
    let mut out = BytesMut::from(&b"before"[..]);
    put(&Raw(b"hi"), None, &mut out).unwrap();
    assert_eq!(out, &b"before\x00\x00\x00\x00\x02hi"[..]);
}

#[test]
fn a_message_that_panics_leaves_nothing_behind() {
    struct Panics;

    impl Encode for Panics {
        fn encoded_len(&self) -> usize {
            4
        }

        fn encode(&self, _: &mut Writer<'_>) {
            panic!("no")
        }
    }

    let mut out = BytesMut::from(&b"before"[..]);
    let put = std::panic::AssertUnwindSafe(|| put(&Panics, None, &mut out));
    std::panic::catch_unwind(put).unwrap_err();
    assert_eq!(out, &b"before"[..]);
}

#[test]
fn g26_one_message_in_three_chunks_and_three_messages_in_one() {
    let bytes = framed(&[b"abcdef"]);
    let chunks = [&bytes[..6], &bytes[6..8], &bytes[8..]];
    assert_eq!(read(&mut reader(), &chunks).unwrap(), ["abcdef"]);

    let bytes = framed(&[b"a", b"bc", b"def"]);
    assert_eq!(read(&mut reader(), &[&bytes]).unwrap(), ["a", "bc", "def"]);
}

#[test]
fn g27_a_prefix_in_two_chunks() {
    let bytes = framed(&[b"abc"]);
    let chunks = [&bytes[..1], &bytes[1..5], &bytes[5..]];
    assert_eq!(read(&mut reader(), &chunks).unwrap(), ["abc"]);
}

#[test]
fn g28_a_message_over_the_limit_is_status_8() {
    let mut reader = MessageReader::new(4, None);
    assert_eq!(read(&mut reader, &[&framed(&[b"abcd"])]).unwrap(), ["abcd"]);

    // The prefix is enough, and the error stays.
    let error = read(&mut reader, &[b"\x00\x00\x00\x00\x05"]).unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
    assert_eq!(
        error.message(),
        "received message larger than the configured max (5 vs. 4)"
    );
    let error = read(&mut reader, &[&framed(&[b"a"])]).unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
    assert_eq!(
        reader.finish().unwrap_err().grpc_code(),
        Some(Code::RESOURCE_EXHAUSTED)
    );
}

#[test]
fn g29_an_unknown_flag_is_status_13() {
    for prefix in [b"\x02\x00\x00\x00\x00", b"\xff\x00\x00\x00\x00"] {
        let error = read(&mut reader(), &[prefix]).unwrap_err();
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
    }
}

#[test]
fn g30_an_empty_message_is_a_message() {
    let bytes = framed(&[b"", b""]);
    assert_eq!(read(&mut reader(), &[&bytes]).unwrap(), ["", ""]);
}

#[test]
fn a_compressed_message_without_an_encoding_is_status_13() {
    let error = read(&mut reader(), &[b"\x01\x00\x00\x00\x01x"]).unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
}

#[test]
fn a_stream_that_ends_inside_a_message_is_status_13() {
    let bytes = framed(&[b"abc"]);
    for end in 1..bytes.len() {
        let mut reader = reader();
        assert!(read(&mut reader, &[&bytes[..end]]).unwrap().is_empty());
        assert_eq!(
            reader.finish().unwrap_err().grpc_code(),
            Some(Code::INTERNAL),
            "{end}"
        );
    }
    let mut reader = reader();
    read(&mut reader, &[&bytes]).unwrap();
    reader.finish().unwrap();
}

#[test]
fn a_message_in_one_chunk_is_not_copied() {
    let chunk = framed(&[b"abc"]).freeze();
    let payload = chunk[PREFIX_LEN..].as_ptr();
    let mut reader = reader();
    reader.push(chunk);
    assert_eq!(reader.next_message().unwrap().unwrap().as_ptr(), payload);
}

#[test]
fn memory_grows_with_what_arrives() {
    let mut reader = reader();
    // 64 MiB claimed, 1,000 bytes sent.
    reader.push(Bytes::from_static(b"\x00\x04\x00\x00\x00"));
    for _ in 0..10 {
        reader.push(Bytes::from_static(&[7; 100]));
    }
    assert_eq!(reader.next_message().unwrap(), None);
    assert!(reader.held() <= GROWTH * 1000, "{}", reader.held());
}

/// A connection that copies waiting chunks pushes them to a reader that has given some messages and not
/// yet others.
#[test]
fn chunks_stay_in_order_however_many_messages_were_read_before() {
    for (read_before, unshared) in [(0, false), (1, false), (1, true), (2, true)] {
        let mut reader = reader();
        reader.push(framed(&[b"first"]).freeze());
        reader.push(framed(&[b"second"]).freeze());
        let mut got = Vec::new();
        for _ in 0..read_before {
            got.extend(reader.next_message().unwrap());
        }
        if unshared {
            reader.unshare();
        }
        reader.push(framed(&[b"third"]).freeze());
        while let Some(message) = reader.next_message().unwrap() {
            got.push(message);
        }
        assert_eq!(got, [&b"first"[..], b"second", b"third"], "{read_before}");
    }
}

#[test]
fn the_rest_of_chunks_that_were_copied_together_is_copied_out_of_them() {
    let message = framed(&[&[b'x'; 1000]]).freeze();
    let mut reader = reader();
    (0..10).for_each(|_| reader.push(message.clone()));
    assert_eq!(reader.unshare(), 10 * message.len());
    for _ in 0..5 {
        assert_eq!(reader.unshare(), 0, "more than half is left");
        reader.next_message().unwrap().unwrap();
    }
    reader.next_message().unwrap().unwrap();
    assert_eq!(reader.unshare(), 4 * message.len());
    assert_eq!(reader.unshare(), 0);
    for _ in 0..4 {
        let left = reader.next_message().unwrap().unwrap();
        assert_eq!(left, message[PREFIX_LEN..]);
    }
    assert_eq!(reader.next_message().unwrap(), None);
}

#[test]
fn messages_of_one_buffer_keep_it_alive_once() {
    const BUFFER: usize = READ_BUFFER as usize;
    let message = framed(&[b"x"]);
    let mut memory = BytesMut::zeroed(3 * BUFFER);
    // Two lie in the same buffer, as far as their places tell, and one does not.
    let places = [0, message.len(), 2 * BUFFER];
    for at in places {
        memory[at..][..message.len()].copy_from_slice(&message);
    }
    let memory = memory.freeze();
    let mut reader = reader();
    let mut pinned = |places: &[usize]| {
        reader.begin_pinning();
        for at in places {
            reader.push(memory.slice(*at..at + message.len()));
        }
        while reader.next_message().unwrap().is_some() {}
        reader.pinned()
    };
    assert_eq!(pinned(&places[..1]), BUFFER);
    assert_eq!(pinned(&places[1..2]), BUFFER);
    assert_eq!(pinned(&places), 2 * BUFFER + message.len());
}

proptest! {
    /// However the stream is cut, and whether or not messages are read between the chunks.
    #[test]
    fn any_cut_gives_the_same_messages(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8),
        steps in prop::collection::vec(1..200_usize, 1..20),
        at_once in any::<bool>(),
    ) {
        let mut bytes = BytesMut::new();
        for message in &messages {
            bytes.put_u8(PLAIN);
            bytes.put_u32(message.len() as u32);
            bytes.put_slice(message);
        }
        let (mut reader, mut got) = (reader(), Vec::new());
        let mut steps = steps.into_iter().cycle();
        while !bytes.is_empty() {
            let step = steps.next().unwrap().min(bytes.len());
            reader.push(bytes.split_to(step).freeze());
            while !at_once && let Some(message) = reader.next_message().unwrap() {
                got.push(message);
            }
        }
        while let Some(message) = reader.next_message().unwrap() {
            got.push(message);
        }
        prop_assert_eq!(got, messages);
        prop_assert!(reader.finish().is_ok());
    }
}
