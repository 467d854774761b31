//! One ping-pong message as bytes: framing, header, envelope, body. Pure.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use faststr::FastStr;

use crate::codec::Encode;
use crate::error::{Error, ErrorKind, Result};
use crate::frame::{Header, Prelude};

/// Bytes of the length in front of a framed message.
const LENGTH_LEN: usize = 4;
/// Bytes that tell the framings apart.
const SNIFF_LEN: usize = 8;
/// Version half of a strict envelope; nothing else is accepted (C.2).
const VERSION: u16 = 0x8001;
/// Longest method name read. Kitex has no limit; a Go identifier is far shorter.
const MAX_METHOD_LEN: usize = 4096;
/// Smallest room for one read, in bytes.
const READ_STEP: usize = 8 * 1024;
/// Largest room for one read, in bytes.
const READ_STEP_MAX: usize = 1024 * 1024;
/// Envelope bytes beside the method name: version and type, name length, sequence id.
const ENVELOPE_FIXED: usize = 12;

/// The type in an envelope, and in int key 22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageType {
    Call = 1,
    Reply = 2,
    Exception = 3,
    OneWay = 4,
}

impl MessageType {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Call,
            2 => Self::Reply,
            3 => Self::Exception,
            4 => Self::OneWay,
            _ => return None,
        })
    }

    /// The value of int key 22.
    pub(super) fn digit(self) -> FastStr {
        FastStr::from_static_str(match self {
            Self::Call => "1",
            Self::Reply => "2",
            Self::Exception => "3",
            Self::OneWay => "4",
        })
    }
}

/// What stands in front of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// A length.
    Framed,
    /// A TTHeader, then a length.
    TtHeaderFramed,
    /// A TTHeader alone.
    TtHeader,
}

impl Framing {
    pub(super) fn has_header(self) -> bool {
        self != Self::Framed
    }

    /// Kitex's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Framed => "Framed",
            Self::TtHeaderFramed => "TTHeader|Framed",
            Self::TtHeader => "TTHeader",
        }
    }
}

/// A message that was read whole.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) framing: Framing,
    /// Empty for [`Framing::Framed`].
    pub(super) header: Header,
    pub(super) kind: MessageType,
    pub(super) method: FastStr,
    pub(super) seq_id: i32,
    /// Args, Result or application exception, without envelope.
    pub(super) body: Bytes,
}

/// Takes one message off the front of `buf`; `None` while it is incomplete. Nothing is allocated
/// for bytes that have not arrived.
///
/// # Errors
/// Bytes that are no message of a known framing, or one above `max` bytes. The connection is to be
/// closed without an answer.
pub(super) fn take(buf: &mut BytesMut, max: usize) -> Result<Option<Message>> {
    let Some(sniff) = buf.first_chunk::<SNIFF_LEN>() else {
        return Ok(None);
    };
    if sniff[4..6] == crate::frame::MAGIC.to_be_bytes() {
        return take_tt_header(buf, max);
    }
    if sniff[4..6] == VERSION.to_be_bytes() {
        let length = u32::from_be_bytes([sniff[0], sniff[1], sniff[2], sniff[3]]) as usize;
        check_size(length, max)?;
        if buf.len() < LENGTH_LEN + length {
            return Ok(None);
        }
        buf.advance(LENGTH_LEN);
        let envelope = buf.split_to(length).freeze();
        return open(Framing::Framed, Header::default(), envelope).map(Some);
    }
    Err(malformed("neither TTHeader nor framed Thrift"))
}

fn take_tt_header(buf: &mut BytesMut, max: usize) -> Result<Option<Message>> {
    let limit = u32::try_from(max).unwrap_or(u32::MAX);
    let Some(prelude) = Prelude::peek(buf, limit).map_err(|e| malformed(&e.to_string()))? else {
        return Ok(None);
    };
    if buf.len() < prelude.frame_len() {
        return Ok(None);
    }
    let frame = buf.split_to(prelude.frame_len()).freeze();
    let info = &frame[prelude.header_len() - prelude.info_len..prelude.header_len()];
    let header = Header::decode(&prelude, info).map_err(|e| malformed(&e.to_string()))?;
    let payload = frame.slice(prelude.header_len()..);
    match payload.first_chunk::<6>() {
        Some([0x80, 0x01, ..]) => open(Framing::TtHeader, header, payload).map(Some),
        Some([a, b, c, d, 0x80, 0x01]) => {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            if payload.len() - LENGTH_LEN < length {
                return Err(malformed("framed length exceeds the TTHeader's"));
            }
            let envelope = payload.slice(LENGTH_LEN..LENGTH_LEN + length);
            open(Framing::TtHeaderFramed, header, envelope).map(Some)
        }
        _ => Err(malformed("no Thrift message behind the TTHeader")),
    }
}

