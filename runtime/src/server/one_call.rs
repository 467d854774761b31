//! A connection that is one request long.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::call::Incoming;
use crate::codec::ApplicationException;
use crate::error::{Error, Result};
use crate::service::Mode;
use crate::sync::lock;
use crate::wire::{Dispatch, Route, Supervisor};

/// What the connection and its owner share. It is also the connection's dispatch, to learn what becomes
/// of the request.
pub(super) struct OneCall {
    dispatch: Arc<dyn Dispatch>,
    request: Bytes,
    /// That of the connection, as soon as its wire is known.
    supervisor: OnceLock<Arc<Supervisor>>,
    /// The mode of the method that was called.
    called: OnceLock<Mode>,
    answer: Mutex<Vec<u8>>,
}

impl OneCall {
    pub(super) fn new(request: Bytes, dispatch: Arc<dyn Dispatch>) -> Arc<Self> {
        Arc::new(Self {
            dispatch,
            request,
            supervisor: OnceLock::new(),
            called: OnceLock::new(),
            answer: Mutex::default(),
        })
    }

    /// The connection.
    pub(super) fn io(self: &Arc<Self>) -> OneCallIo {
        OneCallIo {
            request: self.request.clone(),
            call: Arc::clone(self),
            idle: None,
        }
    }

    /// What the server has answered.
    ///
    /// # Errors
    /// Nothing, although somebody waits for it.
    pub(super) fn answer(&self) -> Result<Bytes> {
        let answer = std::mem::take(&mut *lock(&self.answer));
        match (answer.is_empty(), self.called.get()) {
            (false, _) | (true, Some(Mode::OneWay)) => Ok(answer.into()),
            (true, Some(_)) => Err(Error::invalid_argument(
                "the server took the request and did not answer: it stops, or the request is one of a \
                 multiplexed connection",
            )),
            (true, None) => Err(Error::invalid_argument(
                "the bytes are no whole request of a ping-pong wire",
            )),
        }
    }
}

impl Dispatch for OneCall {
    fn supervisor(&self, wire: &'static str) -> Arc<Supervisor> {
        let make = || self.dispatch.supervisor(wire);
        Arc::clone(self.supervisor.get_or_init(make))
    }

    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        let route = self.dispatch.route(incoming)?;
        // Bytes behind the request are another one, and no business of this call.
        let _ = self.called.set(route.method().mode);
        Ok(route)
    }
}

/// A future of `Supervisor::idle`.
type Idle = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Reads the request, and after it the end of the stream as soon as no handler runs: a peer that closes
/// earlier gives up its call, and one that does not close keeps the connection.
pub(super) struct OneCallIo {
    /// What is not read yet.
    request: Bytes,
    call: Arc<OneCall>,
    idle: Option<Idle>,
}

impl AsyncRead for OneCallIo {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.request.is_empty() {
            let length = this.request.len().min(buf.remaining());
            buf.put_slice(&this.request[..length]);
            this.request.advance(length);
            return Poll::Ready(Ok(()));
        }
        let running = this.call.supervisor.get();
        let Some(supervisor) = running.filter(|supervisor| supervisor.count() > 0) else {
            return Poll::Ready(Ok(()));
        };
        let idle = this.idle.get_or_insert_with(|| {
            let supervisor = Arc::clone(supervisor);
            Box::pin(async move { supervisor.idle().await })
        });
        match idle.as_mut().poll(cx) {
            Poll::Ready(()) => {
                this.idle = None;
                Poll::Ready(Ok(()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for OneCallIo {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.call.answer).extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
