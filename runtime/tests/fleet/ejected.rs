//! Instances that fail are left alone for a while.

use std::time::Duration;

use streamgen_runtime::fleet::{Ejection, Fleet, Member};
use streamgen_runtime::testing::Network;
use streamgen_runtime::{Channel, ErrorKind};

use crate::hosts::{LIMIT, answering, ask, first, serve, serve_peer};
use crate::rpc_support::{Peer, PeerClient, msg};
use crate::wires::{ALL, Wire};

const SECOND: Duration = Duration::from_secs(1);

/// A client of a channel that shows its instances.
fn shown(network: &Network, wire: Wire, fleet: Fleet) -> (Channel, PeerClient) {
    let channel = Channel::builder("peer")
        .dial(network.host("a"))
        .fleet(fleet);
    let channel = match wire {
        Wire::Framed => channel.unary_transport(streamgen_runtime::UnaryTransport::Framed),
        Wire::GrpcUnary | Wire::GrpcStream => channel.transport(streamgen_runtime::Transport::Grpc),
        _ => channel,
    };
    let channel = channel.build().unwrap();
    (channel.clone(), PeerClient::new(channel))
}

fn ejected(channel: &Channel) -> usize {
    let members = channel.instances();
    let ejected = |member: &&std::sync::Arc<Member>| member.ejected_until().is_some();
    members.iter().filter(ejected).count()
}

/// Of three, the first one always fails with `wish`. Returns how many of 60 calls failed.
async fn with_a_failing_one(wire: Wire, wish: &'static str) -> (usize, usize) {
    let network = Network::new(1);
    let failing = Peer {
        always: wish,
        ..Peer::default()
    };
    let _servers = (
        serve_peer(&network, 0, failing).await,
        serve(&network, 1).await,
        serve(&network, 2).await,
    );
    let ejection = Ejection::default().failures(3).time(60 * SECOND);
    let (channel, client) = shown(&network, wire, Fleet::new(first(3)).ejection(ejection));
    let mut failed = 0;
    for _ in 0..60 {
        failed += usize::from(ask(wire, &client).await.is_err());
    }
    (failed, ejected(&channel))
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_answers_with_failures_is_ejected_over_every_wire() {
    for wire in ALL {
        assert_eq!(with_a_failing_one(wire, "err").await, (3, 1), "{wire:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_service_answers_on_purpose_ejects_nobody() {
    for wire in [Wire::Mux, Wire::GrpcUnary] {
        assert_eq!(with_a_failing_one(wire, "biz").await, (20, 0), "{wire:?}");
    }
    assert_eq!(with_a_failing_one(Wire::GrpcUnary, "status").await, (20, 0));
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_lets_calls_time_out_is_ejected() {
    assert_eq!(with_a_failing_one(Wire::Framed, "hold").await, (3, 1));
    assert_eq!(with_a_failing_one(Wire::GrpcUnary, "hold").await, (3, 1));
}

#[tokio::test(start_paused = true)]
async fn an_ejected_instance_gets_no_call_until_its_time_and_then_more_and_more() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 1..4 {
        servers.push(serve(&network, nth).await);
    }
    let fleet = Fleet::new(first(4)).ejection(Ejection::default().slow_start(20 * SECOND));
    let (channel, client) = shown(&network, Wire::Mux, fleet);
    // The first one cannot be reached yet.
    for _ in 0..8 {
        assert_ne!(answering(&client).await.unwrap(), 0);
    }
    assert_eq!(ejected(&channel), 1);
    servers.push(serve(&network, 0).await);
    let until = channel.instances()[0].ejected_until().unwrap();
    let mut at_first = 0;
    while tokio::time::Instant::now().into_std() < until {
        at_first += usize::from(answering(&client).await.unwrap() == 0);
        tokio::time::sleep(10 * Duration::from_millis(1)).await;
    }
    assert_eq!(at_first, 0);
    let mut shares = Vec::new();
    for _ in 0..3 {
        let mut answered = 0;
        for _ in 0..200 {
            answered += usize::from(answering(&client).await.unwrap() == 0);
        }
        shares.push(answered);
        tokio::time::sleep(10 * SECOND).await;
    }
    assert!(shares[0] < 20 && shares[0] < shares[1], "{shares:?}");
    assert_eq!(shares[2], 50);
}

#[tokio::test(start_paused = true)]
async fn where_all_are_ejected_calls_are_made_all_the_same() {
    let network = Network::new(1);
    let (_, client) = shown(&network, Wire::Mux, Fleet::new(first(3)));
    for _ in 0..5 {
        let error = answering(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.message().contains("dial"), "{error}");
    }
    let _server = serve(&network, 2).await;
    for _ in 0..5 {
        assert_eq!(answering(&client).await.unwrap(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn when_an_outage_of_all_is_over_all_are_back_soon() {
    let network = Network::new(1);
    let fleet = Fleet::new(first(3)).ejection(Ejection::default().slow_start(Duration::ZERO));
    let (channel, client) = shown(&network, Wire::Mux, fleet);
    for _ in 0..60 {
        answering(&client).await.unwrap_err();
        tokio::time::sleep(SECOND).await;
    }
    let now = tokio::time::Instant::now().into_std();
    let left_alone = |member: &std::sync::Arc<Member>| {
        let until = member.ejected_until();
        until.map_or(Duration::ZERO, |until| until.duration_since(now))
    };
    let longest = channel.instances().iter().map(left_alone).max();
    assert!(
        longest > Some(5 * SECOND),
        "they are left alone for long: {longest:?}"
    );
    let _servers = (
        serve(&network, 0).await,
        serve(&network, 1).await,
        serve(&network, 2).await,
    );
    let mut answered = std::collections::BTreeSet::new();
    for _ in 0..9 {
        answered.insert(answering(&client).await.unwrap());
    }
    assert_eq!(answered.len(), 3, "{answered:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_says_so_of_its_instance() {
    let network = Network::new(1);
    let server = serve(&network, 0).await;
    let _other = serve(&network, 1).await;
    let ejection = Ejection::default().failures(1).time(60 * SECOND);
    let (channel, client) = shown(&network, Wire::Mux, Fleet::new(first(2)).ejection(ejection));
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = client.bidi().timeout(LIMIT).await.unwrap();
        stream.send(msg("m")).await.unwrap();
        stream.recv().await.unwrap().unwrap();
        streams.push(stream);
    }
    server.kill().await;
    for stream in &mut streams {
        let _ = tokio::time::timeout(SECOND, stream.recv()).await;
    }
    assert!(channel.instances()[0].ejected_until().is_some());
    assert!(channel.instances()[1].ejected_until().is_none());
}
