//! A handler's stream whose messages are counted, or whose tracers are told their sizes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use super::observe::Observed;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result};
use crate::measure::{self, Counted};
use crate::metadata::Metadata;
use crate::middleware::Traced;
use crate::trace::{recv_counted, send_counted};
use crate::wire::{RawStream, ServerRaw, handed_on};

impl Observed {
    /// Wraps the stream of a call that is counted or traced.
    pub(super) fn counted(&self, raw: Arc<dyn ServerRaw>) -> Arc<dyn ServerRaw> {
        let counted = self.call.as_ref().filter(|_| measure::ENABLED);
        let counted = counted.map(|call| call.measured().clone());
        if counted.is_none() && self.traced().is_none() {
            return raw;
        }
        Arc::new(CountedStream {
            raw,
            counted,
            traced: self.traced.clone(),
        })
    }
}

/// A stream whose messages are counted or traced. It does not keep the span of its call open.
struct CountedStream {
    raw: Arc<dyn ServerRaw>,
    counted: Option<measure::Call>,
    traced: Option<Arc<Traced>>,
}

impl CountedStream {
    fn send_counted(&self, message: &dyn Encode) -> Result<()> {
        match &self.counted {
            None => self.raw.send(message),
            Some(call) => send_counted(call, message, |message| self.raw.send(message)),
        }
    }
}

impl RawStream for CountedStream {
    handed_on! {
        fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>>;
        fn set_message_compression(&self, on: bool);
        fn cancel(&self, reason: CancelReason);
        fn recv_timed_out(&self, timeout: Duration) -> Error;
        fn set_send_timeout(&self, timeout: Option<Duration>) -> bool;
        fn send_given_up(&self);
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let Some(traced) = &self.traced else {
            return self.send_counted(message);
        };
        let noted = Counted::new(message);
        self.send_counted(&noted)?;
        traced.note_sent(noted.len());
        Ok(())
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        match &self.counted {
            None => self.raw.poll_recv(cx, batch),
            Some(call) => recv_counted(call, batch, |batch| self.raw.poll_recv(cx, batch)),
        }
    }
}

impl ServerRaw for CountedStream {
    handed_on! {
        fn set_header(&self, header: Metadata) -> Result<()>;
        fn send_header(&self, header: Metadata) -> Result<()>;
        fn set_trailer(&self, trailer: Metadata) -> Result<()>;
    }
}