/// Reads the envelope; what is left is the body.
fn open(framing: Framing, header: Header, mut bytes: Bytes) -> Result<Message> {
    let kind = match bytes.try_get_u32() {
        Ok(version) if version >> 16 == u32::from(VERSION) => MessageType::from_byte(version as u8),
        _ => None,
    };
    let kind = kind.ok_or_else(|| malformed("unknown version or message type"))?;
    let length = bytes.try_get_u32().map_err(|_| truncated())? as usize;
    if length == 0 || length > MAX_METHOD_LEN || length > bytes.len() {
        return Err(malformed("method name is empty, too long or cut short"));
    }
    let method = bytes.split_to(length);
    let method = std::str::from_utf8(&method).map_err(|_| malformed("method name is not UTF-8"))?;
    let method = FastStr::new(method);
    let seq_id = bytes.try_get_i32().map_err(|_| truncated())?;
    Ok(Message {
        framing,
        header,
        kind,
        method,
        seq_id,
        body: bytes,
    })
}

/// Makes room for the next read: at least [`READ_STEP`], and as much again as has arrived, so that
/// a large message is read in few steps and a claimed one costs nothing.
pub(super) fn reserve_for_read(buf: &mut BytesMut) {
    buf.reserve(buf.len().clamp(READ_STEP, READ_STEP_MAX));
}

/// Appends a whole message. Nothing is appended on error.
///
/// # Errors
/// A header that the layout cannot carry; a message above the 4-byte length.
pub(super) fn put(
    framing: Framing,
    header: &Header,
    (kind, method, seq_id): (MessageType, &str, i32),
    body: &dyn Encode,
    out: &mut BytesMut,
) -> Result<()> {
    let body_len = body.encoded_len();
    let envelope_len = ENVELOPE_FIXED + method.len() + body_len;
    let length = u32::try_from(envelope_len)
        .map_err(|_| Error::invalid_argument("message exceeds 4 GiB"))?;
    if framing.has_header() {
        let framed = if framing == Framing::TtHeaderFramed {
            LENGTH_LEN
        } else {
            0
        };
        header
            .encode(envelope_len + framed, out)
            .map_err(|error| Error::invalid_argument(error.to_string()))?;
    }
    out.reserve(LENGTH_LEN + envelope_len);
    if framing != Framing::TtHeader {
        out.put_u32(length);
    }
    out.put_u16(VERSION);
    out.put_u16(kind as u16);
    out.put_u32(method.len() as u32);
    out.put_slice(method.as_bytes());
    out.put_i32(seq_id);
    body.encode_to(out);
    Ok(())
}

fn check_size(length: usize, max: usize) -> Result<()> {
    if length > max {
        return Err(malformed(&format!(
            "message of {length} bytes exceeds the limit of {max}"
        )));
    }
    Ok(())
}

fn truncated() -> Error {
    malformed("envelope is cut short")
}

