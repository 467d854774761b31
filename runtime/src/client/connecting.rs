//! Connecting ahead of the first call, and closing behind the last.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::channel::Channel;
use crate::call::FAR_FUTURE;
use crate::error::{Error, Result};
use crate::wire::client::{Attempt, Wire};
use crate::wire::io::{CONNECT_TIMEOUT, ConnectionState, Endpoint};

/// How long [`Channel::wait_for_ready`] waits between the first two attempts. Then twice as long each
/// time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// But not longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Channel {
    /// Connects ahead of the first call: makes one connection at least on each wire of the channel's
    /// clients, to each address. Connections that are there are used.
    ///
    /// ```
    /// # use streamgen_runtime::{Channel, Result};
    /// # struct UserClient;
    /// # impl UserClient { fn new(_: Channel) -> Self { Self } }
    /// # async fn start() -> Result<UserClient> {
    /// let channel = Channel::builder("users").address("127.0.0.1:8888").build()?;
    /// let users = UserClient::new(channel.clone());
    /// channel.connect().await?;
    /// # Ok(users)
    /// # }
    /// ```
    ///
    /// Which wires these are is known when the clients are made, unless the builder has named the wires of
    /// both kinds of call: this comes behind. In
    /// [`PoolMode::Short`](crate::PoolMode::Short), no connection is kept, and this only shows whether the server
    /// can be reached.
    ///
    /// # Errors
    /// A wire on which no address could be reached, within the
    /// [`connect_timeout`](crate::ClientBuilder::connect_timeout); no client has been made; the
    /// channel is closed.
    pub async fn connect(&self) -> Result<()> {
        let _running = self.life().begin()?;
        let wires = self.wires_in_use();
        if wires.is_empty() {
            let text =
                "the channel has no client, and so no wire to connect on: make its clients first";
            return Err(Error::invalid_argument(text));
        }
        let limit = self.defaults().connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        // In tasks of their own, so that all wait at the same time.
        let mut attempts = Vec::new();
        for wire in wires {
            let endpoints = self.targets().endpoints();
            let of_wire: Vec<_> = endpoints
                .map(|endpoint| {
                    let (wire, endpoint) = (Arc::clone(&wire), endpoint.clone());
                    tokio::spawn(async move { connect(&*wire, &endpoint, limit).await })
                })
                .collect();
            attempts.push(of_wire);
        }
        for of_wire in attempts {
            let mut reached = Err(unreached());
            for attempt in of_wire {
                let made = attempt.await.unwrap_or_else(|_| Err(unreached()));
                if reached.is_err() {
                    reached = made;
                }
            }
            reached?;
        }
        Ok(())
    }

    /// As [`connect`](Self::connect), again and again for at most `limit`, until it succeeds: for a
    /// program that starts before its server does.
    ///
    /// # Errors
    /// What the last attempt failed with, when the time is over; at once, what no further attempt
    /// would mend.
    pub async fn wait_for_ready(&self, limit: Duration) -> Result<()> {
        let until = Instant::now() + limit.min(FAR_FUTURE);
        let mut pause = FIRST_PAUSE;
        let mut last = None;
        loop {
            match timeout_at(until, self.connect()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) if !error.is_retryable() => return Err(error),
                Ok(Err(error)) => last = Some(error),
                Err(_) => return Err(last.unwrap_or_else(unreached)),
            }
            if Instant::now() + pause >= until {
                return Err(last.unwrap_or_else(unreached));
            }
            sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Closes the channel, of all its clients: no call begins any more, those that run are waited for,
    /// and then the connections are closed. A stream runs until it is dropped. Calls that come too late fail
    /// with [`Canceled`](crate::ErrorKind::Canceled).
    ///
    /// Dropping the future leaves the channel closed for new calls; its connections are closed with
    /// the last client.
    pub async fn close(&self) {
        self.close_within(Duration::MAX).await;
    }

    /// As [`close`](Self::close), and cancels the calls and streams that still run after `limit`:
    /// their servers learn it, and they fail with [`Canceled`](crate::ErrorKind::Canceled).
    pub async fn close_within(&self, limit: Duration) {
        if timeout(limit, self.life().drain()).await.is_err() {
            self.life().kill();
        }
        self.close_connections();
    }

    /// Whether the channel was closed, or is being closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.life().is_closed()
    }

    /// What became of the channel's last attempt to connect, on whatever wire and to whatever address:
    /// the state now, and each later one that is looked at in time. Never ends before
    /// [`Shutdown`](ConnectionState::Shutdown). A connection that is lost shows with the next attempt,
    /// as calls need one.
    #[must_use]
    pub fn states(&self) -> ConnectionStates {
        ConnectionStates {
            next: Box::pin(first(self.attempts().watch())),
            over: false,
        }
    }
}

async fn connect(wire: &dyn Wire, endpoint: &Endpoint, limit: Duration) -> Result<()> {
    let attempt = Attempt {
        endpoint,
        patience: limit,
        connect_limit: limit,
    };
    wire.connect(attempt).await
}

#[cold]
fn unreached() -> Error {
    let cause = std::io::Error::new(std::io::ErrorKind::TimedOut, "timeout");
    Error::connection("no server was reached in time", cause).before_handler()
}

/// The states of a channel's connections, as a stream; see [`Channel::states`].
pub struct ConnectionStates {
    next: Next,
    over: bool,
}

type Watching = watch::Receiver<ConnectionState>;
type Next = Pin<Box<dyn Future<Output = (Option<ConnectionState>, Watching)> + Send + Sync>>;

async fn first(mut watching: Watching) -> (Option<ConnectionState>, Watching) {
    let state = watching.borrow_and_update().clone();
    (Some(state), watching)
}

async fn next(mut watching: Watching) -> (Option<ConnectionState>, Watching) {
    let changed = watching.changed().await;
    let state = changed
        .is_ok()
        .then(|| watching.borrow_and_update().clone());
    (state, watching)
}

impl ConnectionStates {
    /// The next state; `None` behind [`Shutdown`](ConnectionState::Shutdown). Cancel safe.
    pub async fn next(&mut self) -> Option<ConnectionState> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for ConnectionStates {
    type Item = ConnectionState;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ConnectionState>> {
        if self.over {
            return Poll::Ready(None);
        }
        let (state, watching) = ready!(self.next.as_mut().poll(cx));
        self.over = matches!(state, None | Some(ConnectionState::Shutdown));
        self.next = Box::pin(next(watching));
        Poll::Ready(state)
    }
}

impl std::fmt::Debug for ConnectionStates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionStates").finish_non_exhaustive()
    }
}
