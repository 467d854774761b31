//! Methods that the IDL declares safe to run twice.

use std::time::Duration;

use streamgen_runtime::retry::RetryPolicy;
use streamgen_runtime::testing::Network;
use tokio::time::Instant;

use crate::hosts::{address, serve_peer};
use crate::rpc_support::stream_gen::rpc::other::OtherClient;
use crate::rpc_support::{Peer, PeerClient, msg};
use crate::wires::ALL;

const LIMIT: Duration = Duration::from_millis(100);

/// How many attempts a call had that is given up after 100 ms each.
async fn attempts(call: impl IntoFuture) -> u128 {
    let began = Instant::now();
    call.await;
    began.elapsed().as_millis() / 100
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_safe_methods_is_for_those_of_the_idl_on_every_wire() {
    for wire in ALL.into_iter().filter(|wire| wire.is_unary()) {
        let network = Network::new(1);
        let peer = Peer {
            always: "hold",
            ..Peer::default()
        };
        let _server = serve_peer(&network, 0, peer).await;
        let builder = || {
            let builder = wire.builder(&[address(0)]).dial(network.host("a"));
            let failure = RetryPolicy::failure();
            builder.rpc_timeout(LIMIT).retry_safe(failure)
        };
        let client = builder().build().unwrap();
        assert_eq!(attempts(client.hello("x".into())).await, 3, "{wire:?}");
        assert_eq!(attempts(client.echo(msg("m"))).await, 1, "{wire:?}");
        // The client's own word is as good, and stronger.
        let once = || RetryPolicy::failure().max_retries(1);
        let client = builder().retry("Echo", once()).retry("Hello", once());
        let client = client.build().unwrap();
        assert_eq!(attempts(client.hello("x".into())).await, 2, "{wire:?}");
        assert_eq!(attempts(client.echo(msg("m"))).await, 2, "{wire:?}");
    }
}

#[test]
fn a_policy_of_safe_methods_without_any_is_refused() {
    let builder = OtherClient::builder("other").address("127.0.0.1:1");
    let error = builder.retry_safe(RetryPolicy::failure()).build();
    assert_eq!(
        error.unwrap_err().message(),
        "`.retry_safe(…)` has no effect: the IDL declares no method of Other safe; write `retry = \"safe\"` behind it, \
         in Protobuf `idempotency_level`, or name it by `.retry(…)`"
    );
    let builder = PeerClient::builder("peer").address("127.0.0.1:1");
    let error = builder
        .retry_safe(RetryPolicy::failure().max_retries(6))
        .build();
    assert_eq!(
        error.unwrap_err().message(),
        "`.retry_safe(…)`: max_retries is 6, at most 5"
    );
}
