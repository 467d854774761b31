//! Messages of one text, and the client and the server of each IDL.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use interop_suites::suite_gen::suites;
use interop_suites::suite_gen::suites::suite::{PingPongError, SuiteClient, SuiteServer};
use interop_suites::suite_pb_gen::suitespb;
use interop_suites::suite_pb_gen::suitespb::suite_pb::{SuitePbClient, SuitePbServer};
use streamgen_runtime::client::{
    BidiStreamingCall, ClientStreamingCall, ServerStreamingCall, ServiceClient,
};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{ClientBuilder, Error, Message, Metadata, Result};

use crate::case::Case;
use crate::served::Handler;

/// A future of a call.
pub(crate) type Call<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// What a call without stream sends besides its texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extras {
    pub(crate) metainfo: Vec<(&'static str, String)>,
    pub(crate) header: Option<Metadata>,
}

/// Adds what a call sends besides its request.
macro_rules! with_extras {
    ($call:expr, $extras:expr) => {{
        let mut call = $call;
        for (key, value) in $extras.metainfo {
            call = call.metainfo(key, value);
        }
        match $extras.header {
            Some(header) => call.header(header),
            None => call,
        }
    }};
}

pub(crate) use with_extras;

/// A message of one text, of either IDL, with what calls and serves it.
pub(crate) trait Text: Message + Sync + Sized + 'static {
    type Client: From<ServiceClient> + Clone + Send + Sync + 'static;

    /// The client, if the IDL is Thrift, which has more methods.
    fn thrift(client: &Self::Client) -> Option<&SuiteClient> {
        (client as &dyn Any).downcast_ref()
    }

    fn of(text: &str) -> Self;
    fn text(&self) -> &str;
    fn set_text(&mut self, text: String);

    fn builder() -> ClientBuilder<Self::Client>;
    fn bidi(client: &Self::Client) -> BidiStreamingCall<Self, Self>;
    fn requests(client: &Self::Client) -> ClientStreamingCall<Self, Self>;
    fn responses(client: &Self::Client, request: Self) -> ServerStreamingCall<Self, Self>;
    /// The response, and its header and trailer. With Protobuf there is one request.
    fn ping_pong(
        client: &Self::Client,
        requests: [&str; 2],
        extras: Extras,
    ) -> Call<(String, Metadata, Metadata)>;
}

/// What the two have in common but for its types.
macro_rules! texts {
    ($($module:ident: $client:ident),+) => {$(
        impl Text for $module::Msg {
            type Client = $client;

            fn of(text: &str) -> Self {
                Self { message: text.to_owned().into() }
            }

            fn text(&self) -> &str {
                &self.message
            }

            fn set_text(&mut self, text: String) {
                self.message = text.into();
            }

            fn builder() -> ClientBuilder<$client> {
                $client::builder("suite")
            }

            fn bidi(client: &$client) -> BidiStreamingCall<Self, Self> {
                client.bidi()
            }

            fn requests(client: &$client) -> ClientStreamingCall<Self, Self> {
                client.client()
            }

            fn responses(client: &$client, request: Self) -> ServerStreamingCall<Self, Self> {
                client.server(request)
            }

            fn ping_pong(
                client: &$client,
                requests: [&str; 2],
                extras: Extras,
            ) -> Call<(String, Metadata, Metadata)> {
                $module::ping_pong(client, requests.map(Self::of), extras)
            }
        }
    )+};
}

texts!(thrift: SuiteClient, protobuf: SuitePbClient);

/// Thrift.
pub(crate) mod thrift {
    use super::*;
    pub(crate) use suites::Msg;

    pub(super) fn ping_pong(
        client: &SuiteClient,
        [first, second]: [Msg; 2],
        extras: Extras,
    ) -> Call<(String, Metadata, Metadata)> {
        let call = with_extras!(client.ping_pong(first, second), extras);
        Box::pin(async move {
            match call.with_metadata().await {
                Ok((response, header, trailer)) => Ok((response.message.into(), header, trailer)),
                Err(PingPongError::Error(error)) => Err(error),
                Err(PingPongError::Refused(refused)) => Err(Error::application(refused.message)),
            }
        })
    }
}

/// Protobuf.
pub(crate) mod protobuf {
    use super::*;
    pub(crate) use suitespb::Msg;

    pub(super) fn ping_pong(
        client: &SuitePbClient,
        [request, _]: [Msg; 2],
        extras: Extras,
    ) -> Call<(String, Metadata, Metadata)> {
        let call = with_extras!(client.ping_pong(request), extras);
        Box::pin(async move {
            let response = call.with_metadata().await?;
            Ok((response.message.message, response.header, response.trailer))
        })
    }
}

/// Adds the services of both IDLs.
pub(crate) fn add_services<K: Case>(
    server: ServerBuilder,
    handler: &Arc<Handler<K>>,
) -> ServerBuilder {
    server
        .add_service(SuiteServer::from(Arc::clone(handler)))
        .add_service(SuitePbServer::from(Arc::clone(handler)))
}
