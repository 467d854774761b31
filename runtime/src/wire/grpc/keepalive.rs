//! Finding out that a peer is gone although its connection looks alive (A.16).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Instant, Sleep, sleep};

use super::config::GrpcLimits;
use super::events;
use super::ledger::Ledger;
use super::life::Life;
use crate::call::Deadline;

/// How long a ping may be unanswered before no new calls are made on the connection. Whoever reads at all
/// answers at once.
const SUSPICION: Duration = Duration::from_secs(1);

/// How often a server lets itself be pinged to which it has sent nothing meanwhile: every 5 minutes
/// (`MinTime` of the enforcement policy of grpc-go, 5 minutes in Kitex's `defaults.go` and
/// grpcio's `min_recv_ping_interval_without_data` too), and a little for a clock that runs faster and a
/// ping that travels faster than the one before. Who pings more often is sent away with
/// `too_many_pings` the third time.
const PING_INTERVAL: Duration = Duration::from_secs(5 * 60 + 10);

/// Silence after which a server asks whether the client is still there; Kitex's default.
const SERVER_SILENCE: Duration = Duration::from_secs(2 * 3600);
/// Silence after which a client with running calls asks whether the server is still there: a ping costs
/// 17 bytes, and is sent once behind each answer of the server only.
const CLIENT_SILENCE: Duration = Duration::from_secs(5);

/// Pings a silent peer.
pub(super) struct Keepalive {
    ping: PingPong,
    life: Life,
    silence: Duration,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    state: State,
    /// A ping is under way.
    asked: bool,
    manners: Manners,
}

enum State {
    /// Nothing is timed, because no call is running. `silent`: the last one was not answered either.
    Idle { silent: bool },
    /// The timer runs while the peer may be silent.
    Watching,
    /// A ping is not answered; the timer runs to [`SUSPICION`].
    Asked,
    /// The timer runs to the connection's end.
    Suspecting,
}

/// When a peer may be pinged.
enum Manners {
    /// A client at any time: nobody there counts.
    Server,
    /// A server while calls are running, once behind each of its answers, and every [`PING_INTERVAL`]: grpc-go,
    /// Kitex, grpcio and grpc-java forget what they have counted when they send HEADERS or DATA.
    Client {
        calls: Arc<Ledger>,
        last_ping: Option<Instant>,
    },
}

impl Keepalive {
    /// The server's.
    pub(super) fn server(ping: Option<PingPong>, life: Life, limits: &GrpcLimits) -> Option<Self> {
        let silence = limits.keepalive.unwrap_or(SERVER_SILENCE);
        Some(Self::new(ping?, life, silence, limits, Manners::Server))
    }

    /// The client's. `calls` tells whether there are any.
    pub(super) fn client(
        ping: Option<PingPong>,
        life: Life,
        limits: &GrpcLimits,
        calls: Arc<Ledger>,
    ) -> Option<Self> {
        let silence = limits.keepalive.unwrap_or(CLIENT_SILENCE);
        let last_ping = None;
        let manners = Manners::Client { calls, last_ping };
        Some(Self::new(ping?, life, silence, limits, manners))
    }

    fn new(
        ping: PingPong,
        life: Life,
        silence: Duration,
        limits: &GrpcLimits,
        manners: Manners,
    ) -> Self {
        Self {
            ping,
            life,
            silence,
            patience: limits.keepalive_timeout,
            timer: Box::pin(sleep(silence)),
            state: State::Watching,
            asked: false,
            manners,
        }
    }

    /// Ready when the peer has not answered in time.
    pub(super) fn poll_dead(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.asked && self.ping.poll_pong(cx).is_ready() {
            self.asked = false;
            // What came before may be what made the server forgive this ping.
            self.life.forget_answers();
            self.watch();
        }
        loop {
            match self.state {
                State::Idle { .. } if self.manners.is_idle() => return Poll::Pending,
                State::Idle { silent: true } if !self.life.take_heard() => self.ask(),
                State::Idle { .. } => self.watch(),
                State::Watching => {
                    ready!(self.timer.as_mut().poll(cx));
                    let silent = !self.life.take_heard();
                    match (self.manners.is_idle(), silent) {
                        (true, silent) => self.state = State::Idle { silent },
                        (false, true) => self.ask(),
                        (false, false) => self.watch(),
                    }
                }
                State::Asked => {
                    ready!(self.timer.as_mut().poll(cx));
                    self.life.suspect(true);
                    self.manners.tell_suspicion(&self.life);
                    let left = self.patience.saturating_sub(SUSPICION);
                    self.time(left, State::Suspecting);
                }
                State::Suspecting => {
                    ready!(self.timer.as_mut().poll(cx));
                    if !self.life.take_heard() {
                        return Poll::Ready(());
                    }
                    // It has more to send than the answer to a ping.
                    self.watch();
                }
            }
        }
    }

    fn watch(&mut self) {
        self.life.suspect(false);
        self.time(self.silence, State::Watching);
    }

    /// Pings, if that is allowed and none is under way.
    fn ask(&mut self) {
        if !self.manners.allow(&self.life) || self.ping.send_ping(Ping::opaque()).is_err() {
            return self.watch();
        }
        self.asked = true;
        self.manners.note_ping();
        self.time(SUSPICION.min(self.patience), State::Asked);
    }

    fn time(&mut self, duration: Duration, state: State) {
        // However long it is.
        self.timer.as_mut().reset(Deadline::after(duration).at);
        self.state = state;
    }
}

impl Manners {
    /// Whether there is no reason to ping.
    fn is_idle(&self) -> bool {
        match self {
            Self::Server => false,
            Self::Client { calls, .. } => calls.is_idle(),
        }
    }

    fn allow(&self, life: &Life) -> bool {
        match self {
            Self::Server => true,
            Self::Client { last_ping, .. } => {
                life.was_answered() || last_ping.is_none_or(|last| last.elapsed() >= PING_INTERVAL)
            }
        }
    }

    /// Clients make no new call on a suspected connection; to a server nothing changes.
    fn tell_suspicion(&self, life: &Life) {
        if let Self::Client { .. } = self {
            events::connection_suspected(life.peer());
        }
    }

    fn note_ping(&mut self) {
        if let Self::Client { last_ping, .. } = self {
            *last_ping = Some(Instant::now());
        }
    }
}
