//! Hosts, and the connections between them.

use std::fmt;
use std::future::pending;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use faststr::FastStr;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::end::End;
use super::faults::{Answer, Faults};
use super::incoming::Incoming;
use super::link::Link;
use super::seeds;
use super::state::State;
use super::trace::{Event, What};
use crate::error::{Error, Result};
use crate::server::Accepted;
use crate::sync::lock;
use crate::wire::io::{ByteStream, Dial, Dialling, Endpoint};

/// Connections that a listener holds before its server accepts them; later dials are refused. As many as
/// a server's own listener.
const BACKLOG: usize = 1024;

/// The host of clients whose `dial` was given the network instead of a host.
const CLIENT: &str = "client";

/// A network in memory. Clones are the same network.
///
/// A client dials from a [`host`](Self::host), or from a host called `client` if it is given the network:
/// `.dial(network.clone())`. Addresses are those that clients take over TCP: `b:80` is the port 80 of
/// the host `b`. No name is resolved.
///
/// The seed decides all that happens by chance: in the network, and in the runtime, such as how long a
/// client avoids an address. (For the runtime, [`Network::new`] seeds `fastrand` for the thread.) If the
/// test panics, the network says on standard error which seed it had.
///
/// One runtime at a time uses a network: the current-thread runtime of a `#[tokio::test]`.
#[derive(Clone)]
pub struct Network(pub(super) Arc<Inner>);

/// A host of a network, from which clients dial: `.dial(network.host("a"))`. The faults of the host's links
/// are the faults of their connections.
#[derive(Debug, Clone)]
pub struct Host {
    network: Network,
    name: FastStr,
}

pub(super) struct Inner {
    seed: u64,
    /// Whether the network says its seed if the test panics.
    announces: bool,
    state: Mutex<State>,
}

impl Inner {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Network {
    /// A network without faults, until [`faults`](Self::faults) or a [`link`](Self::link) has some.
    pub fn new(seed: u64) -> Self {
        Self::begin(seed, true)
    }

    pub(super) fn begin(seed: u64, announces: bool) -> Self {
        fastrand::seed(seed);
        Self(Arc::new(Inner {
            seed,
            announces,
            state: Mutex::new(State::new(seed)),
        }))
    }

    /// The seed of the network.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// A number of the range, for what a test itself chooses by chance.
    ///
    /// # Panics
    /// The range is empty.
    pub fn draw(&self, range: Range<u64>) -> u64 {
        self.0.state().rng.u64(range)
    }

    /// The faults of all links that have none of their own, from now on.
    pub fn faults(&self, faults: Faults) {
        self.0.state().faults = faults;
    }

    /// The host of this name.
    pub fn host(&self, name: impl Into<FastStr>) -> Host {
        Host {
            network: self.clone(),
            name: name.into(),
        }
    }

    /// The link between two hosts, in both directions.
    pub fn link(&self, one: impl Into<FastStr>, other: impl Into<FastStr>) -> Link {
        Link::new(self.clone(), one.into(), other.into())
    }

    /// Listens on an address such as `b:80`, for
    /// [`ServerBuilder::serve`](crate::ServerBuilder::serve). [`Network::serve`] does both.
    ///
    /// # Errors
    /// The address cannot be understood, or somebody listens there.
    pub fn listen(&self, address: &str) -> Result<Incoming> {
        let address = FastStr::from(Endpoint::parse(address)?.to_string());
        let (sender, accepted) = mpsc::channel(BACKLOG);
        if !self.0.state().listen(&address, sender) {
            let text = format!("listen on {address}: somebody listens there");
            return Err(Error::connection(text, io::ErrorKind::AddrInUse.into()));
        }
        Ok(Incoming::new(Arc::clone(&self.0), address, accepted))
    }

    /// How many connections are open: those of which an end exists.
    pub fn connections(&self) -> usize {
        self.0.state().connections.len()
    }

    /// The events so far, at most the first [`TRACE_EVENTS`](super::TRACE_EVENTS).
    pub fn trace(&self) -> Vec<Event> {
        self.0.state().trace.events().to_vec()
    }

    /// A number that stands for all events so far: two runs with the same events have the same.
    pub fn fingerprint(&self) -> u64 {
        self.0.state().trace.fingerprint()
    }

    async fn connect(&self, from: &FastStr, to: &Endpoint) -> io::Result<ByteStream> {
        let address = FastStr::from(to.to_string());
        let host = host_of(&address);
        let link = self.0.state().link(from, &host);
        // The guard of the lock must not live over an await.
        while let Some(healed) = { self.0.state().parted(link) } {
            healed.await;
        }
        let (answer, latency) = self.0.state().answer(link);
        match answer {
            Answer::Refused => return Err(self.refuse(from, &host)),
            Answer::Silence => {
                self.0.state().note(0, from, &host, What::Unanswered);
                return pending().await;
            }
            Answer::Connected => {}
        }
        if !latency.is_zero() {
            sleep(latency).await;
        }
        let accepted = self.0.state().connect(link, from, &host, &address);
        let Some((connection, listener)) = accepted else {
            return Err(self.refuse(from, &host));
        };
        let [near, far] = [0, 1].map(|side| End::new(Arc::clone(&self.0), connection, side));
        match listener.try_send(Accepted::new(far)) {
            Ok(()) => Ok(ByteStream::new(near)),
            Err(_) => Err(self.refuse(from, &host)),
        }
    }

    fn refuse(&self, from: &FastStr, to: &FastStr) -> io::Error {
        self.0.state().note(0, from, to, What::Refused);
        io::ErrorKind::ConnectionRefused.into()
    }
}

/// The host of an address in its normal form. A Unix socket is a host of its own.
fn host_of(address: &FastStr) -> FastStr {
    match address.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => FastStr::new(host),
        _ => address.clone(),
    }
}

impl Dial for Host {
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a> {
        Box::pin(self.network.connect(&self.name, to))
    }
}

impl Dial for Network {
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async move { self.connect(&CLIENT.into(), to).await })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.announces && thread::panicking() {
            seeds::announce(self.seed);
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("seed", &self.0.seed)
            .finish_non_exhaustive()
    }
}
