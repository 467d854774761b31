//! The client's connections: one request in flight on each (grpc-and-pingpong.md C.9).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::message::{self, Framing, Message, MessageType};
use super::{DEFAULT_MAX_MESSAGE, PingPongReply, PingPongRequest, keys};
use crate::codec::{ApplicationException, Message as _};
use crate::error::{Error, ErrorKind, Result};
use crate::frame::Header;
use crate::metadata::Metadata;
use crate::service::UnaryTransport;
use crate::transport::STALL_TIMEOUT;

/// Bytes a connection keeps between calls; what a large message needed beyond is given back.
const KEPT_BUFFER: usize = 64 * 1024;

/// Sequence ids count per process, as in Kitex.
static SEQ_ID: AtomicI32 = AtomicI32::new(0);

/// Bounds of the pool; the defaults are Kitex's.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Idle connections kept for each address. 0: a connection per call.
    pub max_idle_per_address: usize,
    /// Idle connections kept in all.
    pub max_idle: usize,
    /// How long an idle connection is kept.
    pub idle_timeout: Duration,
    /// How long a dial may take.
    pub connect_timeout: Duration,
    /// Largest reply in bytes.
    pub max_message: usize,
    /// How long nothing may follow the first part of a reply.
    pub stall_timeout: Duration,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            max_idle_per_address: 10,
            max_idle: 100,
            idle_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(1),
            max_message: DEFAULT_MAX_MESSAGE,
            stall_timeout: STALL_TIMEOUT,
        }
    }
}

/// Calls ping-pong methods over pooled TCP connections.
#[derive(Debug)]
pub struct PingPongPool {
    config: PoolConfig,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    by_address: HashMap<SocketAddr, Vec<Kept>>,
    total: usize,
}

#[derive(Debug)]
struct Kept {
    connection: Connection,
    since: Instant,
}

#[derive(Debug)]
struct Connection {
    io: TcpStream,
    buf: BytesMut,
}

impl PingPongPool {
    /// An empty pool.
    #[must_use]
    pub fn new(config: PoolConfig) -> Self {
        Self {
            config,
            idle: Mutex::default(),
        }
    }

    /// Sends one request and waits for its reply. Dropping the future closes the connection it used, so that a late
    /// reply cannot be taken for another call's.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] (dial, read, write), [`ErrorKind::Timeout`],
    /// [`ErrorKind::Application`] (the peer's exception), [`ErrorKind::BizStatus`],
    /// [`ErrorKind::Protocol`] (a reply that does not fit the request).
    pub async fn call(
        &self,
        address: SocketAddr,
        request: &PingPongRequest<'_>,
    ) -> Result<PingPongReply> {
        match request.rpc_timeout {
            None => self.call_unlimited(address, request).await,
            Some(limit) => {
                let begun = Instant::now();
                let called = tokio::time::timeout(limit, self.call_unlimited(address, request));
                match called.await {
                    Err(_) => Err(timed_out(request, limit, address)),
                    // The server watches the same limit, and its answer may be here first.
                    Ok(Err(error)) if says_deadline(&error) && begun.elapsed() + TICK >= limit => {
                        Err(timed_out(request, limit, address))
                    }
                    Ok(done) => done,
                }
            }
        }
    }

    async fn call_unlimited(
        &self,
        address: SocketAddr,
        request: &PingPongRequest<'_>,
    ) -> Result<PingPongReply> {
        let mut connection = match self.take(address) {
            Some(connection) => connection,
            None => self.dial(address, request.connect_timeout).await?,
        };
        let seq_id = SEQ_ID.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        connection.write(request, seq_id).await?;
        if request.one_way {
            self.put_back(address, connection);
            return Ok(PingPongReply {
                result: Bytes::new(),
                header: Metadata::new(),
                backward: Metadata::new(),
            });
        }
        let reply = connection.read(&self.config).await?;
        // Kitex's own client drops the connection after any error, and when it is told to.
        let keep = reply.header.strings.get(keys::CONNECTION_RESET).is_none();
        let reply = judge(reply, request.method, seq_id)?;
        if keep {
            self.put_back(address, connection);
        }
        Ok(reply)
    }

