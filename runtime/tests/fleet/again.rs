//! Calls without stream that a policy makes again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::fleet::Fleet;
use streamgen_runtime::middleware::{Calling, Middleware, Next};
use streamgen_runtime::retry::RetryPolicy;
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{Channel, ClientBuilder, Error, ErrorKind, Result, Server};
use tokio::time::Instant;

use crate::hosts::{address, ask, builder, first, number};
use crate::rpc_support::{Peer, PeerClient, PeerServer, msg};
use crate::wires::{ALL, Wire};

const MILLI: Duration = Duration::from_millis(1);
const LIMIT: Duration = Duration::from_millis(200);

/// The numbers of retries of the calls that came to each instance, in order; 0 for a first attempt.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<(usize, u32)>>>);

impl Seen {
    fn take(&self) -> Vec<(usize, u32)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// Starts the n-th instance, whose handlers do as `wish` says.
    async fn serve(&self, network: &Network, nth: usize, wish: &'static str) -> Serving {
        let peer = Peer {
            prefix: ["0:", "1:", "2:"][nth],
            always: wish,
            ..Peer::default()
        };
        let note = Note {
            seen: self.clone(),
            nth,
        };
        let server = Server::builder().middleware(note);
        let server = server.add_service(PeerServer::from(Arc::new(peer)));
        network.serve(&address(nth), server).await.unwrap()
    }
}

/// Notes each call that passes.
struct Note {
    seen: Seen,
    nth: usize,
}

impl Middleware for Note {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let call = calling.call();
        let retry = |key| call.persistent_metainfo(key);
        let retry = retry("RetryReq").or(retry("RETRYREQ"));
        let retry = retry.map_or(0, |text| text.parse().unwrap());
        self.seen.0.lock().unwrap().push((self.nth, retry));
        next.run(calling).await
    }
}

