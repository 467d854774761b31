//! TTHeader Streaming, frame by frame.

use std::io::{self, Read};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};

use bytes::BytesMut;
use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::{
    FLAG_STREAMING, Frame, FrameKind, FrameReader, IntPairs, MAGIC, PRELUDE_LEN,
    PROTOCOL_THRIFT_STRUCT, int_key, write_frame,
};

use super::{PATIENCE, Raw, thrift};

/// Sections of the header info.
const STRINGS: u8 = 0x01;
const INTS: u8 = 0x10;

/// The stream of those calls.
const NEIGHBOUR: i32 = 2_000_001;

/// A frame for the method `Talk`.
pub fn frame(kind: FrameKind, sid: i32, strings: &Metadata, payload: &[u8]) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    let ints = IntPairs::new();
    let written = write_frame(kind, sid, "Talk", &ints, strings, payload, &mut bytes);
    debug_assert_eq!(written, Ok(()), "an attack wants a frame that cannot be");
    bytes.to_vec()
}

/// Opens a stream, and sends its first message: what the handler is to do.
pub fn open(sid: i32, order: &'static str) -> Vec<u8> {
    let mut bytes = header(sid);
    bytes.extend_from_slice(&data(sid, &thrift::msg(order, 0)));
    bytes
}

/// Opens a stream.
pub fn header(sid: i32) -> Vec<u8> {
    let service = [("isn", "Target")].into_iter().collect();
    frame(FrameKind::Header, sid, &service, &[])
}

pub fn data(sid: i32, payload: &[u8]) -> Vec<u8> {
    frame(FrameKind::Data, sid, &Metadata::new(), payload)
}

/// Opens a stream with as many more pairs: keys of four letters, and empty values. Written by hand,
/// because building a map of so many costs an attacker more than the attacked.
pub fn header_with_pairs(sid: i32, count: u16) -> Vec<u8> {
    let mut info = vec![PROTOCOL_THRIFT_STRUCT, 0, STRINGS];
    info.extend_from_slice(&(count + 1).to_be_bytes());
    string(&mut info, b"isn");
    string(&mut info, b"Target");
    for n in 0..count {
        string(&mut info, format!("{n:04x}").as_bytes());
        string(&mut info, b"");
    }
    info.extend_from_slice(&[INTS, 0, 2]);
    for (key, value) in [
        (int_key::TO_METHOD, b"Talk".as_slice()),
        (int_key::FRAME_TYPE, b"2"),
    ] {
        info.extend_from_slice(&key.to_be_bytes());
        string(&mut info, value);
    }
    info.resize(info.len().next_multiple_of(4), 0);
    let length = PRELUDE_LEN - 4 + info.len();
    let mut bytes = (length as u32).to_be_bytes().to_vec();
    bytes.extend_from_slice(&MAGIC.to_be_bytes());
    bytes.extend_from_slice(&FLAG_STREAMING.to_be_bytes());
    bytes.extend_from_slice(&sid.to_be_bytes());
    bytes.extend_from_slice(&((info.len() / 4) as u16).to_be_bytes());
    bytes.extend_from_slice(&info);
    bytes
}

fn string(info: &mut Vec<u8>, text: &[u8]) {
    info.extend_from_slice(&(text.len() as u16).to_be_bytes());
    info.extend_from_slice(text);
}

/// A frame of which nothing follows the LENGTH, flags and stream id.
pub fn claims(length: u32) -> Vec<u8> {
    let mut bytes = data(1, &[0; 64]);
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    bytes
}

/// Reads frame after frame until the peer closes, or writes nonsense.
pub fn read_frames(mut socket: TcpStream, mut on_frame: impl FnMut(Frame)) {
    let (mut reader, mut buf) = (FrameReader::default(), BytesMut::new());
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match reader.next(&mut buf) {
            Ok(Some(frame)) => {
                on_frame(frame);
                continue;
            }
            Ok(None) => {}
            Err(_) => return,
        }
        match socket.read(&mut chunk) {
            Ok(count @ 1..) => buf.extend_from_slice(&chunk[..count]),
            _ => return,
        }
    }
}

/// A stream on the attacked connection whose handler answers every message. Everything else that
/// the peer sends is read and forgotten.
pub struct Neighbour {
    answers: Receiver<()>,
}

impl Neighbour {
    pub fn open(raw: &mut Raw) -> io::Result<Self> {
        let (sender, answers) = channel();
        let socket = raw.reader()?;
        std::thread::spawn(move || {
            read_frames(socket, |frame| {
                if frame.sid == NEIGHBOUR && frame.kind() == FrameKind::Data {
                    let _ = sender.send(());
                }
            });
        });
        let is_sent = raw.send_patiently(&open(NEIGHBOUR, "echo"));
        if !is_sent || answers.recv_timeout(PATIENCE).is_err() {
            return Err(io::Error::other(
                "no stream beside the attack can be opened",
            ));
        }
        Ok(Self { answers })
    }

    pub fn call(&self, raw: &mut Raw) -> Option<()> {
        let is_sent = raw.send_patiently(&data(NEIGHBOUR, &thrift::msg("echo", 16)));
        is_sent.then(|| self.answers.recv_timeout(PATIENCE).ok())?
    }
}

#[cfg(test)]
mod tests {
    use streamgen_runtime::unstable::ttheader::frame::FrameBody;

    use super::*;

    #[test]
    fn a_header_with_many_pairs_is_one_frame() {
        let bytes = header_with_pairs(7, 3);
        let frame = FrameReader::default().next(&mut BytesMut::from(&bytes[..]));
        let frame = frame.unwrap().unwrap();
        let FrameBody::Header(info) = frame.body else {
            panic!("{frame:?}");
        };
        assert_eq!((frame.sid, info.method.as_str()), (7, "Talk"));
        assert_eq!(info.strings.get("isn"), Some("Target"));
        assert_eq!(info.strings.len(), 4);
    }
}
