//! The sources of a server's connections.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tokio::net::TcpListener;
use tokio::task::coop::unconstrained;

use super::events;
use super::listen::BACKLOG;
#[cfg(unix)]
use super::unix::UnixSocket;
use crate::error::{Error, Result};
use crate::wire::io::Accepted;

/// How long the server does not accept connections after the system had no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A source of connections.
pub(super) enum Listener {
    Tcp(TcpListener, Owner),
    #[cfg(unix)]
    Unix(UnixSocket),
    /// Connections that other code has accepted.
    Incoming(Pin<Box<dyn Stream<Item = io::Result<Accepted>> + Send>>),
}

/// Who has made a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The server.
    Server,
    /// The program, or a process before it. It may listen on when the server does not.
    Program,
}

impl Listener {
    pub(super) fn incoming<C: Into<Accepted>>(
        connections: impl Stream<Item = io::Result<C>> + Send + 'static,
    ) -> Self {
        Self::Incoming(Box::pin(Incoming(Box::pin(connections))))
    }

    /// # Errors
    /// The connections do not come from a TCP socket.
    pub(super) fn local_addr(&self) -> Result<SocketAddr> {
        match self {
            Self::Tcp(listener, _) => Ok(listener.local_addr()?),
            _ => Err(Error::invalid_argument(
                "a server that does not listen on TCP itself has no socket address",
            )),
        }
    }

    /// Returns the next connection; `None` if no more will come. An error concerns one connection
    /// or passes, so it does not end the server. Cancel safe.
    pub(super) async fn accept(&mut self) -> Option<Accepted> {
        loop {
            match self.next().await? {
                Ok(accepted) => return Some(accepted),
                Err(error) => {
                    let of_one = concerns_one_connection(&error);
                    events::accept_failed(&error, of_one);
                    if !of_one {
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        }
    }

    /// Returns the next connection that a client has made already; `None` if there is none, or if the
    /// connections that wait belong to the program from which the server has its socket: another process
    /// may accept them. Connections that were aborted in the queue are passed over.
    pub(super) async fn accept_queued(&mut self) -> Option<Accepted> {
        match self {
            Self::Tcp(_, Owner::Program) => return None,
            #[cfg(unix)]
            Self::Unix(socket) if !socket.is_own() => return None,
            _ => {}
        }
        for _ in 0..BACKLOG {
            match self.next_now().await {
                Some(Ok(accepted)) => return Some(accepted),
                Some(Err(error)) if concerns_one_connection(&error) => {
                    events::accept_failed(&error, true);
                }
                _ => return None,
            }
        }
        None
    }

    /// Returns the next connection if it is there already.
    async fn next_now(&mut self) -> Option<io::Result<Accepted>> {
        // A task that has used up its budget would take a full queue for an empty one.
        let mut next = pin!(unconstrained(self.next()));
        poll_fn(|cx| {
            Poll::Ready(match next.as_mut().poll(cx) {
                Poll::Ready(next) => next,
                Poll::Pending => None,
            })
        })
        .await
    }

    async fn next(&mut self) -> Option<io::Result<Accepted>> {
        match self {
            Self::Tcp(listener, _) => {
                let accepted = listener.accept().await;
                Some(accepted.map(|(socket, peer)| Accepted::tcp(socket, peer)))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Some(socket.accept().await.map(Accepted::from)),
            Self::Incoming(connections) => poll_fn(|cx| connections.as_mut().poll_next(cx)).await,
        }
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// A stream of connections that the user passed.
struct Incoming<S>(Pin<Box<S>>);

impl<S, C> Stream for Incoming<S>
where
    S: Stream<Item = io::Result<C>>,
    C: Into<Accepted>,
{
    type Item = io::Result<Accepted>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|accepted| accepted.map(Into::into)))
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(listener, _) => listener.fmt(f),
            #[cfg(unix)]
            Self::Unix(socket) => socket.fmt(f),
            Self::Incoming(_) => f.write_str("Incoming"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use tokio::net::TcpSocket;

    use super::*;

    /// More than a task of tokio may accept in a row: 128.
    const MANY: usize = 150;

    #[tokio::test]
    async fn a_long_queue_is_accepted_to_its_end() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(BACKLOG).unwrap();
        let address = listener.local_addr().unwrap();
        let mut listener = Listener::Tcp(listener, Owner::Server);
        let clients: Vec<_> = (0..MANY)
            .map(|_| TcpStream::connect(address).unwrap())
            .collect();
        tokio::task::yield_now().await;
        let mut accepted = Vec::new();
        while let Some(one) = listener.accept_queued().await {
            accepted.push(one);
        }
        assert_eq!(accepted.len(), clients.len());
    }
}