/// Instances that do so, and a client of them whose `Echo` has this policy.
async fn with(
    wire: Wire,
    wishes: &[&'static str],
    policy: RetryPolicy,
) -> (Seen, Vec<Serving>, PeerClient) {
    let (network, seen) = (Network::new(1), Seen::default());
    let mut servers = Vec::new();
    for (nth, wish) in wishes.iter().enumerate() {
        servers.push(seen.serve(&network, nth, wish).await);
    }
    let client = builder(&network, wire, Fleet::new(first(wishes.len())));
    let client = client.rpc_timeout(LIMIT).retry("Echo", policy);
    (seen, servers, client.build().unwrap())
}

async fn echo(client: &PeerClient) -> Result<usize, String> {
    let answer = client.echo(msg("m")).await;
    answer
        .map(|answer| number(&answer.text))
        .map_err(|error| error.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_took_too_long_is_made_again_at_another_instance_over_every_wire() {
    for wire in ALL.into_iter().filter(|wire| wire.is_unary()) {
        let (seen, _servers, client) = with(wire, &["hold", ""], RetryPolicy::failure()).await;
        for _ in 0..3 {
            assert_eq!(echo(&client).await, Ok(1), "{wire:?}");
        }
        let seen = seen.take();
        let held = seen.iter().filter(|(nth, _)| *nth == 0).count();
        assert!(held > 0, "{wire:?}: {seen:?}");
        let retries = seen
            .iter()
            .filter(|(nth, retry)| (*nth, *retry) == (1, 1))
            .count();
        // Framed carries nothing that would tell.
        assert_eq!(
            retries,
            if wire == Wire::Framed { 0 } else { held },
            "{wire:?}: {seen:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_the_timeout_for_itself() {
    let (seen, _servers, client) = with(Wire::TtHeader, &["hold"], RetryPolicy::failure()).await;
    let began = Instant::now();
    let error = echo(&client).await.unwrap_err();
    assert!(error.contains("timeout"), "{error}");
    assert_eq!(began.elapsed().as_millis() / 10, 60);
    assert_eq!(seen.take(), [(0, 0), (0, 1), (0, 2)]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_between_attempts_ends_with_the_channel() {
    let (network, seen) = (Network::new(1), Seen::default());
    let _server = seen.serve(&network, 0, "err").await;
    let hour = Duration::from_secs(3600);
    let policy = RetryPolicy::failure().all_errors().backoff(hour..=hour);
    let fleet = Fleet::new(first(1));
    let channel = Channel::builder("peer").dial(network.host("a"));
    let channel = channel.fleet(fleet).retry("Echo", policy);
    let channel = channel.build().unwrap();
    let client = PeerClient::new(channel.clone());
    let began = Instant::now();
    let call = tokio::spawn(async move { echo(&client).await });
    tokio::time::sleep(MILLI).await;
    channel.close_within(LIMIT).await;
    let error = call.await.unwrap().unwrap_err();
    assert!(error.contains("the channel is closed"), "{error}");
    assert!(began.elapsed() < hour);
    assert_eq!(seen.take(), [(0, 0)]);
}

#[tokio::test(start_paused = true)]
async fn the_duration_of_all_attempts_has_a_limit() {
    let policy = RetryPolicy::failure()
        .max_retries(5)
        .max_duration(250 * MILLI);
    let (seen, _servers, client) = with(Wire::TtHeader, &["hold"], policy).await;
    echo(&client).await.unwrap_err();
    assert_eq!(seen.take().len(), 2, "none begins after 250 ms");
}

#[tokio::test(start_paused = true)]
async fn an_error_makes_a_call_again_if_the_policy_says_so() {
    let attempts = async |wish, policy| {
        let (seen, _servers, client) = with(Wire::TtHeader, &[wish], policy).await;
        echo(&client).await.unwrap_err();
        seen.take().len()
    };
    let failure = RetryPolicy::failure;
    assert_eq!(attempts("err", failure()).await, 1);
    assert_eq!(attempts("err", failure().all_errors()).await, 3);
    assert_eq!(
        attempts("err", failure().all_errors().max_retries(0)).await,
        1
    );
    let named = |error: &Error| error.kind() == ErrorKind::Application;
    assert_eq!(attempts("err", failure().retry_if(named)).await, 3);
    assert_eq!(attempts("biz", failure().all_errors()).await, 1);
    assert_eq!(attempts("hold", failure().not_for_timeouts()).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_comes_before_a_call_is_made_again() {
    let policy = RetryPolicy::failure()
        .all_errors()
        .backoff(30 * MILLI..=30 * MILLI);
    let (_, _servers, client) = with(Wire::TtHeader, &["err"], policy).await;
    let began = Instant::now();
    echo(&client).await.unwrap_err();
    assert!(
        (60..70).contains(&began.elapsed().as_millis()),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_backup_takes_the_answer_that_comes_first() {
    for wire in ALL.into_iter().filter(|wire| wire.is_unary()) {
        let policy = RetryPolicy::backup(50 * MILLI);
        let (seen, _servers, client) = with(wire, &["hold", ""], policy).await;
        for _ in 0..4 {
            let began = Instant::now();
            assert_eq!(echo(&client).await, Ok(1), "{wire:?}");
            assert!(
                began.elapsed() < 60 * MILLI,
                "{wire:?}: {:?}",
                began.elapsed()
            );
        }
        let held = seen.take().iter().filter(|(nth, _)| *nth == 0).count();
        assert!(held > 0, "{wire:?}: none had to be made twice");
    }
}

#[tokio::test(start_paused = true)]
async fn a_backup_takes_an_error_that_comes_first() {
    let policy = RetryPolicy::backup(50 * MILLI);
    let (seen, _servers, client) = with(Wire::TtHeader, &["err"], policy).await;
    echo(&client).await.unwrap_err();
    assert_eq!(seen.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_mixed_call_ends_with_an_error_only_if_no_attempt_is_left() {
    let policy = || RetryPolicy::mixed(50 * MILLI).all_errors().max_retries(2);
    let (seen, _servers, client) = with(Wire::TtHeader, &["hold", "err", ""], policy()).await;
    for _ in 0..3 {
        assert_eq!(echo(&client).await, Ok(2));
    }
    let nths: std::collections::BTreeSet<_> = seen.take().iter().map(|(nth, _)| *nth).collect();
    assert_eq!(nths.len(), 3, "all three were asked");
    // The last attempt fails, and the one that is under way answers.
    let (_, _servers, client) = with(Wire::TtHeader, &["err", "slow"], policy()).await;
    let client_of = client.clone();
    let slow = client_of
        .echo(msg("m"))
        .timeout(2 * LIMIT + 100 * MILLI)
        .await;
    assert_eq!(number(&slow.unwrap().text), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_fails_gets_no_more_load_than_it_has() {
    let policy = RetryPolicy::failure().all_errors();
    let (seen, _servers, client) = with(Wire::TtHeader, &["err"], policy).await;
    let mut attempts = Vec::new();
    for _ in 0..8 {
        echo(&client).await.unwrap_err();
        attempts.push(seen.take().len());
    }
    // From ten samples on.
    assert_eq!(attempts, [3, 3, 3, 1, 1, 1, 1, 1]);
    tokio::time::sleep(10_000 * MILLI).await;
    echo(&client).await.unwrap_err();
    assert_eq!(seen.take().len(), 3, "they are forgotten");
}

#[tokio::test(start_paused = true)]
async fn only_the_methods_that_are_named_are_made_again() {
    let policy = RetryPolicy::failure();
    let (seen, _servers, client) = with(Wire::TtHeader, &["hold"], policy).await;
    client.hello("x".into()).await.unwrap_err();
    assert_eq!(seen.take().len(), 1);
}

/// Calls `b`, whose handler calls `c`, which fails. Returns how often `c` was called.
async fn in_a_chain(retried: bool, policy: RetryPolicy) -> usize {
    let (network, seen) = (Network::new(1), Seen::default());
    let failing = async |calling: &mut Calling, next: Next<'_>| {
        next.run(calling).await?;
        Err(Error::application("c fails"))
    };
    let counted = Note {
        seen: seen.clone(),
        nth: 0,
    };
    let c = Server::builder().middleware(counted).middleware(failing);
    let c = c.add_service(PeerServer::from(Arc::new(Peer::default())));
    let _c = network.serve("c:80", c).await.unwrap();
    let to = |host: &str, from: &str| -> ClientBuilder<PeerClient> {
        Wire::TtHeader
            .builder(&[format!("{host}:80")])
            .dial(network.host(from.to_owned()))
    };
    let downstream = to("c", "b").retry("Hello", policy.all_errors());
    let b = Peer {
        downstream: Some(downstream.build().unwrap()),
        ..Peer::default()
    };
    let b = Server::builder().add_service(PeerServer::from(Arc::new(b)));
    let _b = network.serve("b:80", b).await.unwrap();
    let client = to("b", "a").build().unwrap();
    let call = client.hello("x".into()).metainfo("do", "forward");
    let call = if retried {
        call.persistent_metainfo("RetryReq", "1")
    } else {
        call
    };
    call.await.unwrap_err();
    seen.take().len()
}

#[tokio::test(start_paused = true)]
async fn retries_do_not_multiply_along_a_chain() {
    assert_eq!(in_a_chain(false, RetryPolicy::failure()).await, 3);
    assert_eq!(in_a_chain(true, RetryPolicy::failure()).await, 1);
    assert_eq!(
        in_a_chain(true, RetryPolicy::failure().without_chain_stop()).await,
        3
    );
}

#[tokio::test(start_paused = true)]
async fn middleware_runs_once_around_all_attempts() {
    let (network, seen) = (Network::new(1), Seen::default());
    let _servers = (
        seen.serve(&network, 0, "hold").await,
        seen.serve(&network, 1, "").await,
    );
    let around = Seen::default();
    let note = Note {
        seen: around.clone(),
        nth: 0,
    };
    let client = builder(&network, Wire::TtHeader, Fleet::new(first(2))).rpc_timeout(LIMIT);
    let client = client
        .retry("Echo", RetryPolicy::failure())
        .middleware(note);
    let client = client.build().unwrap();
    for _ in 0..2 {
        assert_eq!(ask(Wire::TtHeader, &client).await.unwrap(), 1);
    }
    assert_eq!(around.take().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_next_of_several_addresses_is_tried() {
    let (network, seen) = (Network::new(1), Seen::default());
    let _servers = (
        seen.serve(&network, 0, "hold").await,
        seen.serve(&network, 1, "").await,
    );
    let client = Wire::TtHeader.builder(&[address(0), address(1)]);
    let client = client.dial(network.host("a")).rpc_timeout(LIMIT);
    let client = client
        .retry("Echo", RetryPolicy::failure())
        .build()
        .unwrap();
    for _ in 0..4 {
        assert_eq!(echo(&client).await, Ok(1));
    }
}

#[test]
fn a_policy_that_could_not_do_what_it_says_is_refused() {
    let refused = |method: &'static str, policy: RetryPolicy| {
        let builder = Wire::TtHeader.builder(&[address(0)]).retry(method, policy);
        builder.build().unwrap_err().message().to_owned()
    };
    let failure = RetryPolicy::failure;
    for (method, policy, why) in [
        ("Ehco", failure(), "Peer.Ehco is no method of the service"),
        ("Fire", failure(), "Peer.Fire is oneway"),
        ("Bidi", failure(), "Peer.Bidi opens a stream"),
        (
            "Echo",
            failure().max_retries(6),
            "max_retries is 6, at most 5",
        ),
        (
            "Echo",
            RetryPolicy::backup(LIMIT).max_retries(3),
            "at most 2",
        ),
        (
            "Echo",
            RetryPolicy::mixed(LIMIT).max_retries(4),
            "at most 3",
        ),
        (
            "Echo",
            RetryPolicy::backup(Duration::ZERO),
            "the delay is zero",
        ),
        ("Echo", failure().error_rate(0.5), "error_rate is 0.5"),
        (
            "Echo",
            failure().backoff(2 * MILLI..=MILLI),
            "which has no time",
        ),
    ] {
        let said = refused(method, policy);
        assert!(said.contains(why), "{method}: {said}");
    }
}