    async fn dial(&self, address: SocketAddr, timeout: Option<Duration>) -> Result<Connection> {
        let limit = timeout.unwrap_or(self.config.connect_timeout);
        let dialled = tokio::time::timeout(limit, TcpStream::connect(address)).await;
        let io = dialled
            .unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut)))
            .map_err(|error| Error::connection(format!("dial {address}: {error}"), error))
            .map_err(Error::before_handler)?;
        io.set_nodelay(true)?;
        Ok(Connection {
            io,
            buf: BytesMut::new(),
        })
    }

    /// The youngest idle connection that is still good.
    fn take(&self, address: SocketAddr) -> Option<Connection> {
        loop {
            let kept = {
                let mut idle = self
                    .idle
                    .lock()
                    .unwrap_or_else(|poison| poison.into_inner());
                let kept = idle.by_address.get_mut(&address)?.pop()?;
                idle.total -= 1;
                kept
            };
            if kept.since.elapsed() < self.config.idle_timeout && kept.connection.is_quiet() {
                return Some(kept.connection);
            }
        }
    }

    fn put_back(&self, address: SocketAddr, mut connection: Connection) {
        if connection.buf.capacity() > KEPT_BUFFER {
            connection.buf = BytesMut::new();
        }
        let mut idle = self
            .idle
            .lock()
            .unwrap_or_else(|poison| poison.into_inner());
        idle.drop_expired(self.config.idle_timeout);
        let room = idle.total < self.config.max_idle;
        let list = idle.by_address.entry(address).or_default();
        if room && list.len() < self.config.max_idle_per_address {
            list.push(Kept {
                connection,
                since: Instant::now(),
            });
            idle.total += 1;
        }
    }
}

impl Idle {
    /// Statement 83 for this pool: runs whenever a connection comes back, so nothing expired
    /// outlives the next call.
    fn drop_expired(&mut self, limit: Duration) {
        self.by_address.retain(|_, list| {
            list.retain(|kept| kept.since.elapsed() < limit);
            !list.is_empty()
        });
        self.total = self.by_address.values().map(Vec::len).sum();
    }
}

impl Connection {
    /// Whether nothing has arrived since the last reply: neither bytes nor the peer's close.
    fn is_quiet(&self) -> bool {
        let nothing = self.io.try_read(&mut [0]);
        self.buf.is_empty()
            && matches!(nothing, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }

    async fn write(&mut self, request: &PingPongRequest<'_>, seq_id: i32) -> Result<()> {
        let (framing, header) = match request.transport {
            UnaryTransport::Framed => (Framing::Framed, Header::default()),
            UnaryTransport::TtHeaderFramed => (
                Framing::TtHeaderFramed,
                keys::request_header(request, seq_id),
            ),
        };
        let kind = if request.one_way {
            MessageType::OneWay
        } else {
            MessageType::Call
        };
        let mut out = BytesMut::new();
        message::put(
            framing,
            &header,
            (kind, request.method, seq_id),
            request.args,
            &mut out,
        )?;
        self.io.write_all(&out).await.map_err(Error::from)
    }

    async fn read(&mut self, config: &PoolConfig) -> Result<Message> {
        loop {
            if let Some(message) = message::take(&mut self.buf, config.max_message)? {
                return Ok(message);
            }
            message::reserve_for_read(&mut self.buf);
            // A handler may take its time, but a reply that has begun is there as a whole.
            let begun = !self.buf.is_empty();
            let read = self.io.read_buf(&mut self.buf);
            let read = match begun {
                true => tokio::time::timeout(config.stall_timeout, read)
                    .await
                    .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into())),
                false => read.await,
            };
            if read? == 0 {
                return Err(connection_error(
                    "connection closed by peer before its reply",
                ));
            }
        }
    }
}

/// What the reply means for the caller.
fn judge(reply: Message, method: &str, seq_id: i32) -> Result<PingPongReply> {
    match reply.kind {
        MessageType::Exception => Err(Error::remote(ApplicationException::decode_from(
            reply.body,
        )?)),
        MessageType::Reply if reply.seq_id != seq_id => Err(mismatch(
            ApplicationException::BAD_SEQUENCE_ID,
            format!("sequence id is {}, sent {seq_id}", reply.seq_id),
        )),
        MessageType::Reply if reply.method != method => Err(mismatch(
            ApplicationException::WRONG_METHOD_NAME,
            format!("reply of {}, called {method}", reply.method),
        )),
        MessageType::Reply => match keys::biz_status(&reply.header.strings)? {
            Some(biz) => Err(biz.into()),
            None => Ok(PingPongReply {
                header: Metadata::new(),
                backward: keys::backward(&reply.header.strings),
                result: reply.body,
            }),
        },
        MessageType::Call | MessageType::OneWay => Err(mismatch(
            ApplicationException::INVALID_MESSAGE_TYPE,
            "the peer answered with a request".to_owned(),
        )),
    }
}

fn mismatch(type_id: i32, text: String) -> Error {
    Error::new(ErrorKind::Protocol, type_id, text)
}

fn connection_error(text: &str) -> Error {
    Error::new(ErrorKind::Connection, 0, text.to_owned())
}

/// What the header counts timeouts in.
const TICK: Duration = Duration::from_millis(1);

/// Whether the peer answered that its time was over.
fn says_deadline(error: &Error) -> bool {
    error.is_remote() && error.message().contains("deadline exceeded")
}

/// Kitex's text for the same.
fn timed_out(request: &PingPongRequest<'_>, limit: Duration, address: SocketAddr) -> Error {
    let text = format!(
        "rpc timeout: timeout={limit:?}, to={}, method={}, remote={address}",
        request.destination, request.method
    );
    Error::new(ErrorKind::Timeout, 0, text)
}
