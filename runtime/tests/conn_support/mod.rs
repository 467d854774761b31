//! Handlers, clients and scripted peers for the tests of TTHeader Streaming's connections.
#![allow(dead_code, unused_imports)] // every test file uses its own part

mod peer;
mod script;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::codec::{Encode, Writer};
use streamgen_runtime::unstable::Cancellation;
use streamgen_runtime::unstable::client::StreamWire;
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::ttheader::client::{ClientConfig, Connector};
use streamgen_runtime::unstable::ttheader::server::serve_connection;
use streamgen_runtime::unstable::ttheader::{Limits, Socket};
use streamgen_runtime::unstable::{
    ClientRaw, Dispatch, Incoming, Outgoing, PingPongHandler, RawStream, Route, ServerRaw,
    SharedAnswer, StreamHandler, Target,
};
use streamgen_runtime::{
    ApplicationException, Metadata, MethodInfo, Mode, PayloadCodec, Result, ServiceInfo, Transport,
};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use peer::{Peer, info, strings};
pub(crate) use script::Script;

/// A message of these bytes.
pub(crate) struct Raw(pub(crate) Bytes);

impl Encode for Raw {
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.put(&self.0);
    }
}

pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Raw {
    Raw(Bytes::from(bytes.into()))
}

/// A stream with the calls of a typed one.
pub(crate) struct Stream<R: ?Sized = dyn ClientRaw> {
    pub(crate) raw: Arc<R>,
    pub(crate) batch: Arc<std::sync::Mutex<VecDeque<Bytes>>>,
}

impl<R: ?Sized> Clone for Stream<R> {
    fn clone(&self) -> Self {
        Self {
            raw: Arc::clone(&self.raw),
            batch: Arc::clone(&self.batch),
        }
    }
}

impl Stream {
    pub(crate) async fn header(&self) -> Result<Metadata> {
        poll_fn(|cx| self.raw.poll_header(cx)).await
    }

    pub(crate) async fn trailer(&self) -> Result<Metadata> {
        poll_fn(|cx| self.raw.poll_trailer(cx)).await
    }
}

impl<R: RawStream + ?Sized> Stream<R> {
    pub(crate) fn new(raw: Arc<R>) -> Self {
        Self {
            raw,
            batch: Arc::default(),
        }
    }

    pub(crate) async fn send(&self, bytes: impl Into<Vec<u8>>) -> Result<()> {
        poll_fn(|cx| self.raw.poll_send_ready(cx)).await?;
        self.raw.send(&raw(bytes))
    }

    pub(crate) async fn recv(&self) -> Result<Option<Bytes>> {
        let mut batch = std::mem::take(&mut *self.batch.lock().unwrap());
        if batch.is_empty() && !poll_fn(|cx| self.raw.poll_recv(cx, &mut batch)).await? {
            return Ok(None);
        }
        let message = batch.pop_front();
        *self.batch.lock().unwrap() = batch;
        Ok(message)
    }
}

type Decide = dyn Fn(&Incoming) -> Result<(), ApplicationException> + Send + Sync;
type Open = dyn Fn(Call) -> StreamHandler + Send + Sync;

/// What a handler is given.
pub(crate) struct Call {
    pub(crate) incoming: Incoming,
    pub(crate) stream: Stream<dyn ServerRaw>,
    pub(crate) cancellation: Cancellation,
}

/// Every request means the one method, whatever it names.
#[derive(Clone)]
struct Handlers {
    decide: Arc<Decide>,
    open: Arc<Open>,
}

impl Dispatch for Handlers {
    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        (self.decide)(incoming)?;
        Ok(Route::new(Arc::new(self.clone()), &ECHO, 0))
    }
}

impl Target for Handlers {
    fn stream(
        &self,
        _: usize,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler {
        (self.open)(Call {
            incoming,
            stream: Stream::new(stream),
            cancellation,
        })
    }

    fn call(
        &self,
        _: usize,
        _: Incoming,
        _: Bytes,
        _: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        unreachable!("the method streams")
    }
}

/// Serves every stream with `handler`.
pub(crate) fn handler<F, Fut>(handler: F) -> Arc<dyn Dispatch>
where
    F: Fn(Call) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    dispatch(|_| Ok(()), move |call| Box::pin(handler(call)))
}

/// Serves every stream that `decide` lets pass with what `open` begins.
pub(crate) fn dispatch(
    decide: impl Fn(&Incoming) -> Result<(), ApplicationException> + Send + Sync + 'static,
    open: impl Fn(Call) -> StreamHandler + Send + Sync + 'static,
) -> Arc<dyn Dispatch> {
    Arc::new(Handlers {
        decide: Arc::new(decide),
        open: Arc::new(open),
    })
}

/// Answers every message with itself.
pub(crate) fn echo() -> Arc<dyn Dispatch> {
    handler(|call: Call| async move {
        while let Some(message) = call.stream.recv().await? {
            call.stream.send(message).await?;
        }
        Ok(())
    })
}

/// A server on a loopback port, until the test ends.
pub(crate) async fn serve(dispatch: Arc<dyn Dispatch>) -> SocketAddr {
    serve_with(dispatch, Limits::default()).await
}

pub(crate) async fn serve_with(dispatch: Arc<dyn Dispatch>, limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (dispatch, limits) = (Arc::clone(&dispatch), limits.clone());
            tokio::spawn(serve_connection(
                socket.into(),
                BytesMut::new(),
                dispatch,
                limits,
                std::future::pending(),
                std::future::pending(),
            ));
        }
    });
    address
}

/// A server on one end of an in-memory connection; the other end is the scripted peer's.
pub(crate) fn serve_peer(dispatch: Arc<dyn Dispatch>) -> (Peer, JoinHandle<()>) {
    serve_peer_with(dispatch, Limits::default())
}

pub(crate) fn serve_peer_with(
    dispatch: Arc<dyn Dispatch>,
    limits: Limits,
) -> (Peer, JoinHandle<()>) {
    let (ours, theirs) = tokio::io::duplex(1024 * 1024);
    let serving = serve_connection(
        Socket::from(ours),
        BytesMut::new(),
        dispatch,
        limits,
        std::future::pending(),
        std::future::pending(),
    );
    (Peer::new(theirs), tokio::spawn(serving))
}

static ECHO: ServiceInfo = ServiceInfo::new(
    "EchoSvc",
    "echo",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[MethodInfo::new("Bidi", Mode::BidiStreaming)],
);

/// A call of method `Bidi` of service `EchoSvc`, from a caller named `A`.
pub(crate) fn request() -> Outgoing {
    let mut call = Outgoing::new(&ECHO, &ECHO.methods[0]);
    call.caller = "A".into();
    call
}

/// Opens a stream with the defaults.
pub(crate) async fn open(connector: &Connector, address: SocketAddr) -> Result<Stream> {
    let endpoint = Endpoint::from(address);
    let stream = connector.open((&endpoint).into(), &request()).await;
    stream.map(Stream::new)
}

pub(crate) fn connector() -> Connector {
    Connector::new(ClientConfig::default())
}
