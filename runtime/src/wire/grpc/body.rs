//! The receiving direction of one stream: DATA frames become messages.

mod take;

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::RecvStream;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::ledger::{Account, cost};
use super::message::MessageReader;
use super::partial::Partial;
use crate::error::{Error, ErrorKind, Result};
use crate::measure::Limit;

/// From how many held bytes on the connection must be able to wake a reader.
const WORTH_WAKING: usize = 1024;
/// What a pair of trailers costs beside its bytes.
const PAIR: usize = 128;

/// The body of a request or a response.
pub(super) struct Body {
    stream: RecvStream,
    reader: MessageReader,
    account: Account,
    /// How many of the bytes that were read the account still counts as waiting.
    counted: usize,
    /// No more DATA frames.
    data_ended: bool,
    /// What follows the data, if it was taken ahead of its reader.
    end: Option<Box<End>>,
    /// What keeping that costs, in bytes.
    end_held: usize,
    /// Bytes that were read and whose room was not given back to the peer.
    held: usize,
    /// How much of that came since the last message was found.
    fresh: usize,
    /// The time of a message of which a part has arrived.
    partial: Partial,
}

/// What follows the data: trailers, if there are any, or a reset.
type End = Result<Option<HeaderMap>, h2::Error>;

/// What a body holds next.
pub(super) enum Next {
    Message(Bytes),
    /// The end, with the trailers, if there are any.
    End(Option<HeaderMap>),
}

/// Why a body ends before its time.
pub(super) enum Broken {
    /// A message that breaks the rules of gRPC, or more than may wait; the peer is to be told.
    Message(Error),
    /// The stream was reset, or the connection is gone.
    Stream(h2::Error),
}

