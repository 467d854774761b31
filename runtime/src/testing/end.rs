//! One end of a connection, as client and server hold it.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::network::Inner;
use super::pipe::Found;

/// One end of a connection. Dropping it closes the connection.
pub(super) struct End {
    network: Arc<Inner>,
    connection: u64,
    /// The number of this end: 0 dialled, 1 accepted. The direction that it writes has the same number.
    side: usize,
    /// A timer that ends when the next bytes arrive.
    arrival: Option<Pin<Box<Sleep>>>,
}

impl End {
    pub(super) fn new(network: Arc<Inner>, connection: u64, side: usize) -> Self {
        Self {
            network,
            connection,
            side,
            arrival: None,
        }
    }

    /// Ready when `due` has come.
    fn poll_arrival(&mut self, due: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let arrival = self
            .arrival
            .get_or_insert_with(|| Box::pin(sleep_until(due)));
        if arrival.deadline() != due {
            arrival.as_mut().reset(due);
        }
        arrival.as_mut().poll(cx)
    }
}

fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let mut state = this.network.state();
            let connection = state.connection(this.connection);
            if let Some(kind) = connection.broken {
                return Poll::Ready(Err(kind.into()));
            }
            let pipe = &mut connection.pipes[1 - this.side];
            let due = match pipe.pull(Instant::now(), buf) {
                Found::Bytes => {
                    let writer = pipe.writer();
                    drop(state);
                    wake(writer);
                    return Poll::Ready(Ok(()));
                }
                Found::End => return Poll::Ready(Ok(())),
                Found::Dead => return Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Found::Later(due) => Some(due),
                Found::Nothing => None,
            };
            pipe.wait_to_read(cx);
            drop(state);
            let Some(due) = due else {
                return Poll::Pending;
            };
            if this.poll_arrival(due, cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.network.state();
        let (written, woken) = state.write(self.connection, self.side, cx, buf);
        drop(state);
        wake(woken);
        written
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.network.state();
        let woken = state.finish(self.connection, self.side);
        drop(state);
        wake(woken);
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut state = self.network.state();
        let woken = state.leave(self.connection, self.side);
        drop(state);
        wake(woken);
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End")
            .field("connection", &self.connection)
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}
