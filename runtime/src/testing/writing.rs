//! How bytes come onto a connection, and how its ends leave it.

use std::io;
use std::task::{Context, Poll, Waker};

use tokio::time::Instant;

use super::faults::{Cut, carried};
use super::state::State;
use super::trace::What;

/// The result of a write, and the tasks that the caller has to wake.
pub(super) type Written = (Poll<io::Result<usize>>, Vec<Waker>);

impl State {
    /// Writes as many bytes as there is room for, up to the byte at which the connection is cut.
    pub(super) fn write(
        &mut self,
        number: u64,
        side: usize,
        cx: &Context<'_>,
        buf: &[u8],
    ) -> Written {
        let connection = self.connection(number);
        if let Some(kind) = connection.broken {
            return (Poll::Ready(Err(kind.into())), Vec::new());
        }
        let link = connection.link;
        let pipe = &mut connection.pipes[side];
        if pipe.is_closed() {
            let closed = io::ErrorKind::BrokenPipe.into();
            return (Poll::Ready(Err(closed)), Vec::new());
        }
        let fits = pipe.room().min(buf.len());
        if fits == 0 && !buf.is_empty() {
            pipe.wait_to_write(cx);
            return (Poll::Pending, Vec::new());
        }
        let until_cut = pipe.until_cut();
        let taken = self.draw(link, |faults, rng| faults.taken(rng, fits));
        match until_cut {
            Some((left, how)) if left <= taken as u64 => {
                self.write_and_cut(number, side, cx, &buf[..left as usize], how)
            }
            _ => {
                let woken = self.push(number, side, &buf[..taken]);
                (Poll::Ready(Ok(taken)), woken.into_iter().collect())
            }
        }
    }

    /// Writes the last bytes before the cut, and cuts.
    fn write_and_cut(
        &mut self,
        number: u64,
        side: usize,
        cx: &Context<'_>,
        last: &[u8],
        how: Cut,
    ) -> Written {
        let mut woken = Vec::from_iter(self.push(number, side, last));
        let now = Instant::now();
        woken.extend(self.connection(number).cut(how, now));
        self.note_of(number, side, What::Cut(how));
        if last.is_empty() {
            // The writer tries again, and learns from that what the cut has left.
            woken.push(cx.waker().clone());
            return (Poll::Pending, woken);
        }
        (Poll::Ready(Ok(last.len())), woken)
    }

    /// Puts bytes onto the connection. Returns the waker of the task that reads them.
    fn push(&mut self, number: u64, side: usize, bytes: &[u8]) -> Option<Waker> {
        if bytes.is_empty() {
            return None;
        }
        let link = self.connection(number).link;
        let latency = self.draw(link, |faults, rng| faults.latency(rng));
        let rate = self.draw(link, |faults, _| faults.bytes_per_second);
        let pipe = &mut self.connection(number).pipes[side];
        let stall = pipe.stall;
        pipe.push(bytes, Instant::now() + latency, |bytes| {
            carried(bytes, rate)
        });
        let (reader, stalls) = (pipe.reader(), stall != pipe.stall);
        self.note_of(number, side, What::Wrote(bytes.len()));
        if stalls {
            self.note_of(number, 1 - side, What::Stalled);
        }
        reader
    }

    /// Notes that the end of this side writes nothing more. Returns the tasks that the caller has to wake.
    pub(super) fn finish(&mut self, number: u64, side: usize) -> Vec<Waker> {
        let connection = self.connection(number);
        let link = connection.link;
        if connection.pipes[side].is_closed() {
            return Vec::new();
        }
        let due = Instant::now() + self.draw(link, |faults, rng| faults.latency(rng));
        self.note_of(number, side, What::Finished);
        let pipe = &mut self.connection(number).pipes[side];
        pipe.close(due);
        [pipe.reader(), pipe.writer()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Notes that the end of this side was dropped. Returns the tasks that the caller has to wake.
    pub(super) fn leave(&mut self, number: u64, side: usize) -> Vec<Waker> {
        let mut woken = self.finish(number, side);
        self.note_of(number, side, What::Dropped);
        let connection = self.connection(number);
        let inbound = &mut connection.pipes[1 - side];
        inbound.abandon();
        woken.extend(inbound.writer());
        connection.ends -= 1;
        if connection.ends == 0 {
            self.connections.remove(&number);
        }
        woken
    }
}
