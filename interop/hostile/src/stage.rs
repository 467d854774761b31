//! What an attack works with: the target's address, or its connections, and the clock.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use crate::attack::Scale;
use crate::process::Proc;
use crate::raw::{PATIENCE, Raw};

/// How often the hostile server looks whether the time is over.
const GLANCE: Duration = Duration::from_millis(20);

/// How long a process may take to accept a connection. It is shorter than any time after which a
/// server at [`Pace::Quick`](crate::attack::Pace::Quick) closes one.
const ACCEPTED: Duration = Duration::from_millis(800);

pub struct Stage {
    /// The attacked server.
    address: SocketAddr,
    /// Where an attacked client connects.
    listener: TcpListener,
    /// The attacked process, and how many descriptors it had open before.
    process: (Proc, usize),
    pub scale: Scale,
    /// When the attack has built up enough: a time after its first connection. The attacked client may
    /// take long to connect.
    until: OnceLock<Instant>,
    /// Bytes that the attack has sent.
    sent: Arc<AtomicU64>,
    /// Latencies of calls on the attacked connection.
    neighbours: Mutex<Vec<Duration>>,
}

impl Stage {
    pub fn new(
        address: SocketAddr,
        listener: TcpListener,
        process: (Proc, usize),
        scale: Scale,
    ) -> Self {
        Self {
            address,
            listener,
            process,
            scale,
            until: OnceLock::new(),
            sent: Arc::default(),
            neighbours: Mutex::default(),
        }
    }

    /// A connection to the attacked server.
    pub fn connect(&self) -> io::Result<Raw> {
        self.raw(TcpStream::connect(self.address)?)
    }

    fn raw(&self, stream: TcpStream) -> io::Result<Raw> {
        Raw::new(stream, self.until(), &self.sent)
    }

    /// Many connections to the attacked server.
    pub fn connect_many(&self, count: usize) -> io::Result<Vec<Raw>> {
        (0..count).map(|_| self.connect()).collect()
    }

    /// Holds what was built up.
    pub fn hold(&self) {
        std::thread::sleep(self.scale.hold());
    }

    /// When the attack is to stop building up. The time begins when somebody first asks for it.
    pub fn until(&self) -> Instant {
        let begin = || Instant::now() + self.scale.build_up();
        *self.until.get_or_init(begin)
    }

    pub fn is_over(&self) -> bool {
        Instant::now() >= self.until()
    }

    /// How many connections of the attack the attacked process has open. Who reads nothing does not
    /// see on a connection itself that it was closed.
    pub fn open(&self) -> io::Result<usize> {
        let (process, before) = self.process;
        Ok(process.descriptors()?.saturating_sub(before))
    }

    /// Waits until the attacked process has closed all connections of the attack.
    pub fn is_given_up_within(&self, limit: Duration) -> io::Result<bool> {
        let from = Instant::now();
        // The process may not even have accepted them yet.
        while self.open()? == 0 && from.elapsed() < ACCEPTED {
            std::thread::sleep(GLANCE);
        }
        while self.open()? > 0 {
            if from.elapsed() > limit {
                return Ok(false);
            }
            std::thread::sleep(GLANCE);
        }
        Ok(true)
    }

    /// Handles each connection of the attacked client, all at the same time, until the time is over.
    pub fn serve(&self, serve: impl Fn(Raw) + Sync) -> io::Result<()> {
        self.listener.set_nonblocking(true)?;
        let Some(first) = self.accept_until(Instant::now() + PATIENCE)? else {
            return Err(io::Error::other("the client has not connected"));
        };
        std::thread::scope(|scope| {
            let (mut next, serve) = (Some(first), &serve);
            while let Some(stream) = next {
                let raw = self.raw(stream)?;
                scope.spawn(move || serve(raw));
                next = self.accept_until(self.until())?;
            }
            Ok(())
        })
    }

    /// The next connection of the attacked client; `None` if none has come until then.
    fn accept_until(&self, until: Instant) -> io::Result<Option<TcpStream>> {
        while Instant::now() < until {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false)?;
                    return Ok(Some(stream));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(GLANCE),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Holds a connection until the time is over.
    pub fn hold_to_the_end(&self) {
        while !self.is_over() {
            std::thread::sleep(GLANCE);
        }
    }

    /// Measures calls on the attacked connection. `call` is one of them; `None`: it failed.
    pub fn neighbour(&self, mut call: impl FnMut() -> Option<()>) -> io::Result<()> {
        for _ in 0..self.scale.of(20, 200) {
            let from = Instant::now();
            let failed = || io::Error::other("a call on the attacked connection failed");
            call().ok_or_else(failed)?;
            let mut latencies = self.neighbours.lock().unwrap_or_else(|e| e.into_inner());
            latencies.push(from.elapsed());
            drop(latencies);
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Bytes that the attack has sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub fn into_neighbours(self) -> Vec<Duration> {
        self.neighbours
            .into_inner()
            .unwrap_or_else(|e| e.into_inner())
    }
}

/// An error for a promise that the target broke.
pub fn broken(text: impl Into<String>) -> io::Result<()> {
    Err(io::Error::other(text.into()))
}
