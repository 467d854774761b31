//! Checks what a stream writes, on either side: at most one HEADER, one TRAILER and one RST, and one end.

use std::collections::VecDeque;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::Error;
use streamgen_runtime::unstable::ttheader::state::{Effects, Outgoing};

/// Counts the frames that a stream has written, and remembers whether the stream has ended.
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

/// The result of `recv_into` as text, so that a test can compare two of them.
pub fn recv_text(result: Poll<Result<bool, Error>>) -> String {
    match result {
        Poll::Pending => "wait".to_owned(),
        Poll::Ready(Ok(more)) => more.to_string(),
        Poll::Ready(Err(error)) => error.to_string(),
    }
}

/// Takes all messages that wait in a queue.
pub fn take_all(mut recv: impl FnMut(&mut VecDeque<Bytes>) -> Poll<Result<bool, Error>>) {
    let mut batch = VecDeque::new();
    while let Poll::Ready(Ok(true)) = recv(&mut batch) {
        batch.clear();
    }
}
