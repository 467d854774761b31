//! A relay that sees which messages are compressed. The cases about compression want to know it,
//! and no library tells its users, ours included.

mod frames;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use frames::{Event, Frames, PREFACE};

/// Messages of a call that are remembered, of each direction.
const MAX_MESSAGES: usize = 1024;
/// Bytes that are relayed at a time.
const CHUNK: usize = 16 * 1024;

/// What the relay saw of the latest call. Cases make one call at a time.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Mutex<Call>>);

#[derive(Debug, Default)]
struct Call {
    stream: u32,
    /// Whether each message was compressed.
    requests: Vec<bool>,
    responses: Vec<bool>,
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Client,
    Server,
}

impl Watch {
    /// Whether each request of the latest call so far was compressed.
    pub fn requests(&self) -> Vec<bool> {
        self.call(|call| call.requests.clone())
    }

    /// Whether each response to the latest call so far was compressed.
    pub fn responses(&self) -> Vec<bool> {
        self.call(|call| call.responses.clone())
    }

    fn note(&self, side: Side, event: Event) {
        self.call(|call| match (side, event) {
            (Side::Client, Event::Headers(stream)) => {
                *call = Call {
                    stream,
                    ..Call::default()
                };
            }
            (Side::Server, Event::Headers(_)) => {}
            (_, Event::Message { stream, compressed }) => {
                let messages = match side {
                    Side::Client => &mut call.requests,
                    Side::Server => &mut call.responses,
                };
                if call.stream == stream && messages.len() < MAX_MESSAGES {
                    messages.push(compressed);
                }
            }
        });
    }

    fn call<T>(&self, look: impl FnOnce(&mut Call) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Relays connections between `listener` and the server at `target`, until the future is dropped.
pub async fn relay(listener: TcpListener, target: SocketAddr, watch: Watch) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            // A connection that fails is its client's affair.
            accepted = listener.accept() => if let Ok((client, _)) = accepted {
                connections.spawn(connect(client, target, watch.clone()));
            },
        }
    }
}

async fn connect(client: TcpStream, target: SocketAddr, watch: Watch) -> std::io::Result<()> {
    let server = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::try_join!(
        copy(from_client, to_server, Side::Client, &watch),
        copy(from_server, to_client, Side::Server, &watch),
    )?;
    Ok(())
}

/// Copies one direction to its end. What is in the bytes is noted before they go on, so that
/// whoever receives a message finds it noted.
async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    side: Side,
    watch: &Watch,
) -> std::io::Result<()> {
    let mut frames = Frames::new(match side {
        Side::Client => PREFACE,
        Side::Server => 0,
    });
    let mut chunk = vec![0; CHUNK];
    loop {
        let len = from.read(&mut chunk).await?;
        if len == 0 {
            return to.shutdown().await;
        }
        frames.read(&chunk[..len], |event| watch.note(side, event));
        to.write_all(&chunk[..len]).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(stream: u32, compressed: bool) -> Event {
        Event::Message { stream, compressed }
    }

    #[test]
    fn the_latest_call_is_the_one_that_counts() {
        let watch = Watch::default();
        watch.note(Side::Client, Event::Headers(1));
        watch.note(Side::Client, message(1, true));
        watch.note(Side::Client, Event::Headers(3));
        watch.note(Side::Client, message(3, false));
        watch.note(Side::Server, message(1, true));
        watch.note(Side::Server, Event::Headers(3));
        watch.note(Side::Server, message(3, true));
        watch.note(Side::Server, message(3, false));
        assert_eq!(watch.requests(), [false]);
        assert_eq!(watch.responses(), [true, false]);
    }
}
