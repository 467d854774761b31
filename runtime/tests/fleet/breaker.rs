//! Circuit breakers of methods, and of instances.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::breaker::{BreakerRule, BreakerState, CircuitBreaker, Counted};
use streamgen_runtime::fleet::{Ejection, Fleet, StaticList};
use streamgen_runtime::middleware::{Calling, Next};
use streamgen_runtime::testing::{Network, What};
use streamgen_runtime::{Channel, ErrorKind, Result};

use crate::hosts::{address, answering, ask, builder, first, instance, serve, serve_peer};
use crate::rpc_support::{Peer, PeerClient, msg};
use crate::wires::{ALL, Wire};

const SECOND: Duration = Duration::from_secs(1);

fn few() -> BreakerRule {
    BreakerRule::default().min_samples(10)
}

/// Calls a service whose handlers do as `wish` says. Returns how many calls were made, of 20.
async fn made(wire: Wire, wish: &'static str, breaker: CircuitBreaker) -> usize {
    let network = Network::new(1);
    let peer = Peer {
        always: wish,
        ..Peer::default()
    };
    let _server = serve_peer(&network, 0, peer).await;
    let builder = wire.builder(&[address(0)]).dial(network.host("a"));
    let client = builder.middleware(breaker).build().unwrap();
    let mut made = 0;
    for _ in 0..20 {
        match ask(wire, &client).await {
            Err(error) if error.message().starts_with("service circuitbreak") => {
                assert_eq!(error.kind(), ErrorKind::Connection);
                assert!(error.is_retryable());
            }
            _ => made += 1,
        }
    }
    made
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_open_the_breaker_of_their_method_on_every_wire() {
    for wire in ALL.into_iter().filter(|wire| wire.is_unary()) {
        let breaker = CircuitBreaker::new().rule(few());
        assert_eq!(made(wire, "err", breaker.clone()).await, 10, "{wire:?}");
        let statuses = breaker.statuses();
        assert_eq!(statuses.len(), 1);
        assert_eq!(statuses[0].state, BreakerState::Open);
        assert!(statuses[0].key.ends_with("/peer/Echo"), "{statuses:?}");
    }
}

/// A middleware that does nothing, and so has a call go through the whole chain.
async fn through(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    next.run(calling).await
}

#[tokio::test(start_paused = true)]
async fn a_call_with_middleware_of_its_own_has_the_breaker_of_the_others() {
    let network = Network::new(1);
    let peer = Peer {
        always: "err",
        ..Peer::default()
    };
    let _server = serve_peer(&network, 0, peer).await;
    let breaker = CircuitBreaker::new().rule(few());
    let builder = Wire::TtHeader.builder(&[address(0)]);
    let builder = builder.dial(network.host("a")).middleware(breaker.clone());
    let client = builder.build().unwrap();
    let mut made = 0;
    for nth in 0..20 {
        let call = client.echo(msg("m"));
        let call = match nth % 2 {
            0 => call,
            _ => call.middleware(through),
        };
        let error = call.await.unwrap_err().to_string();
        made += usize::from(!error.contains("circuitbreak"));
    }
    assert_eq!(made, 10);
    assert_eq!(breaker.statuses()[0].counts.failures, 10);
}

#[tokio::test(start_paused = true)]
async fn what_a_service_answers_on_purpose_opens_nothing() {
    let breaker = || CircuitBreaker::new().rule(few());
    assert_eq!(made(Wire::TtHeader, "biz", breaker()).await, 20);
    // Of a stream, its creation counts.
    assert_eq!(made(Wire::Mux, "err", breaker()).await, 20);
    let named = breaker().method("Echo", None);
    assert_eq!(made(Wire::TtHeader, "err", named.clone()).await, 20);
    assert!(named.statuses().is_empty());
    let lenient = breaker().classify(|_, _| Counted::Ignored);
    assert_eq!(made(Wire::TtHeader, "err", lenient).await, 20);
}

#[tokio::test(start_paused = true)]
async fn streams_that_cannot_be_created_open_it_and_the_state_is_told() {
    let network = Network::new(1);
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let breaker = CircuitBreaker::new().rule(few());
    let breaker = breaker.on_change(move |change| seen.lock().unwrap().push(change.state));
    let builder = Wire::Mux.builder(&[address(0)]).dial(network.host("a"));
    let client = builder.middleware(breaker).build().unwrap();
    for _ in 0..30 {
        answering(&client).await.unwrap_err();
    }
    let dials = network
        .trace()
        .iter()
        .filter(|event| event.what == What::Refused)
        .count();
    assert_eq!(dials, 10);
    let _server = serve(&network, 0).await;
    assert!(answering(&client).await.is_err(), "it is open still");
    tokio::time::sleep(5 * SECOND).await;
    for _ in 0..2 {
        answering(&client).await.unwrap();
        tokio::time::sleep(SECOND / 5).await;
    }
    use BreakerState::{Closed, HalfOpen, Open};
    assert_eq!(*told.lock().unwrap(), [Open, HalfOpen, Closed]);
}

#[tokio::test(start_paused = true)]
async fn that_there_is_no_instance_opens_nothing() {
    let network = Network::new(1);
    let breaker = CircuitBreaker::new().rule(few());
    let fleet = Fleet::new(StaticList::new([]));
    let builder = builder(&network, Wire::Mux, fleet).middleware(breaker.clone());
    let client = builder.build().unwrap();
    for _ in 0..20 {
        answering(&client).await.unwrap_err();
    }
    assert_eq!(breaker.statuses()[0].state, BreakerState::Closed);
    assert_eq!(breaker.statuses()[0].counts.samples(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_breaker_of_an_instance_counts_what_does_not_reach_it() {
    let network = Network::new(1);
    let _server = serve(&network, 1).await;
    let rule = BreakerRule::default().min_samples(2).cooling(60 * SECOND);
    let fleet = Fleet::new(first(2))
        .breaker(rule)
        .ejection(Ejection::never());
    let channel = Channel::builder("peer")
        .dial(network.host("a"))
        .fleet(fleet);
    let channel = channel.build().unwrap();
    let client = PeerClient::new(channel.clone());
    // Left alone for a while each time, and then tried again, until the breaker is open.
    for _ in 0..20 {
        assert_eq!(answering(&client).await.unwrap(), 1);
        tokio::time::sleep(SECOND / 2).await;
    }
    let states: Vec<_> = channel
        .instances()
        .iter()
        .map(|it| it.breaker().0)
        .collect();
    assert_eq!(states, [BreakerState::Open, BreakerState::Closed]);
    let _back = serve(&network, 0).await;
    let mut first = 0;
    for _ in 0..40 {
        first += usize::from(answering(&client).await.unwrap() == 0);
        tokio::time::sleep(SECOND).await;
    }
    assert_eq!(first, 0, "until its time");
    tokio::time::sleep(60 * SECOND).await;
    for _ in 0..20 {
        first += usize::from(answering(&client).await.unwrap() == 0);
        tokio::time::sleep(SECOND).await;
    }
    assert!(first > 2, "{first}");
    assert_eq!(channel.instances()[0].breaker().0, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn where_the_breakers_of_all_instances_are_open_calls_fail_at_once() {
    let network = Network::new(1);
    let rule = BreakerRule::default().min_samples(1);
    let fleet = Fleet::new(StaticList::new([instance(0)])).breaker(rule);
    let client = builder(&network, Wire::Mux, fleet).build().unwrap();
    let error = answering(&client).await.unwrap_err();
    assert!(error.message().starts_with("dial"), "{error}");
    let error = answering(&client).await.unwrap_err();
    assert_eq!(
        error.message(),
        "none of the 1 instances of peer may get calls"
    );
}
