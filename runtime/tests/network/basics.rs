//! Addresses, hosts, partitions, and the events that a test sees.

use std::time::Duration;

use streamgen_runtime::testing::{Cut, Faults, Network, What, check, first_failure};
use streamgen_runtime::{Code, ErrorKind, Server};
use tokio::time::Instant;

use crate::hosts::{B, client, ended, serve, settle, tasks};
use crate::rpc_support::{Peer, PeerClient, PeerServer, msg};
use crate::wires::{ALL, Wire};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn every_wire_goes_over_it() {
    let network = Network::new(1);
    let server = serve(&network, Peer::default()).await;
    for wire in ALL {
        wire.call(&client(&network, wire), SECOND).await.unwrap();
    }
    server.stop().await.unwrap();
    settle().await;
    assert_eq!((network.connections(), tasks()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn one_handler_needs_no_network() {
    let client = PeerClient::in_memory(Peer::default());
    Wire::Framed.call(&client, SECOND).await.unwrap();
    Wire::Mux.call(&client, SECOND).await.unwrap();
    drop(client);
    settle().await;
    assert_eq!(tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn addresses_are_those_of_users() {
    let network = Network::new(1);
    let peer = || Server::builder().add_service(PeerServer::new(Peer::default()));
    let _name = network.serve("b:80", peer()).await.unwrap();
    let _ip = network.serve("10.0.0.7:80", peer()).await.unwrap();
    for address in ["b:80", "dns:///b:80", "10.0.0.7:80", "http://b"] {
        let builder = PeerClient::builder("peer").address(address);
        let builder = builder.transport(streamgen_runtime::Transport::Grpc);
        let client = builder.dial(network.clone()).build().unwrap();
        assert_eq!(client.hello("x".into()).await.unwrap(), "hello, x");
    }
    let taken = network.serve("b:80", peer()).await.unwrap_err();
    assert_eq!(taken.message(), "listen on b:80: somebody listens there");
    let wrong = network.serve("b", peer()).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test(start_paused = true)]
async fn nobody_listens_and_so_the_dial_is_refused() {
    let network = Network::new(1);
    for wire in ALL {
        let error = wire
            .call(&client(&network, wire), SECOND)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{wire:?}");
        assert!(error.is_retryable(), "{wire:?}");
    }
    let events = network.trace();
    assert!(events.iter().all(|event| event.what == What::Refused));
    assert_eq!(events[0].to_string(), "     0.000 s #0 a → b: Refused");
}

#[tokio::test(start_paused = true)]
async fn latency_is_time_on_the_paused_clock() {
    let network = Network::new(1);
    let _server = serve(&network, Peer::default()).await;
    let latency = 2 * SECOND;
    network.faults(Faults {
        latency: latency..latency,
        ..Faults::default()
    });
    let builder = Wire::Framed
        .builder(&[B.to_owned()])
        .connect_timeout(2 * latency);
    let client = builder.dial(network.host("a")).build().unwrap();
    let began = Instant::now();
    assert_eq!(client.hello("x".into()).await.unwrap(), "hello, x");
    // The dial, the request, the answer.
    assert_eq!(began.elapsed(), 3 * latency);
}

#[tokio::test(start_paused = true)]
async fn a_narrow_link_takes_its_time() {
    let network = Network::new(1);
    let _server = serve(&network, Peer::default()).await;
    network.faults(Faults {
        bytes_per_second: Some(1000),
        ..Faults::default()
    });
    let began = Instant::now();
    let text = "x".repeat(10_000);
    let answer = client(&network, Wire::Framed).hello(text.into()).await;
    assert_eq!(answer.unwrap().len(), 10_007);
    let took = began.elapsed();
    assert!((20 * SECOND..21 * SECOND).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_partition_holds_arrives_when_it_is_over() {
    let network = Network::new(1);
    let _server = serve(&network, Peer::default()).await;
    for wire in ALL {
        let client = client(&network, wire);
        wire.call(&client, SECOND).await.unwrap();
        let link = network.link("a", "b");
        link.part();
        let calling = tokio::spawn(async move { wire.call(&client, 10 * SECOND).await });
        tokio::time::sleep(SECOND / 2).await;
        assert!(!calling.is_finished(), "{wire:?}");
        link.heal();
        calling.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn dials_into_a_partition_are_not_answered() {
    let network = Network::new(1);
    let _server = serve(&network, Peer::default()).await;
    network.link("b", "a").part();
    let began = Instant::now();
    let error = Wire::Framed
        .call(&client(&network, Wire::Framed), 10 * SECOND)
        .await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Connection, Some(Code::UNAVAILABLE))
    );
    assert_eq!(began.elapsed(), SECOND, "the connect timeout");
    // Others do not notice.
    let builder = Wire::Framed.builder(&[B.to_owned()]);
    let other = builder.dial(network.host("c")).build().unwrap();
    Wire::Framed.call(&other, SECOND).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn connections_that_exist_can_be_cut() {
    let network = Network::new(1);
    let _server = serve(&network, Peer::default()).await;
    for how in [Cut::Close, Cut::Reset, Cut::BlackHole] {
        let client = client(&network, Wire::Mux);
        let mut stream = client.bidi().timeout(10 * SECOND).await.unwrap();
        stream.send(msg("m")).await.unwrap();
        stream.recv().await.unwrap();
        network.link("a", "b").cut_now(how);
        let expected = match how {
            Cut::BlackHole => ErrorKind::Timeout,
            _ => ErrorKind::Connection,
        };
        let error = ended("recv", stream.recv()).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{how:?}");
    }
}

#[test]
fn a_seed_that_fails_is_named_with_the_way_to_run_it() {
    let fails = async |network: Network| assert!(network.seed() < 3, "three is too much");
    let failed = first_failure(0..10, fails).expect("the test fails");
    assert_eq!(
        (failed.seed, failed.message.as_str()),
        (3, "three is too much")
    );
    let text = failed.to_string();
    let (first, second) = text.split_once('\n').unwrap();
    assert_eq!(first, "seed 3: three is too much");
    assert_eq!(
        second,
        "run it alone: STREAMGEN_SEED=3 cargo test \
         basics::a_seed_that_fails_is_named_with_the_way_to_run_it"
    );
}

#[test]
fn a_test_that_hangs_fails() {
    let hangs = async |_: Network| std::future::pending().await;
    let failed = first_failure([1], hangs).expect("the test hangs");
    assert!(failed.message.contains("hangs"), "{failed}");
}

#[test]
fn a_test_that_passes_for_every_seed_passes() {
    check(0..3, async |network| {
        let _server = serve(&network, Peer::default()).await;
        let client = client(&network, Wire::Mux);
        Wire::Mux.call(&client, SECOND).await.unwrap();
    });
}
