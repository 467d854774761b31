//! A scripted peer over the pure stream machines: every frame goes through real bytes, and what
//! a stream writes is compared as text.
#![allow(dead_code)] // every test file uses its own part

use std::collections::VecDeque;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::unstable::ttheader::frame::{
    DataHead, Frame, FrameBody, FrameInfo, FrameReader, decode_exception, encode_exception,
    write_frame,
};
use streamgen_runtime::unstable::ttheader::state::{
    ClientStream, Effects, Outcome, Outgoing, QueueLimits, ServerStream,
};
use streamgen_runtime::{ApplicationException, CancelReason, Metadata, Result};

pub(crate) const METHOD: &str = "Bidi";

/// Header pairs, written short.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Metadata {
    pairs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect()
}

fn info(strings: &[(&str, &str)]) -> Box<FrameInfo> {
    Box::new(FrameInfo {
        strings: pairs(strings),
        ..FrameInfo::default()
    })
}

pub(crate) fn meta(strings: &[(&str, &str)]) -> Frame {
    Frame {
        sid: 1,
        body: FrameBody::Meta(info(strings)),
        payload: Bytes::new(),
    }
}

pub(crate) fn header(strings: &[(&str, &str)]) -> Frame {
    Frame {
        sid: 1,
        body: FrameBody::Header(info(strings)),
        payload: Bytes::new(),
    }
}

pub(crate) fn data(text: &'static str) -> Frame {
    Frame {
        sid: 1,
        body: FrameBody::Data,
        payload: Bytes::from_static(text.as_bytes()),
    }
}

pub(crate) fn trailer(strings: &[(&str, &str)]) -> Frame {
    Frame {
        sid: 1,
        body: FrameBody::Trailer(info(strings)),
        payload: Bytes::new(),
    }
}

/// A TRAILER with an exception.
pub(crate) fn failing_trailer(type_id: i32, text: &str, strings: &[(&str, &str)]) -> Frame {
    Frame {
        payload: exception(type_id, text),
        ..trailer(strings)
    }
}

/// An RST; `path` is its `ttscp`, left out if empty.
pub(crate) fn rst(type_id: i32, text: &str, path: &str) -> Frame {
    let strings: &[_] = if path.is_empty() {
        &[]
    } else {
        &[("ttscp", path)]
    };
    Frame {
        sid: 1,
        body: FrameBody::Rst(info(strings)),
        payload: exception(type_id, text),
    }
}

/// The payload of an RST or TRAILER.
pub(crate) fn exception(type_id: i32, text: &str) -> Bytes {
    let mut payload = BytesMut::new();
    let exception = ApplicationException::new(type_id, text.to_owned());
    encode_exception(&exception, METHOD, 1, &mut payload);
    payload.freeze()
}

/// What a stream has put on the wire.
#[derive(Default)]
pub(crate) struct Wire(BytesMut);

impl Wire {
    fn write(&mut self, frames: impl IntoIterator<Item = Outgoing>) {
        for frame in frames {
            frame.write(1, METHOD, &mut self.0).unwrap();
        }
    }

    fn data(&mut self, text: &str) {
        DataHead::new(METHOD)
            .unwrap()
            .write(1, text.len(), &mut self.0)
            .unwrap();
        self.0.extend_from_slice(text.as_bytes());
    }

    /// The frames since the last call, one line each.
    fn take(&mut self) -> Vec<String> {
        let (mut reader, mut bytes) = (FrameReader::default(), self.0.split());
        let mut lines = Vec::new();
        while let Some(frame) = reader.next(&mut bytes).unwrap() {
            lines.push(line(&frame));
        }
        assert!(bytes.is_empty(), "half a frame was written");
        lines
    }
}

