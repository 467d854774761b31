use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::wire::io::timed_out;

const DIAL: Duration = Duration::from_millis(300);

struct Fake(AtomicBool);

impl Multiplexed for Fake {
    fn takes_calls(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A server that takes its time, and counts how often it is dialled.
#[derive(Clone)]
struct Server {
    endpoint: Endpoint,
    dials: Arc<AtomicUsize>,
    slots: Arc<Slots<Fake>>,
    fails: bool,
}

impl Server {
    fn new(fails: bool) -> Self {
        Self {
            endpoint: SocketAddr::from(([127, 0, 0, 1], 1)).into(),
            dials: Arc::default(),
            slots: Arc::new(Slots::new(1)),
            fails,
        }
    }

    async fn call(&self) -> Result<Arc<Fake>> {
        self.call_within(Duration::MAX).await
    }

    async fn call_within(&self, patience: Duration) -> Result<Arc<Fake>> {
        let to = Attempt {
            connect_limit: DIAL,
            endpoint: &self.endpoint,
            patience,
            waits: None,
        };
        let dial = |endpoint: Endpoint| {
            self.dials.fetch_add(1, Ordering::Relaxed);
            let fails = self.fails;
            async move {
                tokio::time::sleep(DIAL).await;
                match fails {
                    true => Err(timed_out(&endpoint)),
                    false => Ok(Arc::new(Fake(AtomicBool::new(true)))),
                }
            }
        };
        self.slots.connection(to, dial).await
    }

    fn dials(&self) -> usize {
        self.dials.load(Ordering::Relaxed)
    }

    async fn ten_calls(&self) -> Vec<Result<Arc<Fake>>> {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let server = self.clone();
            calls.spawn(async move { server.call().await });
        }
        calls.join_all().await
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_one_dial_shares_its_error_too() {
    let (server, began) = (Server::new(true), tokio::time::Instant::now());
    let failed = |call: Result<_>| call.is_err_and(|error: Error| error.is_retryable());
    assert!(server.ten_calls().await.into_iter().all(failed));
    assert_eq!((server.dials(), began.elapsed()), (1, DIAL));
    server.call().await.err().unwrap();
    assert_eq!(server.dials(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_connection_serves_all_until_it_takes_no_more_calls() {
    let server = Server::new(false);
    assert!(server.ten_calls().await.iter().all(Result::is_ok));
    let connection = server.call().await.unwrap();
    assert_eq!(server.dials(), 1);
    connection.0.store(false, Ordering::Relaxed);
    server.call().await.unwrap();
    assert_eq!(server.dials(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_dial_goes_on_when_whoever_began_it_has_no_patience_left() {
    let server = Server::new(false);
    server.call_within(DIAL / 3).await.err().unwrap();
    server.call().await.unwrap();
    assert_eq!(server.dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn endpoints_without_a_connection_are_forgotten() {
    let (mut server, mut failing) = (Server::new(false), Server::new(true));
    failing.slots = Arc::clone(&server.slots);
    let kept = server.call().await.unwrap();
    let port = |port| SocketAddr::from(([127, 0, 0, 1], port)).into();
    for number in 2..1000 {
        failing.endpoint = port(number);
        failing.call().await.err().unwrap();
    }
    assert!(lock(&server.slots.endpoints).rings.len() <= REMEMBERED);
    assert!(Arc::ptr_eq(&kept, &server.call().await.unwrap()));
    // Endpoints with a connection stay, however many there are.
    for number in 2..1000 {
        server.endpoint = port(number);
        server.call().await.unwrap();
    }
    assert!(lock(&server.slots.endpoints).rings.len() >= 999);
}

#[test]
fn a_dial_that_ended_with_its_runtime_is_begun_anew() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let server = Server::new(false);
    runtime()
        .block_on(server.call_within(DIAL / 3))
        .err()
        .unwrap();
    runtime().block_on(server.call()).unwrap();
    assert_eq!(server.dials(), 2);
}
