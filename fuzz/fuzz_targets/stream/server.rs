//! The server's side.

use std::collections::VecDeque;

use bytes::Bytes;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use streamgen_runtime::unstable::ttheader::state::{Outcome, ServerStream};
use streamgen_runtime::{ApplicationException, BizStatusError};

use crate::LIMITS;
use crate::frames::{Parts, Value, user_pairs, zeros};
use crate::watch::{Watch, recv_text, take_all};

#[derive(Arbitrary, Debug)]
pub enum Step<'a> {
    Frame(Parts<'a>),
    Data(u8),
    Batch(Vec<u8>),
    SetHeader(Vec<(&'a str, Value<'a>)>),
    SetTrailer(Vec<(&'a str, Value<'a>)>),
    SendHeader(Vec<(&'a str, Value<'a>)>),
    Send,
    Recv,
    Finish(End<'a>),
    Unshare(u16),
    Shed,
    ConnectionLost,
}

#[derive(Arbitrary, Debug)]
pub enum End<'a> {
    Success,
    Biz(i32, &'a str, Vec<(&'a str, &'a str)>),
    Exception(i32, &'a str),
    UnknownMethod(&'a str),
    Panic(&'a str),
}

impl End<'_> {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Success => Outcome::Success,
            Self::Biz(code, text, extra) => {
                let biz = BizStatusError::new(*code, (*text).to_owned());
                let add = |biz: BizStatusError, (key, value): &(&str, &str)| {
                    biz.extra((*key).to_owned(), (*value).to_owned())
                };
                Outcome::Biz(extra.iter().fold(biz, add))
            }
            Self::Exception(code, text) => {
                Outcome::Exception(ApplicationException::new(*code, (*text).to_owned()))
            }
            Self::UnknownMethod(name) => Outcome::unknown_method(name),
            Self::Panic(text) => Outcome::panic("Service", "Bidi", text),
        }
    }
}

pub fn live(steps: Vec<Step<'_>>) {
    let mut stream = ServerStream::new(1, "Bidi".into(), LIMITS);
    let (mut watch, mut batch) = (Watch::default(), VecDeque::new());
    for step in steps {
        match step {
            Step::Frame(parts) => match stream.on_frame(parts.frame()) {
                Ok(effects) => watch.apply(&effects),
                Err(error) => watch.apply(&stream.on_connection_lost(Some(&error))),
            },
            Step::Data(count) => watch.apply(&stream.on_data(zeros(count))),
            Step::Batch(counts) => {
                let mut arrived: VecDeque<Bytes> = counts.into_iter().map(zeros).collect();
                let bytes = arrived.iter().map(Bytes::len).sum();
                watch.apply(&stream.on_batch(&mut arrived, bytes));
            }
            Step::SetHeader(pairs) => _ = stream.set_header(user_pairs(&pairs)),
            Step::SetTrailer(pairs) => _ = stream.set_trailer(user_pairs(&pairs)),
            Step::SendHeader(pairs) => {
                if let Ok(header) = stream.send_header(user_pairs(&pairs)) {
                    watch.wrote(&header);
                }
            }
            Step::Send => match stream.send() {
                Ok(Some(header)) => watch.wrote(&header),
                Ok(None) => assert_eq!(watch.headers, 1),
                Err(_) => assert!(watch.ended),
            },
            Step::Recv => {
                let _ = stream.recv_into(&mut batch, |_| true);
                batch.clear();
            }
            Step::Finish(end) => {
                let was_alive = !watch.ended;
                watch.apply(&stream.finish(end.outcome()));
                // Whatever a handler returns, the client learns that it is over.
                assert!(!was_alive || (watch.headers, watch.trailers) == (1, 1));
            }
            Step::Unshare(most) => {
                let cost = stream.queued_cost();
                stream.unshare(usize::from(most));
                assert_eq!(stream.queued_cost(), cost);
            }
            Step::Shed => {
                watch.apply(&stream.shed(LIMITS.max_bytes));
                assert_eq!(stream.queued_cost(), 0);
            }
            Step::ConnectionLost => watch.apply(&stream.on_connection_lost(None)),
        }
        assert_eq!(stream.reason().is_some(), watch.ended);
        assert_eq!(watch.rsts, 0, "servers end streams with a TRAILER");
    }
    end(stream);
}

fn end(mut stream: ServerStream) {
    take_all(|batch| stream.recv_into(batch, |_| true));
    assert_eq!(stream.queued_cost(), 0);
    let mut batch = VecDeque::new();
    let last = recv_text(stream.recv_into(&mut batch, |_| true));
    assert_eq!(recv_text(stream.recv_into(&mut batch, |_| true)), last);
}
