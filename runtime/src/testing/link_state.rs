//! The state of a link between two hosts, and what a change of it does to their connections.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use faststr::FastStr;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::connection::Connection;
use super::faults::{Cut, Faults};
use super::state::State;
use super::trace::What;

/// The state of a link between two hosts.
pub(super) struct LinkState {
    pub(super) hosts: [FastStr; 2],
    pub(super) faults: Option<Faults>,
    /// The cuts that a test has asked for, one for each of the next connections: the host to which the
    /// bytes go, how many of them, and how to cut then.
    pub(super) cuts: VecDeque<(FastStr, u64, Cut)>,
    pub(super) parted: bool,
    /// The hosts that do not read.
    pub(super) stalled: Vec<FastStr>,
    pub(super) healed: Arc<Notify>,
}

impl State {
    /// Cuts the connections of a link. Returns the tasks that the caller has to wake.
    pub(super) fn cut(&mut self, link: usize, how: Cut) -> Vec<Waker> {
        let now = Instant::now();
        let numbers = self.numbers_of(link);
        let mut woken = Vec::new();
        for number in numbers {
            woken.extend(self.connection(number).cut(how, now));
            self.note_of(number, 0, What::Cut(how));
        }
        woken
    }

    /// Parts the two hosts of a link, or joins them again. Returns the tasks that the caller has to wake.
    pub(super) fn part(&mut self, link: usize, parted: bool) -> Vec<Waker> {
        let link_state = &mut self.links[link];
        link_state.parted = parted;
        let [one, other] = link_state.hosts.clone();
        if !parted {
            link_state.healed.notify_waiters();
        }
        let what = match parted {
            true => What::Parted,
            false => What::Healed,
        };
        self.note(0, &one, &other, what);
        self.hold(link)
    }

    /// Lets one host of a link stop reading what the other one sends, or read again. Returns the tasks that
    /// the caller has to wake.
    pub(super) fn stall(&mut self, link: usize, reader: &FastStr, stalled: bool) -> Vec<Waker> {
        let link_state = &mut self.links[link];
        link_state.stalled.retain(|host| host != reader);
        let what = match stalled {
            true => What::Stalled,
            false => What::Resumed,
        };
        if stalled {
            link_state.stalled.push(reader.clone());
        }
        let [one, other] = link_state.hosts.clone();
        let writer = match one == *reader {
            true => other,
            false => one,
        };
        self.note(0, reader, &writer, what);
        self.hold(link)
    }

    /// Applies the state of a link to its connections. Returns the tasks that wait for them.
    fn hold(&mut self, link: usize) -> Vec<Waker> {
        let mut woken = Vec::new();
        for number in self.numbers_of(link) {
            let Self {
                connections, links, ..
            } = self;
            if let Some(connection) = connections.get_mut(&number) {
                links[link].hold(connection);
                woken.extend(connection.waiting());
            }
        }
        woken
    }

    fn numbers_of(&self, link: usize) -> Vec<u64> {
        let of_link = self.connections.iter();
        let of_link = of_link.filter(|(_, connection)| connection.link == link);
        of_link.map(|(number, _)| *number).collect()
    }
}

impl LinkState {
    /// Lets nothing arrive on a connection in the directions that are parted or stalled.
    pub(super) fn hold(&self, connection: &mut Connection) {
        let Connection { hosts, pipes, .. } = connection;
        for (reader, pipe) in hosts.iter().rev().zip(pipes) {
            pipe.held = self.parted || self.stalled.contains(reader);
        }
    }
}
