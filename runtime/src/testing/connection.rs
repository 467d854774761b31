//! A connection: its two directions, and how it ends.

use std::io;
use std::task::Waker;

use faststr::FastStr;
use tokio::time::Instant;

use super::faults::{Cut, FOUND_DEAD_AFTER};
use super::pipe::Pipe;

/// A connection that one of its ends still holds.
#[derive(Debug)]
pub(super) struct Connection {
    /// The host that dialled, and the one that accepted.
    pub(super) hosts: [FastStr; 2],
    /// The link between them.
    pub(super) link: usize,
    /// The bytes that each of the two has written and that are on their way to the other.
    pub(super) pipes: [Pipe; 2],
    /// The error with which reads and writes fail, if the connection was reset.
    pub(super) broken: Option<io::ErrorKind>,
    /// How many of its two ends exist.
    pub(super) ends: usize,
}

impl Connection {
    pub(super) fn new(hosts: [FastStr; 2], link: usize, now: Instant) -> Self {
        Self {
            hosts,
            link,
            pipes: [Pipe::new(now), Pipe::new(now)],
            broken: None,
            ends: 2,
        }
    }

    /// Cuts the connection now. Returns the tasks that the caller has to wake.
    pub(super) fn cut(&mut self, how: Cut, now: Instant) -> Vec<Waker> {
        for pipe in &mut self.pipes {
            pipe.cut = None;
            match how {
                Cut::Close => pipe.close(now),
                Cut::Reset => self.broken = Some(io::ErrorKind::ConnectionReset),
                Cut::BlackHole => pipe.swallow(now + FOUND_DEAD_AFTER),
            }
        }
        self.waiting()
    }

    /// Takes the wakers of all tasks that wait for the connection.
    pub(super) fn waiting(&mut self) -> Vec<Waker> {
        let pipes = self.pipes.iter_mut();
        pipes
            .flat_map(|pipe| [pipe.reader(), pipe.writer()])
            .flatten()
            .collect()
    }
}