/// `KIND key=value … [type text]`, or `DATA text`.
fn line(frame: &Frame) -> String {
    let (kind, info) = match &frame.body {
        FrameBody::Meta(info) => ("META", info),
        FrameBody::Header(info) => ("HEADER", info),
        FrameBody::Data => return format!("DATA {}", String::from_utf8_lossy(&frame.payload)),
        FrameBody::Trailer(info) => ("TRAILER", info),
        FrameBody::Rst(info) => ("RST", info),
    };
    let mut line = kind.to_owned();
    for (key, value) in info.strings.iter() {
        line += &format!(" {key}={value}");
    }
    if !frame.payload.is_empty() {
        let ApplicationException { type_id, message } = decode_exception(&frame.payload).unwrap();
        line += &format!(" [{type_id} {message}]");
    }
    line
}

/// `message`, `EOF`, `wait`, or the text of the error.
fn recv_line(
    batch: &mut VecDeque<Bytes>,
    recv: impl FnOnce(&mut VecDeque<Bytes>) -> Poll<Result<bool>>,
) -> String {
    if batch.is_empty() {
        match recv(batch) {
            Poll::Pending => return "wait".to_owned(),
            Poll::Ready(Err(error)) => return error.to_string(),
            Poll::Ready(Ok(false)) => return "EOF".to_owned(),
            Poll::Ready(Ok(true)) => {}
        }
    }
    String::from_utf8_lossy(&batch.pop_front().unwrap()).into_owned()
}

/// A client stream with a user and a scripted server.
pub(crate) struct Client {
    pub(crate) stream: ClientStream,
    batch: VecDeque<Bytes>,
    wire: Wire,
    ends: usize,
}

impl Client {
    /// A fresh stream of a client that is called `caller`; its HEADER is not among what it wrote.
    pub(crate) fn open() -> Self {
        Self::named("caller", QueueLimits::default())
    }

    pub(crate) fn named(own_name: &'static str, limits: QueueLimits) -> Self {
        let stream = ClientStream::new(1, own_name.into(), limits);
        Self {
            stream,
            batch: VecDeque::new(),
            wire: Wire::default(),
            ends: 0,
        }
    }

    /// A stream that has been half-closed.
    pub(crate) fn half_closed() -> Self {
        let mut client = Self::open();
        client.close_send();
        client.wrote();
        client
    }

    /// The server's frames arrive.
    pub(crate) fn on(&mut self, frames: impl IntoIterator<Item = Frame>) {
        for frame in frames {
            let effects = self.stream.on_frame(frame).unwrap();
            self.apply(effects);
        }
    }

    pub(crate) fn cancel(&mut self, reason: CancelReason) {
        let effects = self.stream.cancel(reason);
        self.apply(effects);
    }

    pub(crate) fn apply(&mut self, effects: Effects) {
        self.ends += usize::from(effects.ended);
        self.wire.write(effects.write);
    }

    pub(crate) fn send(&mut self, text: &str) -> Result<()> {
        self.stream.send()?;
        self.wire.data(text);
        Ok(())
    }

    /// The text of the error that Send gives.
    pub(crate) fn send_error(&mut self) -> String {
        self.send("refused").unwrap_err().to_string()
    }

    pub(crate) fn close_send(&mut self) {
        self.wire.write(self.stream.close_send());
    }

    pub(crate) fn recv(&mut self) -> String {
        recv_line(&mut self.batch, |batch| {
            self.stream.recv_into(batch, |_| true)
        })
    }

    /// The header map, or the text of the error; `wait` while there is neither.
    pub(crate) fn header(&self) -> Result<Metadata, String> {
        map_line(self.stream.header())
    }

    /// The trailer map, likewise.
    pub(crate) fn trailer(&self) -> Result<Metadata, String> {
        map_line(self.stream.trailer())
    }

    /// What was written since the last call.
    pub(crate) fn wrote(&mut self) -> Vec<String> {
        self.wire.take()
    }

    /// How often the stream reported its end.
    pub(crate) fn ends(&self) -> usize {
        self.ends
    }
}

