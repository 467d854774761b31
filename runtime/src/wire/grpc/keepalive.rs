//! Finds out by pings that a peer is gone although its connection looks alive (A.16).

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
use crate::call::{Deadline, was_away};

/// How long a ping may be unanswered before no new calls are made on the connection. A peer that
/// reads at all answers at once.
const SUSPICION: Duration = Duration::from_secs(1);

/// The shortest time between two pings of a client to a server that has sent nothing in between.
/// Servers allow one in 5 minutes (`MinTime` of the enforcement policy of grpc-go, 5 minutes in
/// Kitex's `defaults.go` and grpcio's `min_recv_ping_interval_without_data` too). The additional 10
/// s allow for a clock that runs faster, and for a ping that travels faster than the one before. At
/// the third violation, the server closes the connection with `too_many_pings`.
const PING_INTERVAL: Duration = Duration::from_secs(5 * 60 + 10);

/// Silence after which a server pings its client; Kitex's default.
const SERVER_SILENCE: Duration = Duration::from_secs(2 * 3600);
/// Silence after which a client with running calls pings its server. A ping costs 17 bytes, and the
/// client sends only one after each answer of the server.
const CLIENT_SILENCE: Duration = Duration::from_secs(5);

/// Pings a silent peer.
pub(super) struct Keepalive {
    ping: PingPong,
    life: Life,
    silence: Duration,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    state: State,
    /// Whether a ping is unanswered.
    asked: bool,
    /// Whether its time has begun anew because this process was away.
    excused: bool,
    manners: Manners,
}

enum State {
    /// No timer runs, because no call is running. `silent`: the peer sent nothing while the timer last
    /// ran.
    Idle { silent: bool },
    /// The timer limits how long the peer may be silent.
    Watching,
    /// A ping is unanswered; the timer runs until [`SUSPICION`] is over.
    Asked,
    /// The ping is still unanswered; when the timer ends, so does the connection.
    Suspecting,
}

/// The rules for when this side may ping its peer.
enum Manners {
    /// A server may ping its client at any time, because clients do not count pings.
    Server,
    /// A client may ping its server while calls are running: once after each of the server's
    /// answers, and otherwise every [`PING_INTERVAL`]. grpc-go, Kitex, grpcio and grpc-java reset
    /// their count of pings when they send HEADERS or DATA.
    Client {
        calls: Arc<Ledger>,
        last_ping: Option<Instant>,
    },
}

impl Keepalive {
    /// The keepalive of a server.
    pub(super) fn server(ping: Option<PingPong>, life: Life, limits: &GrpcLimits) -> Option<Self> {
        let silence = limits.keepalive.unwrap_or(SERVER_SILENCE);
        Some(Self::new(ping?, life, silence, limits, Manners::Server))
    }

    /// The keepalive of a client. `calls` tells whether the connection has any calls.
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
            excused: false,
            manners,
        }
    }

    /// Ready when the peer has not answered a ping in time.
    pub(super) fn poll_dead(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.asked && self.ping.poll_pong(cx).is_ready() {
            self.asked = false;
            // An answer that came before the pong may already have excused this ping at the server,
            // so it must not excuse the next one.
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
                    let left = match self.excused() {
                        true => self.patience,
                        false => self.patience.saturating_sub(SUSPICION),
                    };
                    self.time(left, State::Suspecting);
                }
                State::Suspecting => {
                    ready!(self.timer.as_mut().poll(cx));
                    if self.life.take_heard() {
                        // The peer is alive: it sent other bytes than the answer to the ping.
                        self.watch();
                    } else if self.excused() {
                        self.time(SUSPICION, State::Suspecting);
                    } else {
                        return Poll::Ready(());
                    }
                }
            }
        }
    }

    /// Whether this process was away while the timer ran, for the first time since the ping: what the peer has sent
    /// meanwhile has not been read yet.
    fn excused(&mut self) -> bool {
        let first = !self.excused && was_away(self.timer.deadline());
        self.excused |= first;
        first
    }

    fn watch(&mut self) {
        self.excused = false;
        self.life.suspect(false);
        self.time(self.silence, State::Watching);
    }

    /// Sends a ping, if the rules allow one and no ping is unanswered.
    fn ask(&mut self) {
        if !self.manners.allow(&self.life) || self.ping.send_ping(Ping::opaque()).is_err() {
            return self.watch();
        }
        self.asked = true;
        self.manners.note_ping();
        self.time(SUSPICION.min(self.patience), State::Asked);
    }

    fn time(&mut self, duration: Duration, state: State) {
        // `Deadline` also accepts durations that exceed the clock's range.
        self.timer.as_mut().reset(Deadline::after(duration).at);
        self.state = state;
    }
}

impl Manners {
    /// Whether there is no reason to ping, because no call is running.
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

    /// Reports the suspicion at a client, which makes no new call on this connection then. A server
    /// does not act on it.
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