fn malformed(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        0,
        format!("malformed ping-pong message: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Writer;

    /// A body that is already bytes.
    struct Raw(&'static str);

    impl Encode for Raw {
        fn encoded_len(&self) -> usize {
            self.0.len() / 2
        }

        fn encode(&self, w: &mut Writer<'_>) {
            w.put(&hex(self.0));
        }
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let byte =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }

    /// Golden bytes seen from a Kitex client and server (grpc-and-pingpong.md C.11).
    const ARGS: &str = "0c00010b0001000000016e0000";
    const FRAMED_REQUEST: &str =
        "0000001c 80010001 00000003 54776f 00000001 0c0001 0b0001 00000001 6e 00 00";
    const TTHEADER_REQUEST: &str = "0000005e 1000 0000 00000004 000e 00 00
        01 0001 0003 69736e 0003 537663
        10 0006 0006 0001 64 0009 0003 54776f 0016 0001 31 0001 0008 756e6672616d6564 0003 0000 0014 0000 00
        80010001 00000003 54776f 00000004 0c0001 0b0001 00000001 6e 00 00";
    const TTHEADER_REPLY: &str = "00000032 1000 0000 00000004 0003 00 00 10 0001 0016 0001 32 0000
        80010002 00000003 54776f 00000004 0c0000 0b0001 00000001 72 00 00";

    fn take_all(bytes: &[u8]) -> Message {
        let mut buf = BytesMut::from(bytes);
        let message = take(&mut buf, 1 << 20).unwrap().expect("a whole message");
        assert!(buf.is_empty());
        message
    }

    #[test]
    fn a_framed_request_is_written_as_kitex_writes_it() {
        let mut out = BytesMut::new();
        let envelope = (MessageType::Call, "Two", 1);
        put(
            Framing::Framed,
            &Header::default(),
            envelope,
            &Raw(ARGS),
            &mut out,
        )
        .unwrap();
        assert_eq!(&out[..], hex(FRAMED_REQUEST));
    }

    #[test]
    fn a_tt_header_reply_is_written_as_kitex_writes_it() {
        let header = super::super::keys::reply_header(MessageType::Reply, 4, Default::default());
        let mut out = BytesMut::new();
        let body = Raw("0c00000b000100000001720000");
        put(
            Framing::TtHeader,
            &header,
            (MessageType::Reply, "Two", 4),
            &body,
            &mut out,
        )
        .unwrap();
        assert_eq!(&out[..], hex(TTHEADER_REPLY));
    }

    #[test]
    fn a_kitex_request_is_read_with_its_header() {
        let message = take_all(&hex(TTHEADER_REQUEST));
        assert_eq!(message.framing, Framing::TtHeader);
        assert_eq!(message.header.strings.get("isn"), Some("Svc"));
        assert_eq!((message.kind, message.seq_id), (MessageType::Call, 4));
        assert_eq!(
            (message.method.as_str(), &message.body[..]),
            ("Two", &hex(ARGS)[..])
        );
    }

    #[test]
    fn a_frame_behind_a_tt_header_is_unwrapped() {
        let mut out = BytesMut::new();
        let header = Header {
            seq_id: 7,
            ..Header::default()
        };
        put(
            Framing::TtHeaderFramed,
            &header,
            (MessageType::Call, "Two", 7),
            &Raw(ARGS),
            &mut out,
        )
        .unwrap();
        let message = take_all(&out);
        assert_eq!(message.framing, Framing::TtHeaderFramed);
        assert_eq!(&message.body[..], hex(ARGS));
    }

    #[test]
    fn every_prefix_is_incomplete_and_nothing_is_taken() {
        for whole in [FRAMED_REQUEST, TTHEADER_REQUEST] {
            let whole = hex(whole);
            for end in 0..whole.len() {
                let mut buf = BytesMut::from(&whole[..end]);
                assert!(
                    take(&mut buf, 1 << 20).unwrap().is_none(),
                    "prefix of {end} bytes"
                );
                assert_eq!(buf.len(), end);
            }
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let cases = [
            ("neither framing", "47455420 2f204854"),
            ("above the limit", "7fffffff 80010001"),
            (
                "unknown type",
                "00000010 80010009 00000003 54776f 00000001 00",
            ),
            ("empty method", "0000000d 80010001 00000000 00000001 00"),
            (
                "method runs past the end",
                "0000000d 80010001 00000064 00000001 00",
            ),
            (
                "cut in the sequence id",
                "0000000d 80010001 00000003 54776f 0000",
            ),
        ];
        for (what, bytes) in cases {
            let mut buf = BytesMut::from(&hex(bytes)[..]);
            assert!(take(&mut buf, 1 << 20).is_err(), "{what}");
        }
    }

    #[test]
    fn a_claimed_size_reserves_nothing() {
        // 16 MiB are claimed, 8 bytes are there.
        let mut buf = BytesMut::from(&hex("01000000 80010001")[..]);
        assert!(take(&mut buf, 1 << 26).unwrap().is_none());
        reserve_for_read(&mut buf);
        assert!(buf.capacity() < 64 * 1024);
    }
}
