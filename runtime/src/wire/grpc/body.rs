//! The receiving direction of one stream: DATA frames become messages.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use http::HeaderMap;
use tokio::runtime::Handle;

use super::ledger::{Account, cost};
use super::message::MessageReader;
use super::status;
use crate::error::{Error, ErrorKind, Result};
use crate::wire::ArrivalTimer;

/// The body of a request or a response.
pub(super) struct Body {
    stream: RecvStream,
    reader: MessageReader,
    account: Account,
    /// How many of the bytes that were read the account still counts as waiting.
    counted: usize,
    /// No more DATA frames.
    data_ended: bool,
    /// Bytes that were read and whose room was not given back to the peer.
    held: usize,
    /// How much of that the last chunk brought, if no message has been found in it.
    fresh: usize,
    /// `None` until a message is waited for of which a part has arrived.
    partial: Option<Box<Partial>>,
}

/// Measures how fast messages arrive that lie in several DATA frames. A frame that is whole says
/// nothing: each may bring a single byte of a message.
struct Partial {
    arrival: ArrivalTimer,
    /// How many bytes the connection had brought when the current message was first waited for. All
    /// that it brings since counts in favour of the message: streams that share a connection
    /// share what it can carry.
    from: Option<u64>,
}

/// What a body holds next.
pub(super) enum Next {
    Message(Bytes),
    /// The end, with the trailers, if there are any.
    End(Option<HeaderMap>),
}

/// Why a body ends before its time.
pub(super) enum Broken {
    /// A message that breaks the rules of gRPC; the peer is to be told.
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
            held: 0,
            fresh: 0,
            partial: None,
        }
    }

    /// The next message, or the end. Room is given back to the peer by [`Body::release`] only.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Next, Broken>> {
        loop {
            if let Some(message) = self.reader.next_message().map_err(Broken::Message)? {
                self.fresh = 0;
                if let Some(partial) = &mut self.partial {
                    partial.arrival.begin();
                    partial.from = None;
                }
                return Poll::Ready(Ok(Next::Message(message)));
            }
            // All of the last chunk belongs to a message that is not whole yet. Such a message
            // may be longer than the window, and then arrives only if it makes room itself.
            self.give_back(self.fresh);
            self.held -= std::mem::take(&mut self.fresh);
            if self.data_ended {
                return self.poll_end(cx);
            }
            let Poll::Ready(data) = self.stream.poll_data(cx) else {
                let late = ready!(self.poll_late(cx));
                return Poll::Ready(Err(Broken::Message(late)));
            };
            if let Some(partial) = &mut self.partial {
                partial.arrival.pause();
            }
            match data {
                Some(Ok(chunk)) => {
                    self.held += chunk.len();
                    self.fresh = chunk.len();
                    self.counted += cost(chunk.len());
                    self.reader.push(chunk);
                }
                Some(Err(error)) => return Poll::Ready(Err(Broken::Stream(error))),
                None => {
                    self.reader.finish().map_err(Broken::Message)?;
                    self.data_ended = true;
                }
            }
        }
    }

    /// Ready when the peer is late with a message that it has begun.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        // A client's reader may be polled by another executor than tokio, which has no timers.
        let timed = self.partial.is_some() || Handle::try_current().is_ok();
        if !timed || !self.reader.is_within() {
            return Poll::Pending;
        }
        let ledger = self.account.ledger();
        let partial = self.partial.get_or_insert_with(|| {
            Box::new(Partial {
                // A proxy may pass on one message of many with pauses.
                arrival: ArrivalTimer::new(Duration::MAX, ledger.min_rate),
                from: None,
            })
        });
        let arrived = ledger.arrived();
        let arrived = arrived - *partial.from.get_or_insert(arrived);
        let late = ready!(partial.arrival.poll_late(arrived, cx)).text("a message");
        ledger.tell_late(&late);
        Poll::Ready(status::grpc(status::UNAVAILABLE, late).with_kind(ErrorKind::Connection))
    }

    /// Moves messages to `batch` that came with the one [`Body::poll_next`] gave, up to about `max`
    /// bytes. Gives their length.
    pub(super) fn take_whole(&mut self, batch: &mut VecDeque<Bytes>, max: usize) -> usize {
        self.reader.take_whole(batch, max)
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<Next, Broken>> {
        let trailers = ready!(self.stream.poll_trailers(cx));
        Poll::Ready(trailers.map(Next::End).map_err(Broken::Stream))
    }

    /// Lets the peer send as much again as was read.
    pub(super) fn release(&mut self) {
        self.fresh = 0;
        let held = std::mem::take(&mut self.held);
        self.give_back(held);
        // The reader keeps an incomplete message, so its bytes still count, although the peer may
        // send more.
        let kept = self.reader.kept();
        if let Some(taken) = self.counted.checked_sub(kept) {
            self.counted = kept;
            self.account.taken(taken);
        }
    }

    fn give_back(&mut self, bytes: usize) {
        if bytes > 0 {
            // Refused on a stream that has ended, which is no loss.
            let _ = self.stream.flow_control().release_capacity(bytes);
        }
    }
}
