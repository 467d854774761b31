//! Connecting before the first call, and closing after the last.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::channel::{Channel, Servers};
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
    /// Connects before the first call: makes at least one connection on each wire of the channel's
    /// clients, to each address. Where the channel has a connection already, it makes no other.
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
    /// Make the channel's clients first: unless the builder has named the wires of both kinds of call,
    /// the clients' services choose the wires. With [`PoolMode::Short`](crate::PoolMode::Short), the
    /// channel keeps no connection, and this only shows whether the server can be reached.
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
        tokio::select! {
            biased;
            connected = self.connect_all(wires) => connected,
            reason = self.life().killed() => Err(reason),
        }
    }

    /// Connects on each wire to each address. On each wire, one address at least has to be reached.
    async fn connect_all(&self, wires: Vec<Arc<dyn Wire>>) -> Result<()> {
        let limit = self.defaults().connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let endpoints = self.endpoints(limit).await?;
        // In tasks of their own, so that all connect at the same time. Dropping a set ends its tasks.
        let attempts = wires.into_iter().map(|wire| {
            let mut of_wire = JoinSet::new();
            for endpoint in &endpoints {
                let (wire, endpoint) = (Arc::clone(&wire), endpoint.clone());
                of_wire.spawn(async move { connect(&*wire, &endpoint, limit).await });
            }
            of_wire
        });
        let attempts: Vec<_> = attempts.collect();
        for mut of_wire in attempts {
            let mut reached = Err(unreached());
            while let Some(made) = of_wire.join_next().await {
                if reached.is_err() {
                    reached = made.unwrap_or_else(|_| Err(unreached()));
                }
            }
            reached?;
        }
        Ok(())
    }

    /// All addresses. Where a resolver knows them, it is waited for.
    async fn endpoints(&self, limit: Duration) -> Result<Vec<Endpoint>> {
        match self.servers() {
            Servers::Fixed(targets) => Ok(targets.endpoints().cloned().collect()),
            Servers::Fleet(fleet) => {
                let members = fleet.members(limit).await?;
                let endpoints = members.iter().map(|member| member.instance().endpoint());
                Ok(endpoints.cloned().collect())
            }
        }
    }

    /// Calls [`connect`](Self::connect) again and again for at most `limit`, until it succeeds: for a
    /// program that starts before its server does.
    ///
    /// # Errors
    /// The error of the last attempt, when the time is over. An error that no further attempt would
    /// mend is returned at once.
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

    /// Closes the channel for all its clients. No call begins any more: later calls fail with
    /// [`Canceled`](crate::ErrorKind::Canceled). Waits for the calls that run, and for the streams,
    /// which run until they are dropped. Then it closes the connections.
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

    /// How the channel's last attempt to connect went, on any wire and to any address: the state now,
    /// and then each later one. A reader that comes too late for some gets the latest. The stream does
    /// not end before [`Shutdown`](ConnectionState::Shutdown). The loss of a connection is no state: it
    /// shows when a call makes the next attempt.
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
        waits: None,
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
    /// The next state; `None` after [`Shutdown`](ConnectionState::Shutdown). Cancel safe.
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
