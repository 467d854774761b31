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
    /// What each of the two has written, on its way to the other.
    pub(super) pipes: [Pipe; 2],
    /// What reads and writes end with.
    pub(super) broken: Option<io::ErrorKind>,
    /// Ends that are held.
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

    /// Cuts it now. Returns who has to be woken.
    pub(super) fn cut(&mut self, how: Cut, now: Instant) -> Vec<Waker> {
        for pipe in &mut self.pipes {
            pipe.cut = None;
            match how {
                Cut::Close => pipe.close(now),
                Cut::Reset => self.broken = Some(io::ErrorKind::ConnectionReset),
                Cut::BlackHole => pipe.swallow(now + FOUND_DEAD_AFTER),
            }
        }
        self.everybody()
    }

    /// Whoever waits for it.
    pub(super) fn everybody(&mut self) -> Vec<Waker> {
        let pipes = self.pipes.iter_mut();
        pipes
            .flat_map(|pipe| [pipe.reader(), pipe.writer()])
            .flatten()
            .collect()
    }
}
