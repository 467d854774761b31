//! Ping-pong messages by hand, apart from the code under test.
#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::BTreeMap;

use streamgen_runtime::unstable::pingpong::Framing;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;

pub(crate) const CALL: u8 = 1;
pub(crate) const REPLY: u8 = 2;
pub(crate) const EXCEPTION: u8 = 3;
pub(crate) const ONEWAY: u8 = 4;

/// One message with a Thrift envelope. Without TTHeader flags, strings and ints are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    pub(crate) framing: Framing,
    pub(crate) flags: u16,
    pub(crate) kind: u8,
    pub(crate) method: String,
    pub(crate) seq_id: i32,
    pub(crate) strings: BTreeMap<String, String>,
    pub(crate) ints: BTreeMap<u16, String>,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    /// A call whose arguments have no field set.
    pub(crate) fn call(framing: Framing, method: &str, seq_id: i32) -> Self {
        Self {
            framing,
            flags: 0,
            kind: CALL,
            method: method.to_owned(),
            seq_id,
            strings: BTreeMap::new(),
            ints: BTreeMap::new(),
            body: vec![0],
        }
    }

    pub(crate) fn kind(self, kind: u8) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn flags(self, flags: u16) -> Self {
        Self { flags, ..self }
    }

    pub(crate) fn body(self, body: &[u8]) -> Self {
        let body = body.to_vec();
        Self { body, ..self }
    }

    pub(crate) fn string(mut self, key: &str, value: &str) -> Self {
        self.strings.insert(key.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn int(mut self, key: u16, value: &str) -> Self {
        self.ints.insert(key, value.to_owned());
        self
    }

    /// The value of a string pair, empty if there is none.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.strings.get(key).map_or("", String::as_str)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let payload = self.payload();
        if !self.has_header() {
            return payload;
        }
        let info = self.info();
        let mut out = ((10 + info.len() + payload.len()) as u32)
            .to_be_bytes()
            .to_vec();
        out.extend([0x10, 0]);
        out.extend(self.flags.to_be_bytes());
        out.extend(self.seq_id.to_be_bytes());
        out.extend(((info.len() / 4) as u16).to_be_bytes());
        out.extend(info);
        out.extend(payload);
        out
    }

    /// What stands behind the TTHeader.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut enveloped = vec![0x80, 1, 0, self.kind];
        enveloped.extend((self.method.len() as u32).to_be_bytes());
        enveloped.extend(self.method.as_bytes());
        enveloped.extend(self.seq_id.to_be_bytes());
        enveloped.extend(&self.body);
        match self.framing {
            Framing::Buffered | Framing::TtHeader => enveloped,
            _ => [&(enveloped.len() as u32).to_be_bytes()[..], &enveloped].concat(),
        }
    }

    fn info(&self) -> Vec<u8> {
        let mut info = vec![0, 0];
        let text = |info: &mut Vec<u8>, text: &str| {
            info.extend((text.len() as u16).to_be_bytes());
            info.extend(text.as_bytes());
        };
        if !self.strings.is_empty() {
            info.push(1);
            info.extend((self.strings.len() as u16).to_be_bytes());
        }
        for (key, value) in &self.strings {
            text(&mut info, key);
            text(&mut info, value);
        }
        if !self.ints.is_empty() {
            info.push(0x10);
            info.extend((self.ints.len() as u16).to_be_bytes());
        }
        for (key, value) in &self.ints {
            info.extend(key.to_be_bytes());
            text(&mut info, value);
        }
        info.resize(info.len().next_multiple_of(4), 0);
        info
    }

    fn has_header(&self) -> bool {
        matches!(self.framing, Framing::TtHeader | Framing::TtHeaderFramed)
    }

    /// Reads a whole message.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        let (mut strings, mut ints) = (BTreeMap::new(), BTreeMap::new());
        let (mut flags, mut payload) = (0, bytes);
        let has_header = bytes[4..6] == [0x10, 0];
        if has_header {
            assert_eq!(be(&bytes[..4]), bytes.len() - 4, "LENGTH is all but itself");
            flags = be(&bytes[6..8]) as u16;
            let info = &bytes[14..14 + 4 * be(&bytes[12..14])];
            payload = &bytes[14 + info.len()..];
            (strings, ints) = pairs(&info[2..]);
        }
        let framed = payload[..2] != [0x80, 1];
        let enveloped = if framed { &payload[4..] } else { payload };
        let name_end = 8 + be(&enveloped[4..8]);
        let seq_id = i32::from_be_bytes(enveloped[name_end..name_end + 4].try_into().unwrap());
        if has_header {
            assert_eq!(be(&bytes[8..12]), seq_id as u32 as usize);
        }
        Self {
            framing: match (has_header, framed) {
                (false, false) => Framing::Buffered,
                (false, true) => Framing::Framed,
                (true, false) => Framing::TtHeader,
                (true, true) => Framing::TtHeaderFramed,
            },
            flags,
            kind: enveloped[3],
            method: String::from_utf8(enveloped[8..name_end].to_vec()).unwrap(),
            seq_id,
            strings,
            ints,
            body: enveloped[name_end + 4..].to_vec(),
        }
    }
}

