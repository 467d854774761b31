//! The link between two hosts, and what a test can do to it.

use std::task::Waker;

use faststr::FastStr;

use super::faults::{Cut, Faults};
use super::network::Network;
use super::state::State;

/// The link between two hosts of a [`Network`], in both directions. Clones are the same link.
#[derive(Debug, Clone)]
pub struct Link {
    network: Network,
    hosts: [FastStr; 2],
}

impl Link {
    pub(super) fn new(network: Network, one: FastStr, other: FastStr) -> Self {
        Self {
            network,
            hosts: [one, other],
        }
    }

    /// Gives the link faults of its own, from now on. Cuts and stalls concern connections that are made
    /// later.
    pub fn faults(&self, faults: Faults) {
        self.set(|state, link| {
            state.link_state(link).faults = Some(faults);
            Vec::new()
        });
    }

    /// Cuts the next connection when so many bytes have gone to the host `to`, instead of where the seed
    /// would cut it. A second call is about the connection after that one.
    pub fn cut_next(&self, to: impl Into<FastStr>, after: u64, how: Cut) {
        let to = to.into();
        self.set(|state, link| {
            state.link_state(link).cuts.push_back((to, after, how));
            Vec::new()
        });
    }

    /// Cuts the connections that exist.
    pub fn cut_now(&self, how: Cut) {
        self.set(|state, link| state.cut(link, how));
    }

    /// Lets nothing pass any more. Bytes that are written wait, as in a system that sends them again and
    /// again. Dials are not answered.
    pub fn part(&self) {
        self.set(|state, link| state.part(link, true));
    }

    /// Ends [`part`](Self::part): the bytes that waited arrive.
    pub fn heal(&self) {
        self.set(|state, link| state.part(link, false));
    }

    /// Lets the host `reader` read nothing that the other one sends, on connections that exist and on later
    /// ones. The other one can write until the buffers of the connection are full, 64 KiB.
    pub fn stall(&self, reader: impl Into<FastStr>) {
        let reader = reader.into();
        self.set(|state, link| state.stall(link, &reader, true));
    }

    /// Ends [`stall`](Self::stall).
    pub fn resume(&self, reader: impl Into<FastStr>) {
        let reader = reader.into();
        self.set(|state, link| state.stall(link, &reader, false));
    }

    /// Changes the link, and wakes the tasks that `change` returns when the lock is free.
    fn set(&self, change: impl FnOnce(&mut State, usize) -> Vec<Waker>) {
        let [one, other] = &self.hosts;
        let mut state = self.network.0.state();
        let link = state.link(one, other);
        let woken = change(&mut state, link);
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }
}