fn map_line(map: Poll<Result<&Metadata>>) -> Result<Metadata, String> {
    match map {
        Poll::Pending => Err("wait".to_owned()),
        Poll::Ready(result) => result.cloned().map_err(|error| error.to_string()),
    }
}

/// A server stream with a handler and a scripted client.
pub(crate) struct Server {
    pub(crate) stream: ServerStream,
    batch: VecDeque<Bytes>,
    wire: Wire,
    ends: usize,
}

impl Server {
    /// A stream whose HEADER has just been read.
    pub(crate) fn open() -> Self {
        Self::limited(QueueLimits::default())
    }

    pub(crate) fn limited(limits: QueueLimits) -> Self {
        let stream = ServerStream::new(1, METHOD.into(), limits);
        Self {
            stream,
            batch: VecDeque::new(),
            wire: Wire::default(),
            ends: 0,
        }
    }

    /// The client's frames arrive.
    pub(crate) fn on(&mut self, frames: impl IntoIterator<Item = Frame>) {
        for frame in frames {
            let effects = self.stream.on_frame(frame).unwrap();
            self.apply(effects);
        }
    }

    pub(crate) fn apply(&mut self, effects: Effects) {
        self.ends += usize::from(effects.ended);
        self.wire.write(effects.write);
    }

    pub(crate) fn send(&mut self, text: &str) -> Result<()> {
        self.wire.write(self.stream.send()?);
        self.wire.data(text);
        Ok(())
    }

    pub(crate) fn send_header(&mut self, strings: &[(&str, &str)]) -> Result<()> {
        self.wire.write([self.stream.send_header(pairs(strings))?]);
        Ok(())
    }

    /// The handler returns.
    pub(crate) fn finish(&mut self, outcome: Outcome) {
        let effects = self.stream.finish(outcome);
        self.apply(effects);
    }

    pub(crate) fn recv(&mut self) -> String {
        recv_line(&mut self.batch, |batch| {
            self.stream.recv_into(batch, |_| true)
        })
    }

    /// What was written since the last call.
    pub(crate) fn wrote(&mut self) -> Vec<String> {
        self.wire.take()
    }

    /// How often the stream reported its end.
    pub(crate) fn ends(&self) -> usize {
        self.ends
    }
}

/// The payload a peer could send that is no exception.
pub(crate) const NOT_AN_EXCEPTION: &[u8] = b"\x80\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00";

/// The bytes of a client's opening HEADER.
pub(crate) fn opening_bytes(service: &str, metainfo: &[(&str, &str)]) -> BytesMut {
    let mut bytes = BytesMut::new();
    Outgoing::open(service, Vec::new(), pairs(metainfo))
        .write(1, METHOD, &mut bytes)
        .unwrap();
    bytes
}

/// Payload and pairs of the one HEADER in `bytes`.
pub(crate) fn read_header(bytes: &[u8]) -> (Bytes, FrameInfo) {
    let mut buf = BytesMut::from(bytes);
    let frame = FrameReader::default().next(&mut buf).unwrap().unwrap();
    assert!(buf.is_empty());
    match frame.body {
        FrameBody::Header(info) => (frame.payload, *info),
        other => panic!("{other:?} instead of HEADER"),
    }
}

/// Any frame, as bytes.
pub(crate) fn bytes_of(frame: &Frame) -> BytesMut {
    let (strings, mut bytes) = (Metadata::new(), BytesMut::new());
    let strings = match &frame.body {
        FrameBody::Data => &strings,
        FrameBody::Meta(info)
        | FrameBody::Header(info)
        | FrameBody::Trailer(info)
        | FrameBody::Rst(info) => &info.strings,
    };
    let (kind, none) = (frame.kind(), Vec::new());
    write_frame(
        kind,
        frame.sid,
        METHOD,
        &none,
        strings,
        &frame.payload,
        &mut bytes,
    )
    .unwrap();
    bytes
}
