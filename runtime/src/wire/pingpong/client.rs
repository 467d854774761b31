//! The client's connections: one request in flight on each (grpc-and-pingpong.md C.9).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::connection::{Connection, encode};
use super::envelope::{Envelope, MessageType};
use super::events;
use super::framing::Framing;
use super::message::Message;
use super::{DEFAULT_MAX_MESSAGE, keys};
use crate::call::Deadline;
use crate::call::Outgoing;
use crate::codec::{ApplicationException, Encode, Message as _, status_proto};
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::{Mode, PayloadCodec};
use crate::wire::STALL_TIMEOUT;
use crate::wire::client::{Abilities, Attempt, BoxFuture, Reply, UnaryWire, Wire};
use crate::wire::io::{CONNECT_TIMEOUT, Dial, Direct, Endpoint, bounded, timed_out};
use crate::wire::pool::{Idle, IdleLimits};

/// Sequence ids count per process, as in Kitex.
static SEQ_ID: AtomicI32 = AtomicI32::new(0);

/// Settings of the connections; the defaults of the pool are Kitex's.
#[derive(Clone)]
pub struct PoolConfig {
    /// Idle connections kept for each address.
    pub max_idle_per_address: usize,
    /// Idle connections kept in all.
    pub max_idle: usize,
    /// How long an idle connection is kept; it is closed after at most twice this time.
    pub idle_timeout: Duration,
    /// A connection for each call, of which none is kept.
    pub short: bool,
    /// How a connection is made.
    pub dial: Arc<dyn Dial>,
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
            short: false,
            dial: Arc::new(Direct),
            connect_timeout: CONNECT_TIMEOUT,
            max_message: DEFAULT_MAX_MESSAGE,
            stall_timeout: STALL_TIMEOUT,
        }
    }
}

/// Calls ping-pong methods over pooled connections.
pub struct PingPongPool {
    framing: Framing,
    config: PoolConfig,
    idle: Arc<Idle<Connection>>,
}

impl PingPongPool {
    /// An empty pool, for calls in one framing.
    #[must_use]
    pub fn new(framing: Framing, config: PoolConfig) -> Self {
        let idle = Idle::new(IdleLimits {
            per_endpoint: match config.short {
                true => 0,
                false => config.max_idle_per_address,
            },
            total: config.max_idle,
            max_idle: config.idle_timeout,
        });
        Self {
            framing,
            config,
            idle,
        }
    }

    async fn call(
        &self,
        to: Attempt<'_>,
        call: &Outgoing,
        args: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        let seq_id = SEQ_ID.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let request = encode(self.framing, call, args, seq_id)?;
        let mut waiting = Waiting {
            idle: &self.idle,
            endpoint: to.endpoint,
            began: Instant::now(),
            deadline: call.deadline,
            heard: false,
            under_way: false,
        };
        let mut connection = self.send(to, &request).await?;
        waiting.under_way = true;
        if call.method.mode == Mode::OneWay {
            waiting.under_way = false;
            self.idle.put(to.endpoint, connection);
            return Ok(Reply::default());
        }
        let read = connection.read(&self.config, &mut waiting.heard).await;
        waiting.under_way = false;
        let reply = read.inspect_err(|error| events::connection_broken(to.endpoint, error))?;
        // Kitex's own client drops the connection after any error, and when it is told to.
        let keep = reply.header.strings.get(keys::CONNECTION_RESET).is_none();
        let judged = judge(reply, call.method.name, seq_id);
        match (keep, &judged) {
            (true, Ok(_)) => self.idle.put(to.endpoint, connection),
            (false, Ok(_)) => events::not_kept(to.endpoint, "the server asks for it"),
            (_, Err(_)) => events::not_kept(to.endpoint, "the call failed"),
        }
        judged
    }

    /// Sends the request on a connection that is at hand, or on a new one. If no byte of it could
    /// leave by the former, it goes by the latter: nobody has seen it.
    async fn send(&self, to: Attempt<'_>, request: &[u8]) -> Result<Connection> {
        if let Some(mut kept) = self.idle.take(to.endpoint) {
            match kept.write(request).await {
                Ok(()) => return Ok(kept),
                Err(error) => {
                    events::connection_broken(to.endpoint, &error);
                    if !error.is_retryable() {
                        return Err(error);
                    }
                }
            }
        }
        let mut fresh = timeout(to.patience, self.dial(to.endpoint))
            .await
            .unwrap_or_else(|_| Err(timed_out(to.endpoint)))?;
        let written = fresh.write(request).await;
        written.inspect_err(|error| events::connection_broken(to.endpoint, error))?;
        Ok(fresh)
    }

    async fn dial(&self, to: &Endpoint) -> Result<Connection> {
        let dialling = self.config.dial.dial(to);
        bounded(to, self.config.connect_timeout, dialling)
            .await
            .map(Connection::new)
    }
}

