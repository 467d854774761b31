//! What runs around the messages that a stream sends.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use crate::codec::Message;
use crate::error::Result;
use crate::middleware::{BoxFuture, CallInfo, SendChain, SendNext, Sending, StreamHooks, Traced};
use crate::wire::RawStream;

/// The middleware of the messages that a stream sends, and their tracers.
pub(super) struct SendHooks {
    chain: SendChain,
    call: CallInfo,
    pub(super) raw: Arc<dyn RawStream>,
    /// The middleware that runs for the last message that a `Sink` was given. Nobody locks the mutex:
    /// it only makes the future `Sync`, and one task alone uses it.
    running: Mutex<Option<BoxFuture<'static, Result<()>>>>,
    pub(super) traced: Option<Arc<Traced>>,
}

impl SendHooks {
    /// `None` if no middleware and no tracer is for sent messages.
    pub(super) fn of(raw: Arc<dyn RawStream>, hooks: &StreamHooks) -> Option<Self> {
        let chain = Arc::clone(&hooks.messages.send);
        (!chain.is_empty() || hooks.traced.is_some()).then(|| Self {
            chain,
            call: hooks.call.clone(),
            raw,
            running: Mutex::new(None),
            traced: hooks.traced.clone(),
        })
    }

    pub(super) fn run(&self, message: impl Message) -> BoxFuture<'static, Result<()>> {
        let chain = Arc::clone(&self.chain);
        let raw = Arc::clone(&self.raw);
        let mut sending = Sending::new(self.call.clone(), Box::new(message), raw);
        let traced = self.traced.clone();
        Box::pin(async move {
            let sent = SendNext::all(&chain).run(&mut sending).await;
            if let Some(traced) = traced {
                traced.sent(&sent);
            }
            sent
        })
    }

    pub(super) fn has_chain(&self) -> bool {
        !self.chain.is_empty()
    }

    /// Tells the tracers how a send without middleware has ended.
    pub(super) fn tell(&self, sent: &Result<()>) {
        if let Some(traced) = &self.traced {
            traced.sent(sent);
        }
    }

    pub(super) fn start(&mut self, message: impl Message) {
        let running = self.run(message);
        *self.running() = Some(running);
    }

    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let running = self.running();
        // Taken out, so that a middleware that panics is not polled again.
        let Some(mut chain) = running.take() else {
            return Poll::Ready(Ok(()));
        };
        let polled = chain.as_mut().poll(cx);
        if polled.is_pending() {
            *running = Some(chain);
        }
        polled
    }

    /// Whether middleware still has the last message that the `Sink` was given.
    pub(super) fn is_running(&mut self) -> bool {
        self.running().is_some()
    }

    fn running(&mut self) -> &mut Option<BoxFuture<'static, Result<()>>> {
        let running = self.running.get_mut();
        running.unwrap_or_else(PoisonError::into_inner)
    }
}
