//! A socket that writes what it is told, and gives up when the time is over or the peer closes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::PATIENCE;

/// How long a write or a read waits before it looks at the clock.
const GLANCE: Duration = Duration::from_millis(50);

pub struct Raw {
    stream: TcpStream,
    /// When sending gives up.
    until: Instant,
    /// The rest of what a send that gave up has begun. A frame behind half of another one would not be
    /// what the caller means.
    unsent: Vec<u8>,
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
            unsent: Vec::new(),
            sent,
        })
    }

    /// Sends all bytes. `false`: the peer has closed, or the time is over.
    #[must_use]
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.send_until(self.until, bytes) && Instant::now() < self.until
    }

    /// The same for what is no attack, and may be sent when the time is over. `false`: the peer has
    /// closed, or takes nothing.
    #[must_use]
    pub fn send_patiently(&mut self, bytes: &[u8]) -> bool {
        self.send_until(Instant::now() + PATIENCE, bytes)
    }

    /// Sends what an earlier send has left, and then all bytes.
    fn send_until(&mut self, until: Instant, bytes: &[u8]) -> bool {
        let mut earlier = std::mem::take(&mut self.unsent);
        let written = self.write(until, &earlier);
        if written < earlier.len() {
            self.unsent = earlier.split_off(written);
            return false;
        }
        let written = self.write(until, bytes);
        self.unsent = bytes[written..].to_vec();
        self.unsent.is_empty()
    }

    /// Writes, and returns how many bytes the socket took until the time was over or the peer closed.
    fn write(&mut self, until: Instant, bytes: &[u8]) -> usize {
        let mut written = 0;
        while written < bytes.len() {
            match self.stream.write(&bytes[written..]) {
                Ok(0) => break,
                Ok(count) => {
                    self.sent.fetch_add(count as u64, Ordering::Relaxed);
                    written += count;
                }
                Err(error) if is_waiting(&error) && Instant::now() < until => {}
                Err(_) => break,
            }
        }
        written
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_frame_goes_behind_the_whole_of_the_one_before() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let mut raw = Raw::new(socket, Instant::now(), &Arc::default()).unwrap();
        // More than the buffers of two sockets hold.
        let large = vec![1; 64 * 1024 * 1024];
        assert!(!raw.send(&large), "nobody reads, and the time is over");

        let reading = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            peer.read_to_end(&mut bytes).map(|_| bytes).unwrap()
        });
        assert!(raw.send_patiently(&[2]));
        drop(raw);
        let bytes = reading.join().unwrap();
        assert_eq!(bytes.len(), large.len() + 1);
        assert_eq!(bytes.iter().position(|byte| *byte == 2), Some(large.len()));
    }
}
