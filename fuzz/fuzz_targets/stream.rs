//! Frames and calls, in any order, through one stream of each side.
#![no_main]

use std::collections::VecDeque;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use streamgen_runtime::unstable::ttheader::frame::{Frame, FrameReader};
use streamgen_runtime::unstable::ttheader::state::{
    ClientStream, Effects, Outcome, Outgoing, QueueLimits, ServerStream, illegal_frame,
};
use streamgen_runtime::{BizStatusError, CancelReason, Error, Metadata, Side};

const LIMITS: QueueLimits = QueueLimits {
    max_bytes: 1024,
    max_messages: 16,
};

/// What has been written, and whether the stream has said that it ended.
#[derive(Default)]
struct Watch {
    ended: bool,
    headers: usize,
    trailers: usize,
    rsts: usize,
}

impl Watch {
    fn wrote(&mut self, frame: &Outgoing) {
        frame
            .write(1, "Bidi", &mut BytesMut::new())
            .expect("what a stream writes fits");
        match frame {
            Outgoing::Header { .. } => self.headers += 1,
            Outgoing::Trailer { .. } => self.trailers += 1,
            Outgoing::Rst { .. } => self.rsts += 1,
        }
        assert!(self.headers <= 1 && self.trailers <= 1 && self.rsts <= 1);
    }

    fn apply(&mut self, effects: &Effects) {
        assert!(!(self.ended && effects.ended), "ended twice");
        self.ended |= effects.ended;
        effects.write.iter().for_each(|frame| self.wrote(frame));
    }
}

fn recv_text(result: Poll<Result<bool, Error>>) -> String {
    match result {
        Poll::Pending => "wait".to_owned(),
        Poll::Ready(Ok(more)) => more.to_string(),
        Poll::Ready(Err(error)) => error.to_string(),
    }
}

fn client(frames: &mut impl Iterator<Item = Frame>, calls: &[u8]) {
    let mut stream = ClientStream::new(1, "me".into(), LIMITS);
    let (mut watch, mut batch) = (Watch::default(), VecDeque::new());
    for call in calls {
        match call % 8 {
            0..3 => {
                let Some(frame) = frames.next() else { continue };
                let Ok(effects) = stream.on_frame(frame) else {
                    return;
                };
                watch.apply(&effects);
            }
            3 => {
                let effects = stream.on_data(Bytes::from(vec![0; usize::from(*call) * 8]));
                watch.apply(&effects);
            }
            4 => {
                if let Some(frame) = stream.close_send() {
                    watch.wrote(&frame);
                }
            }
            5 => watch.apply(&stream.cancel(match call >> 3 & 3 {
                0 => CancelReason::User,
                1 => CancelReason::Deadline(None),
                2 => CancelReason::RecvTimeout(Duration::from_nanos(1 << (call >> 2))),
                _ => CancelReason::Foreign("foreign".into()),
            })),
            6 => {
                let _ = stream.recv_into(&mut batch);
                batch.clear();
            }
            _ if *call == 0xff => {
                watch.apply(&stream.on_connection_lost(illegal_frame(Side::Client, "EOF")));
            }
            _ => assert!(!stream.has_ended() || stream.send().is_err()),
        }
        assert_eq!(stream.has_ended(), watch.ended);
        assert_eq!(stream.trailer().is_pending(), !watch.ended);
    }
    let _ = stream.recv_into(&mut batch);
    let last = recv_text(stream.recv_into(&mut batch));
    assert_eq!(last == "wait", !watch.ended);
    assert_eq!(recv_text(stream.recv_into(&mut batch)), last);
}

fn server(frames: &mut impl Iterator<Item = Frame>, calls: &[u8]) {
    let mut stream = ServerStream::new(1, "Bidi".into(), LIMITS);
    let (mut watch, mut batch) = (Watch::default(), VecDeque::new());
    for call in calls {
        let pairs = || -> Metadata { [("k", call.to_string())].into_iter().collect() };
        match call % 8 {
            0..3 => {
                let Some(frame) = frames.next() else { continue };
                let Ok(effects) = stream.on_frame(frame) else {
                    return;
                };
                watch.apply(&effects);
            }
            3 => {
                let effects = stream.on_data(Bytes::from(vec![0; usize::from(*call) * 8]));
                watch.apply(&effects);
            }
            4 => {
                let _ = stream.set_header(pairs());
                let _ = stream.set_trailer(pairs());
            }
            5 => {
                if let Ok(header) = stream.send_header(pairs()) {
                    watch.wrote(&header);
                }
            }
            6 if call & 0x80 == 0 => match stream.send() {
                Ok(Some(header)) => watch.wrote(&header),
                Ok(None) => assert_eq!(watch.headers, 1),
                Err(_) => assert!(watch.ended),
            },
            6 => watch.apply(&stream.on_connection_lost(None)),
            _ if call & 0xc0 == 0xc0 => {
                let biz = BizStatusError::new(i32::from(*call), "text").extra("k", "v");
                watch.apply(&stream.finish(Outcome::Biz(biz)));
                assert_eq!((watch.headers, watch.trailers), (1, 1));
            }
            _ => {
                let _ = stream.recv_into(&mut batch);
                batch.clear();
            }
        }
        assert_eq!(stream.reason().is_some(), watch.ended);
        assert_eq!(watch.rsts, 0);
    }
    let _ = stream.recv_into(&mut batch);
    let last = recv_text(stream.recv_into(&mut batch));
    assert_eq!(recv_text(stream.recv_into(&mut batch)), last);
}

// The first byte says how many calls follow; behind them are the peer's frames.
fuzz_target!(|input: &[u8]| {
    let Some((&count, rest)) = input.split_first() else {
        return;
    };
    let Some((calls, bytes)) = rest.split_at_checked(usize::from(count)) else {
        return;
    };
    let (mut reader, mut buf) = (FrameReader::default(), BytesMut::from(bytes));
    let mut frames = std::iter::from_fn(move || reader.next(&mut buf).ok().flatten());
    client(&mut frames, calls);
    server(&mut frames, calls);
});
