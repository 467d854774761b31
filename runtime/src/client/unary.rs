//! Calls of the unary methods of a Protobuf IDL, and of those whose whole reply is the message.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use super::invocation::Exchanged;
use super::options::{CallFuture, CallOptions, call_options, named_call};
use super::service_client::ServiceClient;
use crate::codec::Message;
use crate::decoding::decode;
use crate::error::{Error, Result, Side};
use crate::metadata::Metadata;

/// A unary call: `.await` it for its response, or set options first.
///
/// Dropping it under way cancels the call at the server.
#[must_use = "a call is not made until it is awaited"]
pub struct UnaryCall<Req, Res> {
    client: ServiceClient,
    method: usize,
    request: Req,
    options: CallOptions,
    response: PhantomData<fn() -> Res>,
}

/// A response with what came around it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnaryResponse<Res> {
    /// What the handler returned.
    pub message: Res,
    /// The header of the response.
    pub header: Metadata,
    /// The trailer of the response.
    pub trailer: Metadata,
}

impl<Req, Res> UnaryCall<Req, Res> {
    pub(super) fn new(client: ServiceClient, method: usize, request: Req) -> Self {
        Self {
            client,
            method,
            request,
            options: CallOptions::default(),
            response: PhantomData,
        }
    }

    call_options!("How long the call may take, instead of the client's `rpc_timeout`.");
    named_call!();
}

impl<Req: Message + Sync + 'static, Res: Message> UnaryCall<Req, Res> {
    /// Makes the call, and also gives the header and the trailer of the response.
    ///
    /// # Errors
    /// Those of the call itself.
    pub async fn with_metadata(self) -> Result<UnaryResponse<Res>> {
        let Self {
            client,
            method,
            request,
            options,
            ..
        } = self;
        let mode = client.mode_of_reply(method);
        let exchanged = client.exchange::<Req, Res, Error>(method, mode, request, options, read);
        let Exchanged {
            value,
            header,
            trailer,
        } = exchanged.await?;
        Ok(UnaryResponse {
            message: value,
            header,
            trailer,
        })
    }
}

impl<Req: Message + Sync + 'static, Res: Message + 'static> IntoFuture for UnaryCall<Req, Res> {
    type Output = Result<Res>;
    type IntoFuture = CallFuture<Res>;

    fn into_future(self) -> CallFuture<Res> {
        Box::pin(async move { self.with_metadata().await.map(|response| response.message) })
    }
}

fn read<Res: Message>(bytes: &Bytes) -> Result<Res> {
    Ok(decode::<Res>(bytes.clone(), Side::Client)?)
}

impl<Req, Res> fmt::Debug for UnaryCall<Req, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnaryCall")
            .field("client", &self.client)
            .field("method", &self.method)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
