//! What a configuration changes while a client makes calls.

use std::time::Duration;

use streamgen_runtime::breaker::{BreakerRule, CircuitBreaker};
use streamgen_runtime::config::{Category, ConfigNames, ConfigSource, ConfigUpdates};
use streamgen_runtime::retry::RetryPolicy;
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{ClientBuilder, Error, ErrorKind, Result};
use tokio::time::{Instant, sleep};

use crate::center::Center;
use crate::hosts::{address, answering, ask, serve, serve_peer};
use crate::rpc_support::{Peer, PeerClient, msg};
use crate::wires::{ALL, Wire};

const MILLI: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A server whose handlers do so, and the builder of a client of it.
async fn with(
    wire: Wire,
    wish: &'static str,
    center: &Center,
) -> (Network, Serving, ClientBuilder<PeerClient>) {
    let network = Network::new(1);
    let peer = Peer {
        always: wish,
        ..Peer::default()
    };
    let server = serve_peer(&network, 0, peer).await;
    let builder = wire.builder(&[address(0)]).dial(network.host("a"));
    (network, server, builder.config("me", center.clone()))
}

pub(crate) async fn echo(client: &PeerClient) -> Result<(), String> {
    let answer = client.echo(msg("m")).await;
    answer.map(drop).map_err(|error| error.to_string())
}

/// How many milliseconds a call takes that is never answered.
async fn given_up_after(client: &PeerClient) -> u128 {
    let began = Instant::now();
    echo(client).await.unwrap_err();
    began.elapsed().as_millis()
}

