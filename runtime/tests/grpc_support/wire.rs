//! HTTP/2 frame by frame, for what a library would not let a peer do.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Frame types.
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
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
pub const MAX_CONCURRENT_STREAMS: u16 = 3;
pub const INITIAL_WINDOW_SIZE: u16 = 4;
pub const MAX_FRAME_SIZE: u16 = 5;

/// What our side lets its peer send on a stream, unless told otherwise.
const STREAM_WINDOW: usize = 1 << 20;
/// What everybody may send on a connection before a WINDOW_UPDATE.
const CONNECTION_WINDOW: usize = 65_535;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    pub fn is_ack(&self) -> bool {
        self.flags & ACK != 0
    }

    pub fn ends_headers(&self) -> bool {
        self.flags & END_HEADERS != 0
    }

    /// The number at this place of the payload.
    pub fn u32_at(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

/// One end of a connection; either side.
pub struct Wire(pub TcpStream);

impl Wire {
    /// A client that has said what a client has to say.
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, &[]).await
    }

    pub async fn connect_with(address: SocketAddr, settings: &[(u16, u32)]) -> Self {
        let mut wire = Self(TcpStream::connect(address).await.unwrap());
        // Else frames that are written one by one wait for each other's acknowledgements.
        wire.0.set_nodelay(true).unwrap();
        wire.0.write_all(PREFACE).await.unwrap();
        wire.settings(settings).await;
        wire
    }

    /// A server that has heard the preface of a client, and has said nothing itself.
    pub async fn accept(listener: &TcpListener) -> Self {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        let mut preface = [0; 24];
        socket.read_exact(&mut preface).await.unwrap();
        assert_eq!(&preface, PREFACE);
        Self(socket)
    }

    /// A server that has shown these SETTINGS, and its client's first call, which waits for them.
    pub async fn meet<T: std::fmt::Debug>(
        listener: &TcpListener,
        settings: &[(u16, u32)],
        call: impl IntoFuture<Output = Result<T, streamgen_runtime::Error>>,
    ) -> (Self, T) {
        let accepting = async {
            let mut wire = Self::accept(listener).await;
            wire.settings(settings).await;
            wire
        };
        let (wire, made) = tokio::join!(accepting, call.into_future());
        (wire, made.unwrap())
    }

    pub async fn settings(&mut self, settings: &[(u16, u32)]) {
        let mut payload = Vec::new();
        for (key, value) in settings {
            payload.extend_from_slice(&key.to_be_bytes());
            payload.extend_from_slice(&value.to_be_bytes());
        }
        self.send(SETTINGS, 0, 0, &payload).await;
    }

    /// Lets the peer send a gibibyte on the connection.
    pub async fn open_window(&mut self) {
        let more = 1_u32 << 30;
        self.send(WINDOW_UPDATE, 0, 0, &more.to_be_bytes()).await;
    }

    pub async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let bytes = frame(kind, flags, stream, payload);
        self.0.write_all(&bytes).await.unwrap();
    }

    /// Sends a frame so many times, or until the peer has had enough and closes.
    pub async fn flood(&mut self, frame: &[u8], times: usize) {
        let _ = self.0.write_all(&frame.repeat(times)).await;
    }

    /// Sends the DATA frame `frame` so many times, and no more than the peer's windows allow. No
    /// WINDOW_UPDATE may have been read before.
    pub async fn send_within_windows(&mut self, stream: u32, frame: &[u8], times: usize) {
        let payload = frame.len() - 9;
        let (mut of_stream, mut of_connection) = (STREAM_WINDOW, CONNECTION_WINDOW);
        let mut left = times;
        while left > 0 {
            let some = (of_stream.min(of_connection) / payload).min(left);
            self.0.write_all(&frame.repeat(some)).await.unwrap();
            (of_stream, of_connection) =
                (of_stream - some * payload, of_connection - some * payload);
            left -= some;
            if left > 0 {
                let update = self.expect(WINDOW_UPDATE).await;
                let more = update.u32_at(0) as usize;
                match update.stream {
                    0 => of_connection += more,
                    id if id == stream => of_stream += more,
                    _ => {}
                }
            }
        }
    }

    /// The next frame; `None` when the peer has closed the connection.
    pub async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.0.read_exact(&mut payload).await.ok()?;
        Some(Frame {
            kind,
            flags,
            stream: u32::from_be_bytes(stream),
            payload,
        })
    }

    /// The next frame of this type, past all others.
    pub async fn expect(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.next().await.expect("the connection is open");
            if frame.kind == kind {
                return frame;
            }
        }
    }

    /// Returns when the peer has dealt with all that it was sent.
    pub async fn answered_ping(&mut self) {
        self.send(PING, 0, 0, b"untilnow").await;
        self.expect(PING).await;
    }

    /// Returns when the peer has acknowledged our SETTINGS.
    pub async fn answered_settings(&mut self) {
        while !self.expect(SETTINGS).await.is_ack() {}
    }

    /// The error code with which the peer gives the connection up.
    pub async fn expect_goaway(&mut self) -> u32 {
        self.expect(GOAWAY).await.u32_at(4)
    }
}

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![len[1], len[2], len[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// A header block in the simplest form that HPACK has: every pair in full.
pub fn block(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in pairs {
        block.push(0);
        for text in [name, value] {
            length(text.len(), &mut block);
            block.extend_from_slice(text.as_bytes());
        }
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

/// The headers of a call of that path, whose messages are Thrift.
pub fn request<'a>(path: &'a str, more: &[(&'a str, &'a str)]) -> Vec<u8> {
    let mut pairs = vec![
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "peer"),
        ("content-type", super::THRIFT),
        ("te", "trailers"),
    ];
    pairs.extend_from_slice(more);
    block(&pairs)
}

/// The headers of a response, whose messages are Thrift.
pub fn response<'a>(more: &[(&'a str, &'a str)]) -> Vec<u8> {
    let mut pairs = vec![(":status", "200"), ("content-type", super::THRIFT)];
    pairs.extend_from_slice(more);
    block(&pairs)
}
