//! Connections to servers: one for each address, which all calls share (A.18).

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use faststr::FastStr;
use http::{Method, Request, Uri, Version};
use tokio::time::timeout;

use super::connection::Connection;
use super::stream::Stream;
use super::unary::{self, Reply};
use crate::cancellation::Cancellation;
use crate::codec::Encode;
use crate::deadline::Deadline;
use crate::error::{CancelReason, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;
use crate::transport::RawStream;
use crate::transport::grpc::compression::Encoding;
use crate::transport::grpc::config::GrpcLimits;
use crate::transport::grpc::headers::{self, RequestHead};
use crate::transport::grpc::status;
use crate::transport::grpc::sync::lock;
#[cfg(feature = "tls")]
use crate::transport::tls::ClientTls;

/// How long a dial may take.
const DIAL_TIMEOUT: Duration = Duration::from_secs(1);

/// Makes calls, and keeps the connections they need. Dropping it closes those without a stream;
/// the others are closed with their last stream.
pub(crate) struct Connector {
    config: Config,
    slots: Mutex<HashMap<SocketAddr, Arc<Slot>>>,
}

/// How connections are made.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) limits: GrpcLimits,
    pub(crate) dial_timeout: Duration,
    /// Every call has a connection of its own.
    pub(crate) short: bool,
    /// Speaks TLS, if set.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<ClientTls>,
}

/// The connection to one address. Locked while it is dialled, so that it is dialled once.
#[derive(Default)]
struct Slot(tokio::sync::Mutex<Option<Arc<Connection>>>);

/// A call to be made.
pub(crate) struct Call {
    pub(crate) uri: Uri,
    pub(crate) payload: PayloadCodec,
    pub(crate) metadata: Metadata,
    pub(crate) caller: FastStr,
    /// How its messages are compressed.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) deadline: Option<Deadline>,
    /// Cancels a stream with its own reason when it fires: the handler that makes this call.
    pub(crate) parent: Option<Cancellation>,
    /// Whether there is exactly one response.
    pub(crate) single: bool,
}

impl Call {
    /// The headers, with the time that is left now.
    ///
    /// # Errors
    /// There is none left: grpc-go refuses a timeout of 0 as malformed. Headers that cannot be sent.
    fn request(&self) -> Result<Request<()>> {
        let timeout = self.deadline.map(|deadline| deadline.remaining());
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(status::of_cancel(&CancelReason::Deadline(None)));
        }
        let headers = headers::request_headers(&RequestHead {
            payload: self.payload,
            timeout,
            metadata: &self.metadata,
            caller: &self.caller,
            encoding: self.encoding,
        })?;
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.version_mut() = Version::HTTP_2;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: GrpcLimits::default(),
            dial_timeout: DIAL_TIMEOUT,
            short: false,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl Connector {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            slots: Mutex::default(),
        }
    }

    /// Opens a stream and queues its headers at once. The server is not waited for; only dialling
    /// takes time, where no connection is at hand. Cancel safe: a dropped call leaves no stream.
    ///
    /// # Errors
    /// A failed dial (14), or headers that cannot be sent.
    pub(crate) async fn open(&self, address: SocketAddr, call: Call) -> Result<Arc<dyn RawStream>> {
        let connection = self.connection(address).await?;
        let sent = connection.send(call.request()?);
        let (response, send) = sent.map_err(|error| status::of_h2(&error, false))?;
        let max_message = self.config.limits.max_message;
        Ok(Stream::open(
            &connection.link,
            response,
            send,
            call,
            max_message,
        ))
    }

    /// Makes a call with one request and one response. A call that the server has certainly not
    /// looked at is made once more, on a new connection.
    ///
    /// Dropping the future cancels the call.
    ///
    /// # Errors
    /// The status of the call.
    pub(crate) async fn call(
        &self,
        address: SocketAddr,
        call: &Call,
        request: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        let max_message = self.config.limits.max_message;
        let mut retried = false;
        loop {
            let connection = self.connection(address).await?;
            // Encoded for each attempt: sharing it for a second one would cost every call.
            let message = unary::encode(request, call.encoding)?;
            let made = match connection.send(call.request()?) {
                Ok((response, send)) => unary::finish(response, send, message, max_message).await,
                Err(error) => Err(unary::Failure::Stream(error)),
            };
            match made {
                Ok(reply) => return Ok(reply),
                Err(unary::Failure::Status(error)) => return Err(error),
                Err(unary::Failure::Stream(error))
                    if retried || !status::is_unprocessed(&error) =>
                {
                    return Err(status::of_h2(&error, Deadline::is_past(call.deadline)));
                }
                Err(unary::Failure::Stream(_)) => retried = true,
            }
        }
    }

    /// A connection on which calls can be made.
    async fn connection(&self, address: SocketAddr) -> Result<Arc<Connection>> {
        if self.config.short {
            return self.dial(address).await;
        }
        let slot = Arc::clone(lock(&self.slots).entry(address).or_default());
        let mut kept = slot.0.lock().await;
        if let Some(connection) = kept.as_ref().filter(|connection| connection.is_open()) {
            return Ok(Arc::clone(connection));
        }
        let connection = self.dial(address).await?;
        *kept = Some(Arc::clone(&connection));
        Ok(connection)
    }

    async fn dial(&self, address: SocketAddr) -> Result<Arc<Connection>> {
        let failed = |cause: io::Error| {
            let text = format!("dial {address}: {cause}");
            status::grpc(status::UNAVAILABLE, text)
                .caused_by(cause)
                .before_handler()
        };
        let dialling = Connection::dial(address, &self.config);
        match timeout(self.config.dial_timeout, dialling).await {
            Ok(Ok(connection)) => Ok(Arc::new(connection)),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(failed(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