#[tokio::test(start_paused = true)]
async fn a_timeout_holds_for_the_calls_that_begin_afterwards_on_every_wire() {
    for wire in ALL.into_iter().filter(|wire| wire.is_unary()) {
        let center = Center::new(Category::RpcTimeout);
        let (_network, _server, builder) = with(wire, "hold", &center).await;
        let client = builder.rpc_timeout(200 * MILLI).build().unwrap();
        let near = |took: u128, millis| (millis..millis + 5).contains(&took);
        assert!(near(given_up_after(&client).await, 200), "{wire:?}");
        let before = tokio::spawn({
            let client = client.clone();
            async move { given_up_after(&client).await }
        });
        sleep(10 * MILLI).await;
        center.write(Some(r#"{"*": {"rpc_timeout_ms": 50}}"#)).await;
        assert!(near(given_up_after(&client).await, 50), "{wire:?}");
        assert!(near(before.await.unwrap(), 200), "it had begun before");
        let both = r#"{"*": {"rpc_timeout_ms": 50}, "Echo": {"rpc_timeout_ms": 20}}"#;
        center.write(Some(both)).await;
        assert!(near(given_up_after(&client).await, 20), "{wire:?}");

        // What is wrong is refused as a whole, and the next one that is right is taken.
        let wrong = r#"{"Echo": {"rpc_timeout_ms": 70}, "Hello": {"rpc_timeout_ms": true}}"#;
        center.write(Some(wrong)).await;
        assert!(near(given_up_after(&client).await, 20), "{wire:?}");
        center
            .write(Some(r#"{"Echo": {"rpc_timeout_ms": 70}}"#))
            .await;
        assert!(near(given_up_after(&client).await, 70), "{wire:?}");

        let began = Instant::now();
        client.echo(msg("m")).timeout(90 * MILLI).await.unwrap_err();
        assert!(near(began.elapsed().as_millis(), 90), "the call's own");
        center.write(None).await;
        assert!(near(given_up_after(&client).await, 200), "{wire:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_limit_is_one_of_zero_milliseconds() {
    let center = Center::new(Category::RpcTimeout);
    let (_network, _server, builder) = with(Wire::TtHeader, "hold", &center).await;
    let client = builder.rpc_timeout(200 * MILLI).build().unwrap();
    center
        .write(Some(r#"{"Echo": {"rpc_timeout_ms": 0}}"#))
        .await;
    let call = tokio::time::timeout(3600 * SECOND, echo(&client));
    call.await.expect_err("it waits");
}

#[tokio::test(start_paused = true)]
async fn connecting_has_its_time_for_calls_and_streams() {
    for wire in ALL {
        let center = Center::new(Category::RpcTimeout);
        center
            .write(Some(r#"{"*": {"conn_timeout_ms": 30}}"#))
            .await;
        let (network, _server, builder) = with(wire, "", &center).await;
        network.link("a", "i0").part();
        let client = builder.build().unwrap();
        let began = Instant::now();
        ask(wire, &client).await.unwrap_err();
        let took = began.elapsed().as_millis();
        assert!((30..40).contains(&took), "{wire:?}: {took}");
    }
}

/// Makes twenty calls of a service that fails. Returns how many its breaker has let through.
async fn let_through(client: &PeerClient) -> usize {
    let mut made = 0;
    for _ in 0..20 {
        let error = echo(client).await.unwrap_err();
        made += usize::from(!error.contains("service circuitbreak"));
    }
    made
}

#[tokio::test(start_paused = true)]
async fn a_breaker_opens_by_the_rule_that_holds_now() {
    let center = Center::new(Category::CircuitBreak);
    let (_network, _server, builder) = with(Wire::TtHeader, "err", &center).await;
    let own = CircuitBreaker::new().rule(BreakerRule::default().min_samples(5));
    let client = builder.middleware(own.clone()).build().unwrap();
    let rule = r#"{"Echo": {"enable": true, "err_rate": 0.3, "min_sample": 10}}"#;
    center.write(Some(rule)).await;
    assert_eq!(let_through(&client).await, 10);
    assert!(
        own.statuses().is_empty(),
        "the program's breaker steps aside"
    );
    center.write(Some(r#"{"*": {"enable": false}}"#)).await;
    assert_eq!(let_through(&client).await, 20);
    center.write(None).await;
    assert_eq!(let_through(&client).await, 5);
    assert_eq!(own.statuses().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_of_the_configuration_counts_the_creation_of_streams() {
    let center = Center::new(Category::CircuitBreak);
    let rule = r#"{"Bidi": {"enable": true, "min_sample": 10}}"#;
    center.write(Some(rule)).await;
    let network = Network::new(1);
    let builder = Wire::Mux.builder(&[address(0)]).dial(network.host("a"));
    let client = builder.config("me", center).build().unwrap();
    let mut refused = 0;
    for _ in 0..20 {
        let error = answering(&client).await.unwrap_err();
        refused += usize::from(error.message().contains("circuitbreak"));
    }
    assert_eq!(refused, 10);
}

/// How long a call takes whose attempts are given up after 100 ms each: how many there were.
async fn attempts(client: &PeerClient) -> u128 {
    given_up_after(client).await / 100
}

#[tokio::test(start_paused = true)]
async fn calls_are_made_again_by_the_policy_that_holds_now() {
    let center = Center::new(Category::Retry);
    let (_network, _server, builder) = with(Wire::TtHeader, "hold", &center).await;
    let client = builder.rpc_timeout(100 * MILLI).build().unwrap();
    assert_eq!(attempts(&client).await, 1);
    let policy = |times| {
        format!(
            r#"{{"Echo": {{"enable": true, "type": 0,
            "failure_policy": {{"stop_policy": {{"max_retry_times": {times}}}}}}}}}"#
        )
    };
    center.write(Some(&policy(3))).await;
    assert_eq!(attempts(&client).await, 4);
    center.write(Some(&policy(1))).await;
    assert_eq!(attempts(&client).await, 2);
    // Six is more than Kitex allows.
    center.write(Some(&policy(6))).await;
    assert_eq!(attempts(&client).await, 2);
    center.write(None).await;
    assert_eq!(attempts(&client).await, 1);
}

#[tokio::test(start_paused = true)]
async fn which_errors_count_only_the_program_can_say() {
    let center = Center::new(Category::Retry);
    let (_network, _server, builder) = with(Wire::TtHeader, "err", &center).await;
    let own = RetryPolicy::failure().max_retries(0).all_errors();
    let pauses = r#"{"Echo": {"enable": true, "failure_policy": {"stop_policy": {"max_retry_times": 2},
        "backoff_policy": {"backoff_type": "fixed", "cfg_items": {"fix_ms": 100}}}}}"#;
    let client = builder.retry("Echo", own).build().unwrap();
    assert_eq!(given_up_after(&client).await / 100, 0);
    center.write(Some(pauses)).await;
    assert_eq!(given_up_after(&client).await / 100, 2);
    center.write(Some(r#"{"Echo": {"enable": false}}"#)).await;
    assert_eq!(given_up_after(&client).await / 100, 0);
}

/// Makes calls of two methods that are given up after 100 ms each. Returns how many attempts either had.
async fn attempts_of_both(client: &PeerClient) -> (u128, u128) {
    let began = Instant::now();
    client.hello("x".into()).await.unwrap_err();
    (began.elapsed().as_millis() / 100, attempts(client).await)
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_all_methods_is_for_those_that_may_run_twice() {
    let center = Center::new(Category::Retry);
    let all =
        r#"{"*": {"enable": true, "failure_policy": {"stop_policy": {"max_retry_times": 1}}}}"#;
    center.write(Some(all)).await;
    // The IDL declares `Hello` safe, and says nothing of `Echo`.
    let (_network, _server, builder) = with(Wire::TtHeader, "hold", &center).await;
    let client = builder.rpc_timeout(100 * MILLI).build().unwrap();
    assert_eq!(attempts_of_both(&client).await, (2, 1));
    let (_network, _server, builder) = with(Wire::TtHeader, "hold", &center).await;
    let client = builder.rpc_timeout(100 * MILLI);
    let never = RetryPolicy::failure().max_retries(0);
    let client = client.retry("Echo", never).build().unwrap();
    assert_eq!(attempts_of_both(&client).await, (2, 2));
}

#[tokio::test(start_paused = true)]
async fn so_many_calls_of_a_hundred_are_not_made() {
    for wire in ALL {
        let center = Center::new(Category::Degradation);
        center
            .write(Some(r#"{"enable": true, "percentage": 100}"#))
            .await;
        let (_network, _server, builder) = with(wire, "", &center).await;
        let client = builder.build().unwrap();
        let error: Error = ask(wire, &client).await.unwrap_err();
        assert_eq!(
            error.message(),
            "request forbidden: rejected by client degradation config"
        );
        assert_eq!(error.kind(), ErrorKind::Connection);
        center
            .write(Some(r#"{"enable": false, "percentage": 100}"#))
            .await;
        ask(wire, &client).await.unwrap();
        center
            .write(Some(r#"{"enable": true, "percentage": 30}"#))
            .await;
        let mut refused = 0;
        for _ in 0..200 {
            refused += usize::from(ask(wire, &client).await.is_err());
        }
        // Five times the standard deviation off 60.
        assert!((27..93).contains(&refused), "{wire:?}: {refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_is_asked_again_and_the_program_decides_meanwhile() {
    struct Late(Instant);
    impl ConfigSource for Late {
        async fn watch(&self, _: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
            if self.0.elapsed() < 10 * SECOND {
                return Err(Error::application("not yet"));
            }
            let document = br#"{"me/peer": {"timeout": {"Echo": {"rpc_timeout_ms": 50}}}}"#;
            updates.set_file("late", Some(document));
            Ok(())
        }
    }
    let network = Network::new(1);
    let peer = Peer {
        always: "hold",
        ..Peer::default()
    };
    let _server = serve_peer(&network, 0, peer).await;
    let client = Wire::TtHeader
        .builder(&[address(0)])
        .dial(network.host("a"));
    let client = client.config("me", Late(Instant::now()));
    let client = client.rpc_timeout(200 * MILLI).build().unwrap();
    assert_eq!(given_up_after(&client).await / 10, 20);
    sleep(60 * SECOND).await;
    assert_eq!(given_up_after(&client).await / 10, 5);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_a_silent_source_a_second_at_most_and_only_once() {
    struct Silent;
    impl ConfigSource for Silent {
        async fn watch(&self, _: &ConfigNames, _: &mut ConfigUpdates) -> Result<()> {
            std::future::pending().await
        }
    }
    let network = Network::new(1);
    let _server = serve(&network, 0).await;
    let client = Wire::Framed.builder(&[address(0)]).dial(network.host("a"));
    let client = client.config("me", Silent).build().unwrap();
    for waited in [1, 0] {
        let began = Instant::now();
        echo(&client).await.unwrap();
        assert_eq!(began.elapsed().as_secs(), waited);
    }
}
