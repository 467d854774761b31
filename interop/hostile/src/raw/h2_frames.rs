//! HTTP/2 frame by frame, for what a library would not let a peer do.

pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Frame types.
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

/// Flags.
pub const ACK: u8 = 1;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

/// Settings.
pub const INITIAL_WINDOW_SIZE: u16 = 4;

/// The largest frame that everybody has to take, in bytes.
pub const MAX_FRAME: usize = 16 * 1024;

/// HPACK: the first entry of the dynamic table, as one byte.
pub const NEWEST: u8 = 0x80 | 62;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(payload.len(), kind, flags, stream);
    bytes.extend_from_slice(payload);
    bytes
}

/// The nine bytes before a payload of that many bytes.
pub fn head(len: usize, kind: u8, flags: u8, stream: u32) -> Vec<u8> {
    let len = (len as u32).to_be_bytes();
    let mut bytes = vec![len[1], len[2], len[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes
}

pub fn settings(settings: &[(u16, u32)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (key, value) in settings {
        payload.extend_from_slice(&key.to_be_bytes());
        payload.extend_from_slice(&value.to_be_bytes());
    }
    frame(SETTINGS, 0, 0, &payload)
}

/// A header block, in HEADERS and as many CONTINUATIONs as it takes.
pub fn headers(stream: u32, flags: u8, block: &[u8]) -> Vec<u8> {
    let mut pieces = block.chunks(MAX_FRAME).peekable();
    let (mut bytes, mut kind, mut flags) = (Vec::new(), HEADERS, flags);
    while let Some(piece) = pieces.next() {
        flags |= if pieces.peek().is_none() {
            END_HEADERS
        } else {
            0
        };
        bytes.extend_from_slice(&frame(kind, flags, stream, piece));
        (kind, flags) = (CONTINUATION, 0);
    }
    bytes
}

/// HPACK: a pair in full, which no table keeps.
pub fn pair(name: &str, value: &str) -> Vec<u8> {
    literal(0, name, value)
}

/// HPACK: a pair in full, which the peer's table keeps as [`NEWEST`].
pub fn kept_pair(name: &str, value: &str) -> Vec<u8> {
    literal(0x40, name, value)
}

fn literal(first: u8, name: &str, value: &str) -> Vec<u8> {
    let mut block = vec![first];
    for text in [name, value] {
        length(text.len(), &mut block);
        block.extend_from_slice(text.as_bytes());
    }
    block
}

/// An integer with a prefix of 7 bits (RFC 7541, 5.1).
fn length(len: usize, block: &mut Vec<u8>) {
    let Some(mut rest) = len.checked_sub(127) else {
        return block.push(len as u8);
    };
    block.push(127);
    while rest >= 128 {
        block.push((rest % 128) as u8 | 128);
        rest /= 128;
    }
    block.push(rest as u8);
}

/// The headers of a call of `Talk`.
pub fn request() -> Vec<u8> {
    request_of("/hostile.Target/Talk", "application/grpc+thrift")
}

/// The headers of a call of `Call`, whose messages are Protobuf.
pub fn request_of_protobuf() -> Vec<u8> {
    request_of("/hostilepb.TargetPb/Call", "application/grpc+proto")
}

fn request_of(path: &str, content_type: &str) -> Vec<u8> {
    [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "target"),
        ("content-type", content_type),
        ("te", "trailers"),
    ]
    .map(|(name, value)| pair(name, value))
    .concat()
}

/// The headers of an answer.
pub fn response(status: &str) -> Vec<u8> {
    [
        pair(":status", status),
        pair("content-type", "application/grpc+thrift"),
    ]
    .concat()
}

/// A gRPC message: its prefix, and its bytes.
pub fn message(payload: &[u8]) -> Vec<u8> {
    let mut bytes = claimed_message(payload.len() as u32);
    bytes.extend_from_slice(payload);
    bytes
}

/// The prefix of a message.
pub fn claimed_message(len: u32) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes
}
