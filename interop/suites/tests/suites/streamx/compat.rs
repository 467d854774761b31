//! `grpc_compat.go`: a middleware of calls wraps the stream, and all that is inside of it uses what it has wrapped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use streamgen_runtime::middleware::{
    Calling, Next, Receiving, RecvMiddleware, RecvNext, SendMiddleware, SendNext, Sending,
};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{BidiStreamingServer, Error, Result};

use crate::case::{Caller, Case};
use crate::echo;
use crate::served::Served;
use crate::text::Text;
use crate::ways::each_way;
use crate::wire::{GRPC, GRPC_PB, GRPC_STREAMING, GRPC_STREAMING_PB, Wire};

const WIRES: &[Wire] = &[GRPC_STREAMING, GRPC, GRPC_STREAMING_PB, GRPC_PB];

/// How many messages have passed what was wrapped around a stream.
#[derive(Clone, Default)]
struct Wrapped(Arc<AtomicU32>);

impl RecvMiddleware for Wrapped {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        next.run(recv).await
    }
}

impl SendMiddleware for Wrapped {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        next.run(send).await
    }
}

async fn wrap(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let wrapped = Wrapped::default();
    if let Some(mut stream) = calling.stream() {
        stream.wrap_recv(wrapped.clone());
        stream.wrap_send(wrapped.clone());
        calling.insert_extension(wrapped);
    }
    next.run(calling).await
}

/// A middleware of streams, inside of the other: the wrapper is there.
async fn is_wrapped(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    match calling.call().extensions().get::<Wrapped>() {
        Some(_) => next.run(calling).await,
        None => Err(Error::application("the wrapper is lost")),
    }
}

struct Compat(&'static str);

impl Case for Compat {
    fn name(&self) -> &'static str {
        self.0
    }

    fn server(&self, builder: ServerBuilder) -> ServerBuilder {
        builder.middleware(wrap).stream_middleware(is_wrapped)
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        match self.0 {
            "compat_bidi" => caller.expect_bidi(&["ping"], &["ping"]).await,
            "compat_client" => caller.expect_client(&["ping"], "1").await,
            _ => caller.expect_server("ping", &["ping-0"]).await,
        }
    }

    async fn bidi<T: Text>(&self, served: Served, stream: BidiStreamingServer<T, T>) -> Result<()> {
        let wrapped = served.cx.extensions().get::<Wrapped>().cloned();
        echo::bidi(served, stream).await?;
        // One request, and one response.
        match wrapped.map(|wrapped| wrapped.0.load(Ordering::Relaxed)) {
            Some(2) => Ok(()),
            other => Err(Error::application(format!("{other:?} messages"))),
        }
    }
}

#[tokio::test]
async fn compat_bidi() {
    each_way(Compat("compat_bidi"), WIRES).await;
}

#[tokio::test]
async fn compat_client() {
    each_way(Compat("compat_client"), WIRES).await;
}

#[tokio::test]
async fn compat_server() {
    each_way(Compat("compat_server"), WIRES).await;
}
