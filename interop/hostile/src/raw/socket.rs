//! A socket that writes what it is told, and gives up when the time is over or the peer closes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a write or a read waits before it looks at the clock.
const GLANCE: Duration = Duration::from_millis(50);

pub struct Raw {
    stream: TcpStream,
    /// When sending gives up.
    until: Instant,
    /// Bytes that all sockets of the attack have sent.
    sent: Arc<AtomicU64>,
}

impl Raw {
    pub fn new(stream: TcpStream, until: Instant, sent: &Arc<AtomicU64>) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(GLANCE))?;
        let sent = Arc::clone(sent);
        Ok(Self {
            stream,
            until,
            sent,
        })
    }

    /// Sends all bytes. `false`: the peer has closed, or the time is over.
    #[must_use]
    pub fn send(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(0) => return false,
                Ok(count) => {
                    self.sent.fetch_add(count as u64, Ordering::Relaxed);
                    bytes = &bytes[count..];
                }
                Err(error) if is_waiting(&error) && Instant::now() < self.until => {}
                Err(_) => return false,
            }
        }
        Instant::now() < self.until
    }

    /// Sends `bytes` again and again, as many times as said.
    pub fn flood(&mut self, bytes: &[u8], times: usize) {
        // Larger writes, so that the attacker costs less than the attacked.
        let many = (64 * 1024 / bytes.len()).clamp(1, times.max(1));
        let batch = bytes.repeat(many);
        for _ in 0..times / many {
            if !self.send(&batch) {
                return;
            }
        }
    }

    /// Reads and forgets what the peer sends, until it closes.
    pub fn drain(&self) -> io::Result<()> {
        let mut stream = self.reader()?;
        std::thread::spawn(move || {
            let mut buf = vec![0; 64 * 1024];
            while matches!(stream.read(&mut buf), Ok(1..)) {}
        });
        Ok(())
    }

    /// The same socket, for reading. Reads end when `self` is dropped.
    pub fn reader(&self) -> io::Result<TcpStream> {
        self.stream.try_clone()
    }

    /// Whether the peer closes, or has closed, within `limit`. What it sends is forgotten.
    pub fn is_closed_within(&mut self, limit: Duration) -> bool {
        let from = Instant::now();
        let mut buf = [0; 4096];
        let _ = self.stream.set_read_timeout(Some(GLANCE));
        while from.elapsed() < limit {
            match self.stream.read(&mut buf) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) if is_waiting(&error) => {}
                Err(_) => return true,
            }
        }
        false
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Other handles of the socket must not keep it open.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

fn is_waiting(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