/// A call that waits for its reply. If it times out without having heard anything, connections that
/// were last heard of before it began are not used any more.
struct Waiting<'a> {
    idle: &'a Idle<Connection>,
    endpoint: &'a Endpoint,
    began: Instant,
    deadline: Option<Deadline>,
    heard: bool,
    /// Whether there is a connection on which the reply would come.
    under_way: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.under_way {
            events::not_kept(self.endpoint, "the call was given up");
        }
        if !self.heard && Deadline::is_past(self.deadline) {
            let dropped = self.idle.distrust(self.endpoint, self.began);
            events::connections_suspected(self.endpoint, dropped);
        }
    }
}

impl Wire for PingPongPool {
    fn abilities(&self) -> Abilities {
        Abilities {
            name: self.framing.name(),
            protocol: self.framing.name(),
            payloads: match self.framing.has_length() {
                true => &[PayloadCodec::Thrift, PayloadCodec::Protobuf],
                // Without a length nothing tells where a Protobuf message ends, and Kitex refuses it.
                false => &[PayloadCodec::Thrift],
            },
            compression: false,
            tls: false,
            http2: false,
            idle_pool: true,
            stream_limits: false,
            // Never hop after hop: that is for streams (4.3).
            propagation: false,
        }
    }

    /// Kitex's text for the same.
    fn deadline_passed(&self, call: &Outgoing, to: &Endpoint) -> Error {
        let limit = call.deadline.map(|deadline| deadline.timeout);
        let text = format!(
            "rpc timeout: timeout={:?}, to={}, method={}, remote={to}",
            limit.unwrap_or_default(),
            call.destination,
            call.method.name
        );
        Error::new(ErrorKind::Timeout, 0, text)
    }
}

impl UnaryWire for PingPongPool {
    /// Sends one request and waits for its reply. Dropping the future closes the connection it used,
    /// so that a late reply cannot be taken for another call's.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] (dial, read, write), [`ErrorKind::Application`] (the peer's
    /// exception), [`ErrorKind::BizStatus`], [`ErrorKind::Protocol`] (a reply that does not fit the
    /// request).
    fn unary<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
        request: &'a (dyn Encode + Sync),
    ) -> BoxFuture<'a, Result<Reply>> {
        Box::pin(async move {
            let made = self.call(to, call, request).await;
            made.map_err(|error| match says_deadline(&error, call) {
                true => self.deadline_passed(call, to.endpoint),
                false => error,
            })
        })
    }
}

impl fmt::Debug for PingPongPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PingPongPool")
            .field("framing", &self.framing)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PoolConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolConfig")
            .field("max_idle_per_address", &self.max_idle_per_address)
            .field("max_idle", &self.max_idle)
            .field("idle_timeout", &self.idle_timeout)
            .field("short", &self.short)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_message", &self.max_message)
            .field("stall_timeout", &self.stall_timeout)
            .finish_non_exhaustive()
    }
}

/// What the header counts timeouts in.
const TICK: Duration = Duration::from_millis(1);

/// Whether the peer answered that the call's time was over, and it is: the server watches the same
/// limit, and its answer may be here before this side's clock has run out.
fn says_deadline(error: &Error, call: &Outgoing) -> bool {
    let over = |deadline: Deadline| deadline.remaining() <= TICK;
    error.is_remote()
        && error.message().contains("deadline exceeded")
        && call.deadline.is_some_and(over)
}

/// What the reply means for the caller.
fn judge(reply: Message, method: &str, seq_id: i32) -> Result<Reply> {
    let Envelope {
        payload,
        kind,
        method: replied,
        seq_id: id,
    } = &reply.envelope;
    match kind {
        MessageType::Exception => Err(Error::remote(exception(*payload, reply.body)?)),
        MessageType::Reply if *id != seq_id => Err(mismatch(
            ApplicationException::BAD_SEQUENCE_ID,
            format!("sequence id is {id}, sent {seq_id}"),
        )),
        MessageType::Reply if replied != method => Err(mismatch(
            ApplicationException::WRONG_METHOD_NAME,
            format!("reply of {replied}, called {method}"),
        )),
        MessageType::Reply => match keys::biz_status(&reply.header.strings)? {
            Some(biz) => Err(biz.into()),
            None => Ok(Reply {
                header: Metadata::new(),
                trailer: keys::backward(&reply.header.strings),
                message: reply.body,
            }),
        },
        MessageType::Call | MessageType::OneWay => Err(mismatch(
            ApplicationException::INVALID_MESSAGE_TYPE,
            "the peer answered with a request".to_owned(),
        )),
    }
}

/// The peer's exception, as the reply's codec has it.
fn exception(payload: PayloadCodec, body: Bytes) -> Result<ApplicationException> {
    if payload == PayloadCodec::Thrift {
        return Ok(ApplicationException::decode_from(body)?);
    }
    let (type_id, message) = status_proto::decode(&body).ok_or_else(|| {
        let text = "the reply is an exception that does not decode".to_owned();
        mismatch(ApplicationException::PROTOCOL_ERROR, text)
    })?;
    Ok(ApplicationException { message, type_id })
}

fn mismatch(type_id: i32, text: String) -> Error {
    Error::new(ErrorKind::Protocol, type_id, text)
}