impl Body {
    pub(super) fn new(stream: RecvStream, reader: MessageReader, account: Account) -> Self {
        Self {
            stream,
            reader,
            account,
            counted: 0,
            data_ended: false,
            end: None,
            end_held: 0,
            held: 0,
            fresh: 0,
            partial: Partial::default(),
        }
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// Gives the stream up.
    pub(super) fn into_account(self) -> Account {
        self.account
    }

    /// The next message, or the end. Room is given back to the peer by [`Body::release`] only.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Next, Broken>> {
        if let Some(error) = self.account.ended() {
            return Poll::Ready(Err(Broken::Message(error)));
        }
        loop {
            let next = self.reader.next_message();
            let next = next.inspect_err(|error| self.note_too_large(error));
            if let Some(message) = next.map_err(Broken::Message)? {
                self.fresh = 0;
                self.partial.begin();
                return Poll::Ready(Ok(Next::Message(message)));
            }
            self.make_room();
            if self.data_ended {
                return self.poll_end(cx);
            }
            match self.poll_data(cx) {
                Poll::Ready(Some(Ok(chunk))) => self.push(chunk),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(Broken::Stream(error))),
                Poll::Ready(None) => self.data_ended = true,
                Poll::Pending => {
                    if self.counted >= WORTH_WAKING {
                        self.account.wait(cx);
                    }
                    let late = ready!(self.poll_late(cx));
                    return Poll::Ready(Err(Broken::Message(late)));
                }
            }
        }
    }

    /// Reports a message above the limit.
    fn note_too_large(&self, error: &Error) {
        if error.kind() == ErrorKind::ResourceExhausted {
            let pace = self.account.pace();
            pace.tell_too_large(Limit::MaxMessage, error);
        }
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        let data = ready!(self.stream.poll_data(cx));
        self.partial.pause();
        Poll::Ready(data)
    }

    /// Ready when the peer is late with a message that it has begun.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        if !self.reader.is_within() {
            return Poll::Pending;
        }
        self.partial.poll_late(self.account.pace(), cx)
    }

    fn push(&mut self, chunk: Bytes) {
        self.held += chunk.len();
        self.fresh += chunk.len();
        self.counted += cost(chunk.len());
        self.reader.push(chunk);
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<Next, Broken>> {
        let end = match self.end.take().map(|end| *end) {
            Some(Err(error)) => return Poll::Ready(Err(Broken::Stream(error))),
            taken => {
                self.reader.finish().map_err(Broken::Message)?;
                taken
            }
        };
        let trailers = match end {
            Some(trailers) => trailers,
            None => ready!(self.stream.poll_trailers(cx)),
        };
        self.account.blocks_taken();
        self.end_held = 0;
        self.settle();
        Poll::Ready(trailers.map(Next::End).map_err(Broken::Stream))
    }

    /// Lets the peer send as much again as was read.
    pub(super) fn release(&mut self) {
        self.fresh = 0;
        let held = std::mem::take(&mut self.held);
        self.give_back(held);
        self.settle();
    }

    /// All that came behind the last message belongs to one that is not whole yet. Such a message
    /// may be longer than the window, and then arrives only if it makes room itself.
    fn make_room(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        if fresh > 0 {
            self.held -= fresh;
            self.give_back(fresh);
            self.settle();
        }
    }

    fn give_back(&mut self, bytes: usize) {
        if bytes > 0 {
            // Refused on a stream that has ended, which is no loss.
            let _ = self.stream.flow_control().release_capacity(bytes);
        }
    }

    /// The account counts what the reader holds, although the peer may send more.
    fn settle(&mut self) {
        let held = self.reader.held() + self.end_held;
        if held < self.counted {
            self.account.taken(self.counted - held);
        } else if held > self.counted {
            self.account.added(held - self.counted);
        }
        self.counted = held;
    }

    /// Takes from h2 what has arrived, and copies what waits out of the buffers that it was read
    /// into. Gives the number of copied bytes. `cx` is that of the waiting reader.
    pub(super) fn compact(&mut self, cx: &mut Context<'_>) -> usize {
        while !self.data_ended
            && let Poll::Ready(data) = self.stream.poll_data(cx)
        {
            match data {
                Some(Ok(chunk)) => self.push(chunk),
                Some(Err(error)) => {
                    (self.data_ended, self.end) = (true, Some(Box::new(Err(error))))
                }
                None => self.data_ended = true,
            }
        }
        if self.data_ended
            && self.end.is_none()
            && let Poll::Ready(trailers) = self.stream.poll_trailers(cx)
        {
            let trailers = trailers.map(|trailers| trailers.map(|pairs| unshared(&pairs)));
            if let Ok(Some(pairs)) = &trailers {
                self.end_held = held_by(pairs);
            }
            self.end = Some(Box::new(trailers));
        }
        let copied = self.reader.unshare();
        self.settle();
        self.account.blocks_taken();
        copied
    }

    /// Drops what a client sends behind its only message. It gets no more room for that.
    pub(super) fn discard(&mut self, cx: &mut Context<'_>) {
        if self.counted > 0 {
            self.reader.clear();
            self.settle();
        }
        while !self.data_ended
            && let Poll::Ready(data) = self.stream.poll_data(cx)
        {
            match data {
                Some(Ok(chunk)) => self.account.taken(cost(chunk.len())),
                Some(Err(_)) | None => self.data_ended = true,
            }
        }
        if self.data_ended && self.end.is_none() && self.stream.poll_trailers(cx).is_ready() {
            self.end = Some(Box::new(Ok(None)));
            self.account.blocks_taken();
        }
    }
}

/// What trailers cost.
fn held_by(pairs: &HeaderMap) -> usize {
    let of_pair = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len();
    pairs.iter().map(of_pair).sum::<usize>() + pairs.len() * PAIR
}

/// The same pairs, out of the buffers that they were read into.
fn unshared(pairs: &HeaderMap) -> HeaderMap {
    let mut copy = HeaderMap::with_capacity(pairs.keys_len());
    for (name, value) in pairs {
        // They were valid there, and there are no more of them here.
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            let _ = copy.try_append(name.clone(), value);
        }
    }
    copy
}
