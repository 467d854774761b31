//! Layers of tower around calls and handlers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use streamgen_runtime::middleware::{Calling, Middleware, Next, tower_layer};
use streamgen_runtime::{ErrorKind, Result};
use tokio::task::JoinSet;
use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;

use crate::rpc_support::msg;
use crate::support::{CALLS, STREAMS, caller, client, server};

/// Counts the calls inside of it, and keeps each for a while.
#[derive(Clone, Default)]
struct Inside(Arc<[AtomicUsize; 2]>);

impl Middleware for Inside {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let [now, most] = &*self.0;
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        let result = next.run(calling).await;
        now.fetch_sub(1, Ordering::SeqCst);
        result
    }
}

#[tokio::test]
async fn a_concurrency_limit_bounds_the_handlers_of_a_server() {
    for wire in CALLS {
        let inside = Inside::default();
        let server = server()
            .middleware(tower_layer(ConcurrencyLimitLayer::new(2)))
            .middleware(inside.clone());
        let client = caller(server, wire).build().unwrap();
        let mut calls = JoinSet::new();
        for _ in 0..8 {
            let client = client.clone();
            calls.spawn(async move { client.hello("x".into()).await });
        }
        for answer in calls.join_all().await {
            assert_eq!(answer.unwrap(), "hello, x");
        }
        assert_eq!(inside.0[1].load(Ordering::SeqCst), 2, "{wire:?}");
    }
}

#[tokio::test]
async fn a_limit_bounds_streams_by_the_life_of_their_handlers() {
    for wire in STREAMS {
        let layers = ServiceBuilder::new()
            .layer(LoadShedLayer::new())
            .layer(ConcurrencyLimitLayer::new(1));
        let server = server().stream_middleware(tower_layer(layers));
        let client = client(server, wire).build().unwrap();
        let mut first = client.bidi().await.unwrap();
        first.send(msg("m")).await.unwrap();
        first.recv().await.unwrap().unwrap();
        // The only handler is busy.
        let mut second = client.bidi().await.unwrap();
        let error = second.recv().await.unwrap_err().to_string();
        assert!(error.contains("overloaded"), "{wire:?}: {error}");
        // When the stream is over, there is room again.
        first.close_send().await.unwrap();
        assert!(first.recv().await.unwrap().is_none());
        loop {
            let mut third = client.bidi().await.unwrap();
            let sent = third.send(msg("m")).await;
            if sent.is_ok() && third.recv().await.is_ok() {
                break;
            }
        }
    }
}

/// Never goes on.
async fn hang(_: &mut Calling, _: Next<'_>) -> Result<()> {
    std::future::pending().await
}

#[tokio::test]
async fn a_timeout_ends_calls_and_the_creation_of_streams() {
    let timeout = || tower_layer(TimeoutLayer::new(Duration::from_millis(30)));
    for wire in CALLS {
        let client = caller(server(), wire).middleware(timeout());
        let client = client.middleware(hang).build().unwrap();
        let error = client.hello("x".into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}: {error}");
    }
    for wire in STREAMS {
        let client = client(server(), wire).middleware(timeout());
        let client = client.middleware(hang).build().unwrap();
        let error = client.bidi().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}: {error}");
        assert_eq!(
            client.hello("x".into()).await.unwrap_err().kind(),
            ErrorKind::Timeout
        );
    }
}

#[tokio::test]
async fn what_is_inside_keeps_its_result_and_its_error() {
    for wire in CALLS {
        let patient = tower_layer(TimeoutLayer::new(Duration::from_secs(60)));
        let client = caller(server(), wire).middleware(patient).build().unwrap();
        assert_eq!(client.echo(msg("m")).await.unwrap().text, "m", "{wire:?}");
        let refused = client.echo(msg("refuse")).await.unwrap_err();
        assert_eq!(refused.to_string(), client_error(wire).await, "{wire:?}");
    }
}

/// The error of the same call without a layer around it.
async fn client_error(wire: streamgen_runtime::UnaryTransport) -> String {
    let client = caller(server(), wire).build().unwrap();
    client.echo(msg("refuse")).await.unwrap_err().to_string()
}