type Pairs = (BTreeMap<String, String>, BTreeMap<u16, String>);

fn pairs(mut info: &[u8]) -> Pairs {
    let (mut strings, mut ints) = (BTreeMap::new(), BTreeMap::new());
    let mut take = |n: usize| {
        let (taken, rest) = info.split_at(n.min(info.len()));
        info = rest;
        taken.to_vec()
    };
    loop {
        let section = take(1);
        match section.first() {
            None => return (strings, ints),
            Some(0) => {}
            Some(id) => {
                for _ in 0..be(&take(2)) {
                    let key = match id {
                        1 => {
                            let len = be(&take(2));
                            take(len)
                        }
                        _ => take(2),
                    };
                    let len = be(&take(2));
                    let value = String::from_utf8(take(len)).unwrap();
                    match id {
                        1 => drop(strings.insert(String::from_utf8(key).unwrap(), value)),
                        _ => drop(ints.insert(be(&key) as u16, value)),
                    }
                }
            }
        }
    }
}

fn be(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |n, byte| n << 8 | usize::from(*byte))
}

/// The next message that has a length.
pub(crate) async fn next(io: &mut (impl AsyncRead + Unpin)) -> Raw {
    let mut message = vec![0; 4];
    io.read_exact(&mut message).await.unwrap();
    message.resize(4 + be(&message), 0);
    io.read_exact(&mut message[4..]).await.unwrap();
    Raw::decode(&message)
}

/// The next message of this framing, which answers with `body_len` bytes behind the envelope of `method`.
pub(crate) async fn next_of(
    io: &mut TcpStream,
    framing: Framing,
    method: &str,
    body_len: usize,
) -> Raw {
    if framing != Framing::Buffered {
        return next(io).await;
    }
    let mut message = vec![0; 12 + method.len() + body_len];
    io.read_exact(&mut message).await.unwrap();
    Raw::decode(&message)
}

/// Whether the peer closes without another byte.
pub(crate) async fn is_closed(io: &mut TcpStream) -> bool {
    // A reset tells the same.
    !matches!(io.read(&mut [0]).await, Ok(1..))
}

/// A string in field `id`, and the end of the struct.
pub(crate) fn string_field(id: i16, text: &str) -> Vec<u8> {
    let mut field = vec![11];
    field.extend(id.to_be_bytes());
    field.extend((text.len() as u32).to_be_bytes());
    field.extend(text.as_bytes());
    field.push(0);
    field
}

/// TApplicationException.
pub(crate) fn exception(text: &str, type_id: i32) -> Vec<u8> {
    let mut body = string_field(1, text);
    body.pop();
    body.extend([8, 0, 2]);
    body.extend(type_id.to_be_bytes());
    body.push(0);
    body
}
