//! The state of a network. All that happens on the network is a change of this state, under one lock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use faststr::FastStr;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::connection::Connection;
use super::faults::{Answer, Faults};
use super::link_state::LinkState;
use super::trace::{Event, Trace, What};
use crate::server::Accepted;

/// The state of a network.
pub(super) struct State {
    pub(super) rng: Rng,
    pub(super) trace: Trace,
    /// The faults of links that have none of their own.
    pub(super) faults: Faults,
    began: Instant,
    listeners: BTreeMap<FastStr, mpsc::Sender<Accepted>>,
    pub(super) links: Vec<LinkState>,
    /// The connections that are open, by their numbers.
    pub(super) connections: BTreeMap<u64, Connection>,
    /// How many connections there were so far: the number of the last one.
    connected: u64,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            trace: Trace::default(),
            faults: Faults::default(),
            began: Instant::now(),
            listeners: BTreeMap::new(),
            links: Vec::new(),
            connections: BTreeMap::new(),
            connected: 0,
        }
    }

    /// Adds an event to the trace.
    pub(super) fn note(&mut self, connection: u64, from: &FastStr, to: &FastStr, what: What) {
        self.trace.push(Event {
            at: self.began.elapsed(),
            connection,
            from: from.clone(),
            to: to.clone(),
            what,
        });
    }

    /// Adds to the trace what the host of this side has done.
    pub(super) fn note_of(&mut self, number: u64, side: usize, what: What) {
        let [mut from, mut to] = self.connection(number).hosts.clone();
        if side == 1 {
            (from, to) = (to, from);
        }
        self.note(number, &from, &to, what);
    }

    /// The connection of an end that exists.
    pub(super) fn connection(&mut self, number: u64) -> &mut Connection {
        let connection = self.connections.get_mut(&number);
        connection.expect("an end keeps its connection")
    }

    /// Begins to listen. `false`: a server listens there already.
    pub(super) fn listen(&mut self, address: &FastStr, to: mpsc::Sender<Accepted>) -> bool {
        if self.listeners.contains_key(address) {
            return false;
        }
        self.listeners.insert(address.clone(), to);
        self.note(0, address, address, What::Listens);
        true
    }

    pub(super) fn leave_address(&mut self, address: &FastStr) {
        self.listeners.remove(address);
        self.note(0, address, address, What::Leaves);
    }

    /// The number of the link between two hosts.
    pub(super) fn link(&mut self, one: &FastStr, other: &FastStr) -> usize {
        let is_between = |link: &LinkState| {
            let [a, b] = &link.hosts;
            (a == one && b == other) || (a == other && b == one)
        };
        if let Some(known) = self.links.iter().position(is_between) {
            return known;
        }
        self.links.push(LinkState {
            hosts: [one.clone(), other.clone()],
            faults: None,
            cuts: VecDeque::new(),
            parted: false,
            stalled: Vec::new(),
            healed: Arc::default(),
        });
        self.links.len() - 1
    }

    pub(super) fn link_state(&mut self, link: usize) -> &mut LinkState {
        &mut self.links[link]
    }

    /// If the link is parted, a future that ends when the link is healed.
    pub(super) fn parted(&self, link: usize) -> Option<OwnedNotified> {
        let link = &self.links[link];
        // The future sees a heal from now on, even before it is polled.
        link.parted
            .then(|| Arc::clone(&link.healed).notified_owned())
    }

    /// Draws by the faults of a link.
    pub(super) fn draw<T>(&mut self, link: usize, draw: impl FnOnce(&Faults, &mut Rng) -> T) -> T {
        let faults = self.links[link].faults.as_ref().unwrap_or(&self.faults);
        draw(faults, &mut self.rng)
    }

    /// Draws how a dial is answered, and how long that takes.
    pub(super) fn answer(&mut self, link: usize) -> (Answer, Duration) {
        self.draw(link, |faults, rng| {
            (faults.answer(rng), faults.latency(rng))
        })
    }

    /// Makes a connection, if a server listens at `address`. Returns its number, and the sender that takes
    /// its far end to the server.
    pub(super) fn connect(
        &mut self,
        link: usize,
        from: &FastStr,
        to: &FastStr,
        address: &FastStr,
    ) -> Option<(u64, mpsc::Sender<Accepted>)> {
        let listener = self.listeners.get(address)?.clone();
        let hosts = [from.clone(), to.clone()];
        let mut connection = Connection::new(hosts, link, Instant::now());
        let (stall, cut) = self.draw(link, |faults, rng| (faults.stall(rng), faults.cut(rng)));
        if let Some((direction, at, long)) = stall {
            connection.pipes[direction].stall = Some((at, long));
        }
        let link_state = &mut self.links[link];
        let asked = link_state.cuts.pop_front();
        let asked = asked.map(|(host, at, how)| (usize::from(host != *to), at, how));
        if let Some((direction, at, how)) = asked.or(cut) {
            connection.pipes[direction].cut = Some((at, how));
        }
        link_state.hold(&mut connection);
        self.connected += 1;
        self.connections.insert(self.connected, connection);
        self.note(self.connected, from, to, What::Connected);
        Some((self.connected, listener))
    }
}
