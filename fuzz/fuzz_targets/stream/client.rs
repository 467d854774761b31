//! The client's side.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use streamgen_runtime::unstable::ttheader::state::{ClientStream, illegal_frame};
use streamgen_runtime::{CancelReason, Side};

use crate::LIMITS;
use crate::frames::{Parts, zeros};
use crate::watch::{Watch, recv_text, take_all};

#[derive(Arbitrary, Debug)]
pub enum Step<'a> {
    Frame(Parts<'a>),
    Data(u8),
    Batch(Vec<u8>),
    Send,
    CloseSend,
    Cancel(Reason<'a>),
    Recv,
    Unshare(u16),
    Shed,
    ConnectionLost,
}

#[derive(Arbitrary, Debug)]
pub enum Reason<'a> {
    User,
    Deadline,
    RecvTimeout(Duration),
    Foreign(&'a str),
}

impl Reason<'_> {
    fn reason(&self) -> CancelReason {
        match self {
            Self::User => CancelReason::User,
            Self::Deadline => CancelReason::Deadline(None),
            Self::RecvTimeout(timeout) => CancelReason::RecvTimeout(*timeout),
            Self::Foreign(name) => CancelReason::Foreign((*name).to_owned().into()),
        }
    }
}

pub fn live(steps: Vec<Step<'_>>) {
    let mut stream = ClientStream::new(1, "me".into(), LIMITS);
    let (mut watch, mut batch) = (Watch::default(), VecDeque::new());
    for step in steps {
        match step {
            Step::Frame(parts) => match stream.on_frame(parts.frame()) {
                Ok(effects) => watch.apply(&effects),
                // The connection ends, and with it the stream.
                Err(error) => watch.apply(&stream.on_connection_lost(error)),
            },
            Step::Data(count) => watch.apply(&stream.on_data(zeros(count))),
            Step::Batch(counts) => {
                let mut arrived: VecDeque<Bytes> = counts.into_iter().map(zeros).collect();
                let bytes = arrived.iter().map(Bytes::len).sum();
                watch.apply(&stream.on_batch(&mut arrived, bytes));
            }
            Step::Send => assert!(!stream.has_ended() || stream.send().is_err()),
            Step::CloseSend => {
                if let Some(frame) = stream.close_send() {
                    watch.wrote(&frame);
                }
                assert!(stream.send().is_err());
            }
            Step::Cancel(reason) => watch.apply(&stream.cancel(reason.reason())),
            Step::Recv => {
                let _ = stream.recv_into(&mut batch, |_| true);
                batch.clear();
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
            Step::ConnectionLost => {
                watch.apply(&stream.on_connection_lost(illegal_frame(Side::Client, "EOF")));
            }
        }
        assert_eq!(stream.has_ended(), watch.ended);
        assert!(watch.ended || watch.rsts == 0, "an RST ends the stream");
        assert_eq!(stream.trailer().is_pending(), !watch.ended);
        assert!(watch.ended || stream.end_error().is_none());
    }
    end(stream, &watch);
}

fn end(mut stream: ClientStream, watch: &Watch) {
    take_all(|batch| stream.recv_into(batch, |_| true));
    assert_eq!(stream.queued_cost(), 0);
    let mut batch = VecDeque::new();
    let last = recv_text(stream.recv_into(&mut batch, |_| true));
    assert_eq!(last == "wait", !watch.ended);
    assert_eq!(recv_text(stream.recv_into(&mut batch, |_| true)), last);
}
