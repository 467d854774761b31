//! A peer that does exactly what its script says.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::unstable::ttheader::frame::{
    Frame, FrameBody, FrameInfo, FrameKind, FrameReader, IntPairs, decode_exception,
    encode_exception, write_frame,
};
use streamgen_runtime::{ApplicationException, Metadata};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// One end of a connection, frame by frame.
pub(crate) struct Peer {
    socket: Box<dyn Socket>,
    frames: FrameReader,
    buf: BytesMut,
    pub(crate) method: &'static str,
}

trait Socket: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Socket for T {}

impl Peer {
    pub(crate) fn new(
        socket: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    ) -> Self {
        Self {
            socket: Box::new(socket),
            frames: FrameReader::default(),
            buf: BytesMut::new(),
            method: "Bidi",
        }
    }

    /// Writes bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).await.unwrap();
    }

    /// Writes a frame.
    pub(crate) async fn send(
        &mut self,
        kind: FrameKind,
        sid: i32,
        strings: &[(&'static str, &'static str)],
        payload: &[u8],
    ) {
        let strings: Metadata = strings.iter().copied().collect();
        let mut out = BytesMut::new();
        let ints = IntPairs::new();
        write_frame(kind, sid, self.method, &ints, &strings, payload, &mut out).unwrap();
        self.write(&out).await;
    }

    /// Says as a server that no more streams shall be opened on the connection.
    pub(crate) async fn send_goaway(&mut self) {
        self.send(FrameKind::Meta, 0, &[("goaway", "1")], b"").await;
    }

    /// Opens stream `sid` as a client.
    pub(crate) async fn open(&mut self, sid: i32) {
        self.send(FrameKind::Header, sid, &[("isn", "EchoSvc")], &[])
            .await;
    }

    pub(crate) async fn data(&mut self, sid: i32, payload: &[u8]) {
        self.send(FrameKind::Data, sid, &[], payload).await;
    }

    pub(crate) async fn trailer(&mut self, sid: i32) {
        self.send(FrameKind::Trailer, sid, &[], &[]).await;
    }

    /// The next frame; `None` when the connection is closed.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.frames.next(&mut self.buf).unwrap() {
                return Some(frame);
            }
            match self.socket.read_buf(&mut self.buf).await {
                Ok(n) if n > 0 => {}
                _ => {
                    assert!(self.buf.is_empty(), "half a frame: {:?}", self.buf);
                    return None;
                }
            }
        }
    }

    /// The next frame, which must be of `kind` and for `sid`.
    pub(crate) async fn expect(&mut self, kind: FrameKind, sid: i32) -> Frame {
        let frame = self
            .next()
            .await
            .expect("a frame, not the end of the connection");
        assert_eq!((frame.kind(), frame.sid), (kind, sid), "{frame:?}");
        frame
    }

    /// The next frame, which must be a HEADER; its stream id.
    pub(crate) async fn expect_open(&mut self) -> i32 {
        let frame = self
            .next()
            .await
            .expect("a HEADER, not the end of the connection");
        assert_eq!(frame.kind(), FrameKind::Header, "{frame:?}");
        frame.sid
    }

    /// Ends stream `sid` as a server: exception of this type and text.
    pub(crate) async fn exception(&mut self, kind: FrameKind, sid: i32, type_id: i32, text: &str) {
        let mut payload = BytesMut::new();
        let exception = ApplicationException::new(type_id, text.to_owned());
        encode_exception(&exception, self.method, sid, &mut payload);
        self.send(kind, sid, &[], &payload).await;
    }

    /// The next frame, which must be of `kind` and carry an exception; its type and text.
    pub(crate) async fn expect_exception(&mut self, kind: FrameKind, sid: i32) -> (i32, String) {
        let frame = self.expect(kind, sid).await;
        let exception = decode_exception(&frame.payload).expect("an exception");
        (exception.type_id, exception.message.to_string())
    }

    /// The next frame, which must be a TRAILER with neither pairs nor payload.
    pub(crate) async fn expect_empty_trailer(&mut self, sid: i32) {
        let frame = self.expect(FrameKind::Trailer, sid).await;
        assert_eq!(frame.payload, "");
        assert!(strings(&frame).is_empty());
    }

    /// Nothing arrives for a while, and the connection stays open. Needs a paused clock.
    pub(crate) async fn expect_silence(&mut self) {
        let wait = Duration::from_secs(600);
        if let Ok(frame) = tokio::time::timeout(wait, self.next()).await {
            panic!("{frame:?} instead of silence");
        }
    }

    /// The next frame, which must be DATA for `sid`; returns its payload.
    pub(crate) async fn expect_data(&mut self, sid: i32) -> Bytes {
        self.expect(FrameKind::Data, sid).await.payload
    }
}

/// The pairs of a frame other than DATA.
pub(crate) fn info(frame: &Frame) -> &FrameInfo {
    match &frame.body {
        FrameBody::Meta(info)
        | FrameBody::Header(info)
        | FrameBody::Trailer(info)
        | FrameBody::Rst(info) => info,
        FrameBody::Data => panic!("DATA has no pairs"),
    }
}

/// The string pairs of a frame other than DATA.
pub(crate) fn strings(frame: &Frame) -> &Metadata {
    &info(frame).strings
}
