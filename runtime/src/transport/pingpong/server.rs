//! The server's side of a ping-pong connection: one request after the other (C.5, C.9).

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use faststr::FastStr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::answer::ReplyTo;
use super::envelope::MessageType;
use super::message::{self, Message, MessageReader};
use super::{DEFAULT_MAX_MESSAGE, keys};
use crate::cancellation::Cancellation;
use crate::error::{Error, ErrorKind, Result};
use crate::transport::{Dispatch, Incoming, PingPongOutcome};

/// Bytes of later requests that are read while a handler runs, so that the peer's close is
/// noticed. A peer that pipelines more waits in its socket.
const READ_AHEAD: usize = 64 * 1024;

/// Bounds of a server's ping-pong connections.
#[derive(Debug, Clone)]
pub struct PingPongServerConfig {
    /// Largest request in bytes. A larger one closes the connection, unread.
    pub max_message: usize,
    /// How long a connection may stay without a request.
    pub idle_timeout: Duration,
}

impl Default for PingPongServerConfig {
    fn default() -> Self {
        // The idle timeout is Kitex's.
        Self {
            max_message: DEFAULT_MAX_MESSAGE,
            idle_timeout: Duration::from_secs(600),
        }
    }
}

/// Serves one connection until the peer closes it, sends what is no message, or `shutdown`
/// completes: then the running call is answered (with `crrst` where the framing can say so) and
/// the connection closed.
pub async fn serve_connection<IO>(
    io: IO,
    first: BytesMut,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    config: PingPongServerConfig,
    shutdown: impl Future<Output = ()>,
) where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    let mut connection = Connection {
        io,
        buf: first,
        messages: MessageReader::new(config.max_message),
        peer,
        dispatch,
        config,
    };
    let mut shutdown = std::pin::pin!(shutdown);
    let mut stopping = false;
    while !stopping {
        let next = tokio::select! {
            biased;
            next = connection.next_request() => next,
            () = &mut shutdown => return,
        };
        let Some(request) = next else { return };
        // The request is finished even when the server stops meanwhile.
        let answered = connection
            .answer(request, shutdown.as_mut(), &mut stopping)
            .await;
        if answered.is_err() {
            return;
        }
    }
}

struct Connection<IO> {
    io: IO,
    buf: BytesMut,
    messages: MessageReader,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    config: PingPongServerConfig,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Connection<IO> {
    /// The next request; `None` when the connection is over. Cancel safe: what was read stays.
    async fn next_request(&mut self) -> Option<Message> {
        loop {
            // Bytes that are no request are not answered: what follows them cannot be trusted.
            if let Some(message) = self.messages.next(&mut self.buf).ok()? {
                let kind = message.envelope.kind;
                let request = matches!(kind, MessageType::Call | MessageType::OneWay);
                return request.then_some(message);
            }
            message::reserve_for_read(&mut self.buf);
            let read = self.io.read_buf(&mut self.buf);
            let read = tokio::time::timeout(self.config.idle_timeout, read)
                .await
                .ok()?;
            if read.ok()? == 0 {
                return None;
            }
        }
    }

    async fn answer(
        &mut self,
        request: Message,
        shutdown: Pin<&mut impl Future<Output = ()>>,
        stopping: &mut bool,
    ) -> Result<()> {
        let reply_to = ReplyTo::new(&request);
        let cancellation = Cancellation::new();
        let dispatched = self.dispatch.clone().ping_pong(
            incoming(&request, self.peer),
            request.body,
            cancellation.clone(),
        );
        let (handler, one_way) = match dispatched {
            Ok(started) => started,
            // Decode errors and unknown methods: answered, then closed, as in Kitex.
            Err(exception) => {
                self.write(reply_to.refusal(&exception)?).await?;
                return Err(Error::from(exception));
            }
        };
        let timeout = keys::timeout(&request.header);
        let outcome = {
            let running = Running {
                handler,
                cancellation,
                timeout,
            };
            running
                .finish(&mut self.io, &mut self.buf, shutdown, stopping)
                .await
        };
        if one_way {
            return Ok(());
        }
        let close = reply_to.closes(&outcome);
        self.write(reply_to.reply(outcome, *stopping || close)?)
            .await?;
        if close { Err(closing()) } else { Ok(()) }
    }

    async fn write(&mut self, bytes: BytesMut) -> Result<()> {
        self.io.write_all(&bytes).await?;
        Ok(self.io.flush().await?)
    }
}

fn incoming(request: &Message, peer: Option<SocketAddr>) -> Incoming {
    let header = &request.header;
    let text = |key: u16| header.int(key).cloned().unwrap_or_default();
    Incoming {
        service: header
            .strings
            .get(crate::frame::str_key::SERVICE)
            .unwrap_or_default()
            .to_owned()
            .into(),
        method: request.envelope.method.clone(),
        metadata: header.strings.clone(),
        caller: text(crate::frame::int_key::FROM_SERVICE),
        payload: request.envelope.payload,
        protocol: request.framing.name(),
        peer,
        timeout: keys::timeout(header),
        package: FastStr::empty(),
    }
}

/// A handler at work, watched for its deadline, the peer's close and the server's stop.
struct Running {
    handler: crate::transport::PingPongHandler,
    cancellation: Cancellation,
    timeout: Option<Duration>,
}

impl Running {
    async fn finish<IO: AsyncRead + Unpin>(
        mut self,
        io: &mut IO,
        buf: &mut BytesMut,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
        stopping: &mut bool,
    ) -> PingPongOutcome {
        let mut deadline = std::pin::pin!(sleep_or_never(self.timeout));
        let mut waiting = true;
        let mut open = true;
        loop {
            if open && buf.len() < READ_AHEAD {
                message::reserve_for_read(buf);
            }
            tokio::select! {
                biased;
                outcome = &mut self.handler => return outcome,
                () = &mut deadline, if waiting => {
                    waiting = false;
                    self.cancellation.cancel(Error::new(ErrorKind::Timeout, 0, "context deadline exceeded"));
                }
                () = &mut shutdown, if !*stopping => *stopping = true,
                read = io.read_buf(buf), if open && buf.len() < READ_AHEAD => {
                    if !matches!(read, Ok(1..)) {
                        open = false;
                        self.cancellation.cancel(Error::new(ErrorKind::Connection, 0, "connection closed by peer"));
                    }
                }
            }
        }
    }
}

async fn sleep_or_never(timeout: Option<Duration>) {
    match timeout {
        Some(timeout) => tokio::time::sleep(timeout).await,
        None => std::future::pending().await,
    }
}

fn closing() -> Error {
    Error::new(
        ErrorKind::Connection,
        0,
        "closing after a request that did not decode",
    )
}
