//! What must hold for the stream of either side.

use std::collections::VecDeque;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::Error;
use streamgen_runtime::unstable::ttheader::state::{Effects, Outgoing};

/// What has been written, and whether the stream has said that it ended.
#[derive(Default)]
pub struct Watch {
    pub ended: bool,
    pub headers: usize,
    pub trailers: usize,
    pub rsts: usize,
    out: BytesMut,
}

impl Watch {
    pub fn wrote(&mut self, frame: &Outgoing) {
        self.out.clear();
        frame
            .write(1, "Bidi", &mut self.out)
            .expect("what a stream writes fits");
        match frame {
            Outgoing::Header { .. } => self.headers += 1,
            Outgoing::Trailer { .. } => self.trailers += 1,
            Outgoing::Rst { .. } => self.rsts += 1,
        }
        assert!(self.headers <= 1 && self.trailers <= 1 && self.rsts <= 1);
    }

    pub fn apply(&mut self, effects: &Effects) {
        assert!(!(self.ended && effects.ended), "ended twice");
        self.ended |= effects.ended;
        effects.write.iter().for_each(|frame| self.wrote(frame));
    }
}

/// What `recv_into` gives, as text that can be compared.
pub fn recv_text(result: Poll<Result<bool, Error>>) -> String {
    match result {
        Poll::Pending => "wait".to_owned(),
        Poll::Ready(Ok(more)) => more.to_string(),
        Poll::Ready(Err(error)) => error.to_string(),
    }
}

/// Takes all messages that wait: how many there are, and how many bytes they have.
pub fn take_all(
    mut recv: impl FnMut(&mut VecDeque<Bytes>) -> Poll<Result<bool, Error>>,
) -> (usize, usize) {
    let (mut batch, mut taken) = (VecDeque::new(), (0, 0));
    while let Poll::Ready(Ok(true)) = recv(&mut batch) {
        for message in batch.drain(..) {
            taken = (taken.0 + 1, taken.1 + message.len());
        }
    }
    taken
}
