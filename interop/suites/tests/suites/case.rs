//! What a case is, and what its client's half calls with.

use streamgen_runtime::client::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{
    BidiStreamingServer, ClientBuilder, ClientStreamingServer, Metadata, Result,
    ServerStreamingServer, Side,
};

use crate::echo;
use crate::served::Served;
use crate::text::{Extras, Text};
use crate::wire::Wire;

/// A case of the suites: both halves, and the hooks that each of them has.
pub(crate) trait Case: Send + Sync + 'static {
    /// Its name in `interop/kitex/cmd/suites/halves.go`, which is that of its test.
    fn name(&self) -> &'static str;

    /// Whether the server's half says what it found.
    fn is_judged(&self) -> bool {
        false
    }

    /// What the client is told. `per_call` is for cases that set the same thing at a call or not.
    fn client<C>(&self, builder: ClientBuilder<C>, per_call: bool) -> ClientBuilder<C> {
        let _ = per_call;
        builder
    }

    /// What the server is told.
    fn server(&self, builder: ServerBuilder) -> ServerBuilder {
        builder
    }

    /// Looks, when a run is over, at what a side of ours was told of it.
    fn told(&self, _run: &str, _side: Side) -> Result<(), String> {
        Ok(())
    }

    /// The client's half. It panics if something is wrong.
    fn call<T: Text>(&self, caller: Caller<T>) -> impl Future<Output = ()> + Send;

    /// The server's half of a bidirectional stream.
    fn bidi<T: Text>(
        &self,
        served: Served,
        stream: BidiStreamingServer<T, T>,
    ) -> impl Future<Output = Result<()>> + Send {
        echo::bidi(served, stream)
    }

    /// The server's half of a stream of requests.
    fn requests<T: Text>(
        &self,
        served: Served,
        stream: ClientStreamingServer<T>,
    ) -> impl Future<Output = Result<T>> + Send {
        echo::requests(served, stream)
    }

    /// The server's half of a stream of responses.
    fn responses<T: Text>(
        &self,
        served: Served,
        request: T,
        stream: ServerStreamingServer<T>,
    ) -> impl Future<Output = Result<()>> + Send {
        echo::responses(served, request, stream)
    }

    /// The server's half of a call, whose second request is empty with Protobuf.
    fn ping_pong(
        &self,
        served: Served,
        first: String,
        second: String,
    ) -> impl Future<Output = Result<String>> + Send {
        echo::ping_pong(served, first, second)
    }
}

/// A client with the metainfo that tells the server's half what to do.
pub(crate) struct Caller<T: Text> {
    pub(crate) client: T::Client,
    pub(crate) wire: Wire,
    pub(crate) per_call: bool,
    pub(crate) extras: Extras,
}

impl<T: Text> Clone for Caller<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            extras: self.extras.clone(),
            ..*self
        }
    }
}

macro_rules! tagged {
    ($self:ident, $call:expr) => {
        crate::text::with_extras!($call, $self.extras.clone())
    };
}

impl<T: Text> Caller<T> {
    /// The same with one more pair of metainfo.
    pub(crate) fn with(&self, key: &'static str, value: impl ToString) -> Self {
        let mut with = self.clone();
        with.extras.metainfo.push((key, value.to_string()));
        with
    }

    /// The same with more pairs of header, on gRPC.
    pub(crate) fn with_header(&self, key: &'static str, value: &'static str) -> Self {
        let mut with = self.clone();
        let header = with.extras.header.get_or_insert_default();
        header.append(key, value);
        with
    }

    pub(crate) fn bidi(&self) -> BidiStreamingCall<T, T> {
        tagged!(self, T::bidi(&self.client))
    }

    pub(crate) fn requests(&self) -> ClientStreamingCall<T, T> {
        tagged!(self, T::requests(&self.client))
    }

    pub(crate) fn responses(&self, request: &str) -> ServerStreamingCall<T, T> {
        tagged!(self, T::responses(&self.client, T::of(request)))
    }

    pub(crate) async fn ping_pong(&self, first: &str, second: &str) -> Result<String> {
        Ok(self.ping_pong_with_metadata(first, second).await?.0)
    }

    pub(crate) async fn ping_pong_with_metadata(
        &self,
        first: &str,
        second: &str,
    ) -> Result<(String, Metadata, Metadata)> {
        T::ping_pong(&self.client, [first, second], self.extras.clone()).await
    }
}
