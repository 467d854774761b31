//! Connections to servers: one for each endpoint unless told otherwise, which all calls share (A.18).

use std::error::Error as _;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::config::Config;
use super::connection::Connection;
use super::stream::Stream;
use super::telling::Telling;
use super::unary;
use super::uris::Uris;
use crate::call::{Deadline, Outgoing};
use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::service::PayloadCodec;
use crate::wire::ClientRaw;
use crate::wire::client::{Abilities, Attempt, BoxFuture, Reply, StreamWire, UnaryWire, Wire};
use crate::wire::grpc::{PROTOCOL, status};
use crate::wire::io::{Endpoint, bounded};
use crate::wire::pool::Slots;

/// Makes calls, and keeps the connections they need. Dropping it closes those without a stream;
/// the others are closed with their last stream.
pub(crate) struct Connector {
    config: Arc<Config>,
    slots: Slots<Connection>,
    uris: Uris,
}

impl Connector {
    /// # Errors
    /// A destination that is no authority; over TLS, one that is no name of a server either.
    pub(crate) fn new(config: Config, destination: &str) -> Result<Self> {
        let (scheme, config) = config.to(destination)?;
        let uris = Uris::new(scheme, destination)?;
        Ok(Self {
            slots: Slots::new(config.slots),
            config: Arc::new(config),
            uris,
        })
    }

    /// Opens a stream and queues its headers at once.
    async fn open_stream(&self, to: Attempt<'_>, call: &Outgoing) -> Result<Arc<dyn ClientRaw>> {
        let uri = self.uris.of(call)?;
        let mut retried = false;
        loop {
            let connection = self.connection(to).await?;
            let error = match connection.send(uri.clone(), call)? {
                Ok((response, send)) => {
                    let max_message = self.config.limits.max_message;
                    return Ok(Stream::open(
                        &connection.drive_queue,
                        &connection.output,
                        response,
                        send,
                        call,
                        max_message,
                    ));
                }
                Err(error) => error,
            };
            // It was lost after it was picked, and nothing was sent: the next one is a new one.
            if retried || connection.is_open() {
                return Err(status::of_h2(&error, false));
            }
            retried = true;
        }
    }

    /// Makes a call with one request and one response. A call that the server has certainly not
    /// looked at is made once more, on a new connection.
    async fn call(
        &self,
        to: Attempt<'_>,
        call: &Outgoing,
        request: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        let uri = self.uris.of(call)?;
        let max_message = self.config.limits.max_message;
        let mut telling = Telling::of(call);
        let mut retried = false;
        loop {
            let connection = self.connection(to).await?;
            // Encoded for each attempt: sharing it for a second one would cost every call.
            let message = unary::encode(request, call.encoding)?;
            let made = match connection.send(uri.clone(), call)? {
                Ok((response, send)) => {
                    let output = &connection.output;
                    telling.opened();
                    unary::finish(response, send, message, output, max_message, &telling).await
                }
                Err(error) => Err(unary::Failure::Stream(error)),
            };
            match made {
                Ok(reply) => {
                    telling.ended(Some(&reply.trailer), None);
                    return Ok(reply);
                }
                Err(unary::Failure::Status(error)) => {
                    telling.ended(None, Some(&error));
                    return Err(error);
                }
                Err(unary::Failure::Stream(error))
                    if retried || !status::is_unprocessed(&error) =>
                {
                    connection.turn(&error).await;
                    let error = status::of_h2(&error, Deadline::is_past(call.deadline));
                    telling.ended(None, Some(&error));
                    return Err(error);
                }
                Err(unary::Failure::Stream(_)) => retried = true,
            }
        }
    }

    /// A connection on which calls can be made.
    async fn connection(&self, to: Attempt<'_>) -> Result<Arc<Connection>> {
        let connected = match self.config.short {
            false => {
                self.slots
                    .connection(to, |endpoint| self.dial(endpoint, to.connect_limit))
                    .await
            }
            true => {
                let dialling = self.dial(to.endpoint.clone(), to.connect_limit);
                to.connected(dialling).await
            }
        };
        connected.map_err(|error| of_dial(error, self.config.is_secured()))
    }

    /// Dials for at least as long as a call that waits may spend on it.
    fn dial(
        &self,
        to: Endpoint,
        limit: Duration,
    ) -> impl Future<Output = Result<Arc<Connection>>> + use<> {
        let config = Arc::clone(&self.config);
        async move {
            // Boxed, so that the futures of calls which find a connection are not larger because of
            // the dial.
            let connecting = Box::pin(Connection::dial(&to, &config));
            bounded(
                &to,
                config.dial_timeout.max(limit),
                &config.attempts,
                connecting,
            )
            .await
            .map(Arc::new)
        }
    }
}

impl Wire for Connector {
    fn abilities(&self) -> Abilities {
        Abilities {
            name: "gRPC",
            protocol: PROTOCOL,
            rpc_system: "grpc",
            payloads: &[PayloadCodec::Thrift, PayloadCodec::Protobuf],
            compression: true,
            tls: true,
            http2: true,
            idle_pool: false,
            call_headers: false,
            stream_limits: false,
            header: true,
            metainfo: true,
            caller: true,
            propagation: true,
        }
    }

    fn connect<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.connection(to).await.map(drop) })
    }

    fn close(&self) {
        self.slots.clear();
    }

    fn deadline_passed(&self, call: &Outgoing, _: &Endpoint) -> Error {
        let timeout = call.deadline.map(|deadline| deadline.timeout);
        status::of_cancel(&CancelReason::Deadline(timeout))
    }

    fn parent_ended(&self, reason: &Error) -> Error {
        status::of_parent(reason)
    }
}

impl StreamWire for Connector {
    /// # Errors
    /// A failed dial (14), or headers that cannot be sent.
    fn open<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Arc<dyn ClientRaw>>> {
        Box::pin(self.open_stream(to, call))
    }
}

impl UnaryWire for Connector {
    /// # Errors
    /// The status of the call.
    fn unary<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
        request: &'a (dyn Encode + Sync),
    ) -> BoxFuture<'a, Result<Reply>> {
        Box::pin(self.call(to, call, request))
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// A dial that failed, as a status: 14. Its class is another where something answers that does not
/// speak HTTP/2. Behind TLS those are TLS's own errors, such as a certificate that is refused.
fn of_dial(error: Error, secured: bool) -> Error {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    let foreign = !secured
        && cause.is_some_and(|cause: &io::Error| {
            let by_h2 = cause.get_ref().is_some_and(|inner| inner.is::<h2::Error>());
            by_h2 && cause.kind() == io::ErrorKind::InvalidData
        });
    match foreign {
        true => error.into_status().with_kind(ErrorKind::Protocol),
        false => error.into_status(),
    }
}
