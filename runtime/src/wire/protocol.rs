//! The interface between a protocol and the server above it.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::dispatch::Dispatch;
use super::io::ByteStream;

/// How many of the first bytes of a connection tell which protocol it speaks. The smallest message of
/// any protocol is longer.
pub(crate) const FIRST_BYTES: usize = 8;

/// A protocol's verdict on the first bytes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The connection speaks this protocol for its whole life.
    Mine,
    /// The bytes do not belong to this protocol. Another protocol may know them.
    Unknown,
}

impl From<bool> for Claim {
    fn from(is_mine: bool) -> Self {
        match is_mine {
            true => Self::Mine,
            false => Self::Unknown,
        }
    }
}

/// A connection that is being served.
pub(crate) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One protocol of the server, with its settings.
///
/// [`detect`](super::detect) asks the protocols of a server in the order of the table. The first
/// protocol that claims a connection serves it.
pub(crate) trait Protocol: Send + Sync {
    /// The protocol's name in messages to users.
    fn name(&self) -> &'static str;

    /// Whether a connection that begins with `first` speaks this protocol.
    fn claims(&self, first: &[u8; FIRST_BYTES]) -> Claim;

    /// Serves a connection until the peer closes it, the connection fails, or `stop` ends it.
    /// Dropping the future closes the connection at once; the supervisor decides what becomes of
    /// the handlers.
    fn serve(&self, detected: Detected, dispatch: Arc<dyn Dispatch>, stop: Stop) -> Serving;
}

impl fmt::Debug for dyn Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The protocols of a server, in the order in which [`detect`](super::detect) asks them.
pub(crate) type Protocols = Arc<[Box<dyn Protocol>]>;

/// A connection whose protocol is known.
#[derive(Debug)]
pub(crate) struct Detected {
    pub(crate) io: ByteStream,
    /// The bytes that were read to find out the protocol. They precede the bytes that `io` still
    /// has.
    pub(crate) first: BytesMut,
    /// The address of the client, if the byte stream has one.
    pub(crate) peer: Option<SocketAddr>,
}

/// How long a connection of a stopping server, on which nothing runs, waits for what the client sent
/// before it could know of the stop. If the server closed at once, the client could not know whether
/// that was served. The time is longer than a round trip across a continent, and much shorter than
/// `exit_wait`.
pub(crate) const ON_ITS_WAY: Duration = Duration::from_millis(200);

/// Tells a connection that its server begins to stop. What it sends is closed when all connections
/// must end.
pub(crate) type StopSender = oneshot::Sender<oneshot::Receiver<()>>;

/// The signal that a connection shall end: because its server stops, or because of its own age. It
/// says how long the connection may go on from then on.
pub(crate) struct Stop {
    stopping: Stopping,
    /// How long calls and streams that run may go on, counted from the beginning of the server's stop.
    exit_wait: Duration,
    retirement: Option<Retirement>,
    /// How long calls and streams may go on, if the connection ends while its server goes on.
    retired: Option<Duration>,
}

/// What the connection knows of its server's stop. Each connection has its own, so that the server tells
/// them in order, and they share no lock.
enum Stopping {
    /// The server serves.
    Not(oneshot::Receiver<oneshot::Receiver<()>>),
    /// The server stops. Closed when the connection must end.
    Begun(oneshot::Receiver<()>),
    /// The server is gone, and tells nothing more.
    Gone,
}

impl Stopping {
    async fn begun(&mut self) {
        if let Self::Not(begun) = self {
            *self = match begun.await {
                Ok(over) => Self::Begun(over),
                Err(_) => Self::Gone,
            };
        }
    }
}

/// The end of a connection that its server plans ahead.
pub(crate) struct Retirement {
    /// Completes when the connection shall end.
    pub(crate) due: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// How long its calls and streams may go on from then on.
    pub(crate) grace: Duration,
}

impl Stop {
    /// A stop that begins when the server sends over `stopping`, or drops the sender.
    pub(crate) fn new(
        stopping: oneshot::Receiver<oneshot::Receiver<()>>,
        exit_wait: Duration,
    ) -> Self {
        Self {
            stopping: Stopping::Not(stopping),
            exit_wait,
            retirement: None,
            retired: None,
        }
    }

    /// The stop begins at `retirement`, if the server does not stop before.
    pub(crate) fn retire(&mut self, retirement: Retirement) {
        self.retirement = Some(retirement);
    }

    /// Completes when the connection shall end. Cancel safe.
    pub(crate) async fn begun(&mut self) {
        let Some(Retirement { due, grace }) = &mut self.retirement else {
            return self.stopping.begun().await;
        };
        tokio::select! {
            biased;
            () = self.stopping.begun() => {}
            () = due => {
                self.retired = Some(*grace);
                self.retirement = None;
            }
        }
    }

    /// Completes when the connection must end, after [`begun`](Self::begun) has. A server that stops
    /// meanwhile has the last word. Cancel safe, but for the time of the wait.
    ///
    /// Calls `stops` when the server stops, with the time after which the connection refuses new streams,
    /// where the client may not have understood that it shall open none. A connection whose server goes
    /// on refuses none.
    pub(crate) async fn over(&mut self, stops: impl FnOnce(Duration)) {
        if let Some(grace) = self.retired {
            tokio::select! {
                biased;
                () = self.stopping.begun() => {}
                () = sleep(grace) => return,
            }
        }
        stops(self.exit_wait / 2);
        match &mut self.stopping {
            // Nothing is ever sent.
            Stopping::Begun(over) => drop(over.await),
            _ => sleep(self.exit_wait).await,
        }
    }

    /// Completes when the server stops and the client has sent nothing that was on its way.
    pub(crate) async fn begun_and_nothing_comes(&mut self) {
        self.begun().await;
        sleep(ON_ITS_WAY).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    const WAIT: Duration = Duration::from_secs(8);

    /// Its streams go on, but its server's stop is a stop for it, too.
    #[tokio::test(start_paused = true)]
    async fn a_connection_that_was_retired_learns_when_its_server_stops() {
        let (server, stopping) = oneshot::channel();
        let mut stop = Stop::new(stopping, WAIT);
        stop.retire(Retirement {
            due: Box::pin(ready(())),
            grace: 100 * WAIT,
        });
        stop.begun().await;
        let (refuse, mut refuses) = oneshot::channel();
        let ended =
            tokio::spawn(async move { stop.over(|after| refuse.send(after).unwrap()).await });
        sleep(WAIT).await;
        assert!(refuses.try_recv().is_err(), "the server goes on");

        let (cut, must_end) = oneshot::channel();
        server.send(must_end).unwrap();
        assert_eq!(refuses.await, Ok(WAIT / 2));
        assert!(!ended.is_finished());
        drop(cut);
        ended.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_was_retired_refuses_nothing_while_its_server_goes_on() {
        let (_server, stopping) = oneshot::channel();
        let mut stop = Stop::new(stopping, WAIT);
        stop.retire(Retirement {
            due: Box::pin(ready(())),
            grace: WAIT,
        });
        stop.begun().await;
        stop.over(|_| panic!("the server goes on")).await;
    }
}
