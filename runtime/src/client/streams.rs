//! Calls that open a stream.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::invocation::Opened;
use super::options::{CallFuture, CallOptions, call_options, named_call};
use super::service_client::ServiceClient;
use crate::codec::Message;
use crate::error::Result;
use crate::service::Mode;
use crate::streaming::{
    BidiStreamingClient, ClientStreamingClient, RecvTimeout, RequestSender, ServerStreamingClient,
};

/// The options of a call that opens a stream.
macro_rules! stream_options {
    () => {
        call_options!(
            "How long the whole stream may take, from here to its end, instead of the client's \
             `stream_timeout`. Then it is cancelled, with code 12015."
        );

        named_call!();

        /// How long each `recv` may take, instead of the client's `recv_timeout`. Zero: no limit.
        pub fn recv_timeout(mut self, timeout: impl Into<RecvTimeout>) -> Self {
            self.options.recv_timeout = Some(timeout.into());
            self
        }

        /// How long each `send` may wait for room, instead of the client's `send_timeout`. Zero: no
        /// limit.
        pub fn send_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.send_timeout = Some(timeout);
            self
        }
    };
}

macro_rules! debug_call {
    ($ty:ident) => {
        impl<Req, Res> fmt::Debug for $ty<Req, Res> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($ty))
                    .field("client", &self.client)
                    .field("method", &self.method)
                    .field("options", &self.options)
                    .finish_non_exhaustive()
            }
        }
    };
}

type Messages<Req, Res> = PhantomData<fn(Req) -> Res>;

/// A call of a bidirectional method: `.await` it for the stream, or set options first. The server
/// is not waited for.
#[must_use = "no stream is opened until the call is awaited"]
pub struct BidiStreamingCall<Req, Res> {
    client: ServiceClient,
    method: usize,
    options: CallOptions,
    messages: Messages<Req, Res>,
}

impl<Req, Res> BidiStreamingCall<Req, Res> {
    pub(super) fn new(client: ServiceClient, method: usize) -> Self {
        Self {
            client,
            method,
            options: CallOptions::default(),
            messages: PhantomData,
        }
    }

    stream_options!();
}

impl<Req: Message + 'static, Res: Message + 'static> IntoFuture for BidiStreamingCall<Req, Res> {
    type Output = Result<BidiStreamingClient<Req, Res>>;
    type IntoFuture = CallFuture<BidiStreamingClient<Req, Res>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client,
            method,
            options,
            ..
        } = self;
        Box::pin(async move {
            let Opened {
                raw,
                recv_timeout,
                hooks,
            } = client.open(method, Mode::BidiStreaming, options).await?;
            Ok(BidiStreamingClient::new(raw, recv_timeout, hooks.as_ref()))
        })
    }
}

debug_call!(BidiStreamingCall);

/// A call of a client-streaming method: `.await` it for the stream, or set options first. The
/// server is not waited for.
#[must_use = "no stream is opened until the call is awaited"]
pub struct ClientStreamingCall<Req, Res> {
    client: ServiceClient,
    method: usize,
    options: CallOptions,
    messages: Messages<Req, Res>,
}

impl<Req, Res> ClientStreamingCall<Req, Res> {
    pub(super) fn new(client: ServiceClient, method: usize) -> Self {
        Self {
            client,
            method,
            options: CallOptions::default(),
            messages: PhantomData,
        }
    }

    stream_options!();
}

impl<Req: Message + 'static, Res: Message + 'static> IntoFuture for ClientStreamingCall<Req, Res> {
    type Output = Result<ClientStreamingClient<Req, Res>>;
    type IntoFuture = CallFuture<ClientStreamingClient<Req, Res>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client,
            method,
            options,
            ..
        } = self;
        Box::pin(async move {
            let Opened {
                raw,
                recv_timeout,
                hooks,
            } = client.open(method, Mode::ClientStreaming, options).await?;
            let hooks = hooks.as_ref();
            Ok(ClientStreamingClient::new(raw, recv_timeout, hooks))
        })
    }
}

debug_call!(ClientStreamingCall);

/// A call of a server-streaming method: `.await` it to send the request and get the stream, or
/// set options first. The server is not waited for.
#[must_use = "no stream is opened until the call is awaited"]
pub struct ServerStreamingCall<Req, Res> {
    client: ServiceClient,
    method: usize,
    request: Req,
    options: CallOptions,
    messages: Messages<Req, Res>,
}

impl<Req, Res> ServerStreamingCall<Req, Res> {
    pub(super) fn new(client: ServiceClient, method: usize, request: Req) -> Self {
        let (options, messages) = (CallOptions::default(), PhantomData);
        Self {
            client,
            method,
            request,
            options,
            messages,
        }
    }

    stream_options!();
}

impl<Req: Message + 'static, Res: Message + 'static> IntoFuture for ServerStreamingCall<Req, Res> {
    type Output = Result<ServerStreamingClient<Res>>;
    type IntoFuture = CallFuture<ServerStreamingClient<Res>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client,
            method,
            request,
            options,
            ..
        } = self;
        Box::pin(async move {
            let Opened {
                raw,
                recv_timeout,
                hooks,
            } = client.open(method, Mode::ServerStreaming, options).await?;
            let hooks = hooks.as_ref();
            // Owns the stream from here on: a request that cannot be sent cancels it.
            let stream = ServerStreamingClient::new(Arc::clone(&raw), recv_timeout, hooks);
            let mut outbound = RequestSender::new(raw, hooks);
            outbound.send(request).await?;
            outbound.close().await?;
            Ok(stream)
        })
    }
}

debug_call!(ServerStreamingCall);
