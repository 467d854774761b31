//! Calls of ping-pong and oneway methods.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use super::invocation::Exchanged;
use super::options::{CallFuture, CallOptions, call_options, named_call};
use super::service_client::ServiceClient;
use crate::codec::Message;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::reply::{Return, Returned, Throws, decode_result};
use crate::service::Mode;

/// A ping-pong call, or a unary call over the wire of streams: `.await` it for its result, or set options first.
///
/// Dropping a running call closes its connection, and so the server learns that the caller gave up.
/// A connection that other calls share stays open: see
/// [`unary_pool`](crate::ClientBuilder::unary_pool). Over gRPC, the server is told.
#[must_use = "a call is not made until it is awaited"]
pub struct PingPongCall<A, R, E = Error> {
    client: ServiceClient,
    method: usize,
    mode: Mode,
    args: A,
    options: CallOptions,
    result: PhantomData<fn() -> Result<R, E>>,
}

impl<A, R, E> PingPongCall<A, R, E> {
    pub(super) fn new(client: ServiceClient, method: usize, mode: Mode, args: A) -> Self {
        Self {
            client,
            method,
            mode,
            args,
            options: CallOptions::default(),
            result: PhantomData,
        }
    }

    call_options!("How long the call may take, instead of the client's `rpc_timeout`.");
}

impl<A: Message + Sync + 'static, R: Return, E: Throws> PingPongCall<A, R, E> {
    /// Makes the call, and also gives the metainfo that the handler sent back with its reply.
    /// Wires without header (Framed) carry none.
    ///
    /// # Errors
    /// Those of the call itself.
    pub async fn with_backward(self) -> Result<(R, Metadata), E> {
        let (value, _, backward) = self.with_metadata().await?;
        Ok((value, backward))
    }

    /// Makes the call, and also gives header and trailer of the response, in this order. Other
    /// wires than gRPC have no such header; their backward metainfo stands for the trailer.
    ///
    /// # Errors
    /// Those of the call itself.
    pub async fn with_metadata(self) -> Result<(R, Metadata, Metadata), E> {
        let Self {
            client,
            method,
            mode,
            args,
            options,
            ..
        } = self;
        let Exchanged {
            value: Returned(value),
            header,
            trailer,
        } = client
            .exchange::<A, Returned<R>, E>(method, mode, args, options, read)
            .await?;
        Ok((value, header, trailer))
    }
}

impl<A: Message + Sync + 'static, R: Return, E: Throws> IntoFuture for PingPongCall<A, R, E> {
    type Output = Result<R, E>;
    type IntoFuture = CallFuture<R, E>;

    fn into_future(self) -> CallFuture<R, E> {
        Box::pin(async move { self.with_backward().await.map(|(value, _)| value) })
    }
}

fn read<R: Return, E: Throws>(bytes: &Bytes) -> Result<Returned<R>, E> {
    decode_result::<R, E>(bytes).map(Returned)
}

impl<A, R, E> fmt::Debug for PingPongCall<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PingPongCall")
            .field("client", &self.client)
            .field("method", &self.method)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A oneway call: `.await` it to send the request. Nothing ever comes back, so success means that
/// it was written.
#[must_use = "a call is not made until it is awaited"]
pub struct OneWayCall<A> {
    client: ServiceClient,
    method: usize,
    args: A,
    options: CallOptions,
}

impl<A> OneWayCall<A> {
    pub(super) fn new(client: ServiceClient, method: usize, args: A) -> Self {
        Self {
            client,
            method,
            args,
            options: CallOptions::default(),
        }
    }

    call_options!("How long sending may take, instead of the client's `rpc_timeout`.");
    named_call!();
}

impl<A: Message + Sync + 'static> IntoFuture for OneWayCall<A> {
    type Output = Result<()>;
    type IntoFuture = CallFuture<()>;

    fn into_future(self) -> CallFuture<()> {
        let Self {
            client,
            method,
            args,
            options,
        } = self;
        Box::pin(async move {
            let nothing = |_: &Bytes| Ok(Returned(()));
            let call = client.exchange::<A, _, Error>(method, Mode::OneWay, args, options, nothing);
            call.await.map(drop)
        })
    }
}

impl<A> fmt::Debug for OneWayCall<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneWayCall")
            .field("client", &self.client)
            .field("method", &self.method)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
