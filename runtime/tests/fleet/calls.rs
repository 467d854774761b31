//! Which instance gets a call, and that a call which has reached none goes to another one.

use std::time::Duration;

use streamgen_runtime::fleet::{
    ConsistentHash, Fleet, Instance, LeastStreams, RetryBudget, RoundRobin, StaticList, TwoChoices,
    WeightedRandom,
};
use streamgen_runtime::testing::Network;
use streamgen_runtime::{Channel, ErrorKind};
use tokio::task::JoinSet;

use crate::hosts::{LIMIT, address, answering, ask, builder, first, instance, number, serve};
use crate::rpc_support::{PeerClient, msg};
use crate::wires::{ALL, Wire};

#[tokio::test(start_paused = true)]
async fn every_wire_calls_all_instances_with_every_balancer() {
    for wire in ALL {
        let network = Network::new(1);
        let mut servers = Vec::new();
        for nth in 0..3 {
            servers.push(serve(&network, nth).await);
        }
        let fleets = [
            Fleet::new(first(3)),
            Fleet::new(first(3)).balancer(WeightedRandom),
            Fleet::new(first(3)).balancer(TwoChoices),
            Fleet::new(first(3)).balancer(LeastStreams),
        ];
        for fleet in fleets {
            let client = builder(&network, wire, fleet).build().unwrap();
            for _ in 0..20 {
                ask(wire, &client).await.unwrap();
            }
        }
        // The connections that the balancers' clients keep are to all of them.
        for nth in 0..3 {
            let dialled = network
                .trace()
                .iter()
                .any(|event| event.to == format!("i{nth}"));
            assert!(dialled, "{wire:?}: {nth}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_stays_with_its_instance_and_is_counted_until_it_ends() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 0..3 {
        servers.push(serve(&network, nth).await);
    }
    let fleet = Fleet::new(first(3)).balancer(LeastStreams);
    let channel = Channel::builder("peer")
        .dial(network.host("a"))
        .fleet(fleet);
    let channel = channel.build().unwrap();
    let client = PeerClient::new(channel.clone());
    let open = || {
        channel
            .instances()
            .iter()
            .map(|it| it.streams())
            .collect::<Vec<_>>()
    };
    assert!(open().is_empty(), "nothing is asked before the first call");
    let mut streams = Vec::new();
    for _ in 0..9 {
        streams.push(client.bidi().timeout(LIMIT).await.unwrap());
    }
    assert_eq!(open(), [3, 3, 3]);
    for stream in &mut streams {
        let mut answers = Vec::new();
        for _ in 0..3 {
            stream.send(msg("m")).await.unwrap();
            answers.push(number(&stream.recv().await.unwrap().unwrap().text));
        }
        assert!(answers.iter().all(|it| *it == answers[0]), "{answers:?}");
    }
    streams.truncate(3);
    let mut last = streams.pop().unwrap();
    last.close_send().await.unwrap();
    assert_eq!(last.recv().await.unwrap(), None);
    assert_eq!(
        open().iter().sum::<usize>(),
        2,
        "an end counts before the stream is dropped"
    );
    drop(streams);
    assert_eq!(open(), [0; 3]);
    let running: usize = channel.instances().iter().map(|it| it.running()).sum();
    assert_eq!(running, 0);
}

#[tokio::test(start_paused = true)]
async fn calls_of_one_key_go_to_one_instance() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 0..5 {
        servers.push(serve(&network, nth).await);
    }
    let fleet = Fleet::new(first(5)).balancer(ConsistentHash::by_metainfo("USER"));
    let client = builder(&network, Wire::Mux, fleet).build().unwrap();
    let home = async |user: String| {
        let mut stream = client.bidi().metainfo("USER", user).await.unwrap();
        stream.send(msg("m")).await.unwrap();
        number(&stream.recv().await.unwrap().unwrap().text)
    };
    let mut homes = std::collections::BTreeSet::new();
    for user in 0..20 {
        let first = home(format!("user-{user}")).await;
        assert_eq!(home(format!("user-{user}")).await, first);
        homes.insert(first);
    }
    assert!(homes.len() > 2, "{homes:?}");
    let error = client.bidi().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert!(
        error.message().contains("set the metainfo `USER`"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_reaches_nobody_goes_to_another_instance_over_every_wire() {
    for wire in ALL {
        let network = Network::new(1);
        let _server = serve(&network, 3).await;
        let client = builder(&network, wire, Fleet::new(first(4)))
            .build()
            .unwrap();
        for _ in 0..10 {
            let answered = ask(wire, &client).await;
            assert_eq!(
                answered.unwrap_or_else(|error| panic!("{wire:?}: {error}")),
                3
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_does_not_answer_dials_leaves_time_for_others() {
    let network = Network::new(1);
    let _server = serve(&network, 1).await;
    let silent = network.link("a", "i0");
    silent.part();
    let client = builder(&network, Wire::Mux, Fleet::new(first(2)))
        .build()
        .unwrap();
    for _ in 0..4 {
        assert_eq!(answering(&client).await.unwrap(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retries_end_with_their_budget() {
    let network = Network::new(1);
    let _server = serve(&network, 1).await;
    let fleet = Fleet::new(first(2)).retry_budget(RetryBudget::new(0.0, 0.0));
    let client = builder(&network, Wire::Mux, fleet).build().unwrap();
    let mut results = Vec::new();
    for _ in 0..2 {
        results.push(answering(&client).await);
    }
    let failed = results.iter().filter(|it| it.is_err()).count();
    assert_eq!(
        failed, 1,
        "one call met the dead one, and could not go on: {results:?}"
    );
    // From then on it is left alone.
    assert_eq!(answering(&client).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_instances_with_a_tag_are_called_and_preferred_ones_first() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 0..4 {
        servers.push(serve(&network, nth).await);
    }
    let tagged = |nth: usize, zone: &'static str, cluster: &'static str| {
        instance(nth)
            .with_tag("zone", zone)
            .with_tag("cluster", cluster)
    };
    let list = StaticList::new([
        tagged(0, "a", "blue"),
        tagged(1, "b", "blue"),
        tagged(2, "b", "blue"),
        tagged(3, "b", "green"),
    ]);
    let fleet = Fleet::new(list).only("cluster", "blue").prefer("zone", "a");
    let client = builder(&network, Wire::Mux, fleet.balancer(RoundRobin))
        .build()
        .unwrap();
    for _ in 0..5 {
        assert_eq!(answering(&client).await.unwrap(), 0);
    }
    servers.remove(0).kill().await;
    let mut others = std::collections::BTreeSet::new();
    for _ in 0..6 {
        others.insert(answering(&client).await.unwrap());
    }
    assert_eq!(others.into_iter().collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn instances_of_weight_zero_and_clients_without_instance_say_so() {
    let network = Network::new(1);
    let none = StaticList::new([]);
    let client = builder(&network, Wire::Mux, Fleet::new(none))
        .build()
        .unwrap();
    let error = answering(&client).await.unwrap_err();
    assert_eq!(error.message(), "peer has no instance");
    assert!(error.is_retryable() && error.kind() == ErrorKind::Connection);
    let drained = StaticList::new([instance(0).with_weight(0)]);
    let client = builder(&network, Wire::Mux, Fleet::new(drained))
        .build()
        .unwrap();
    let error = answering(&client).await.unwrap_err();
    assert_eq!(
        error.message(),
        "none of the 1 instances of peer may get calls"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_has_addresses_or_a_fleet() {
    let network = Network::new(1);
    let both = Wire::Mux.builder(&[address(0)]).dial(network.host("a"));
    let error = both.fleet(Fleet::new(first(1))).build().unwrap_err();
    assert!(
        error.message().contains("either addresses or a fleet"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_address_that_the_wire_cannot_use_is_an_error_of_the_call() {
    let network = Network::new(1);
    let list = StaticList::new([Instance::parse("http://i0:80").unwrap()]);
    let client = builder(&network, Wire::Mux, Fleet::new(list))
        .build()
        .unwrap();
    let error = answering(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.message().contains("without the scheme"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_with_an_address_of_its_own_goes_there() {
    let network = Network::new(1);
    let (_one, _other) = (serve(&network, 0).await, serve(&network, 1).await);
    let client = builder(&network, Wire::Mux, Fleet::new(first(1)))
        .build()
        .unwrap();
    let mut stream = client.bidi().address(address(1)).await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(number(&stream.recv().await.unwrap().unwrap().text), 1);
}

#[tokio::test(start_paused = true)]
async fn connecting_reaches_all_instances() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 0..3 {
        servers.push(serve(&network, nth).await);
    }
    let channel = Channel::builder("peer").dial(network.host("a"));
    let channel = channel.fleet(Fleet::new(first(3))).build().unwrap();
    let _client = PeerClient::new(channel.clone());
    channel.connect().await.unwrap();
    assert!(network.connections() >= 3);
}

#[tokio::test(start_paused = true)]
async fn running_calls_decide_between_two() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 0..2 {
        servers.push(serve(&network, nth).await);
    }
    // Calls to the first instance take long.
    network
        .link("a", "i0")
        .faults(streamgen_runtime::testing::Faults {
            latency: Duration::from_millis(500)..Duration::from_millis(501),
            ..Default::default()
        });
    let fleet = Fleet::new(first(2)).balancer(TwoChoices);
    let client = builder(&network, Wire::TtHeader, fleet).build().unwrap();
    let mut calls = JoinSet::new();
    for nth in 0..200u64 {
        let client = client.clone();
        calls.spawn(async move {
            tokio::time::sleep(Duration::from_millis(5 * nth)).await;
            client.hello("x".into()).timeout(LIMIT).await.unwrap();
        });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    let to = |host: &str| {
        network
            .trace()
            .iter()
            .filter(|event| event.to == host)
            .count()
    };
    assert!(to("i0") < to("i1"), "{} and {}", to("i0"), to("i1"));
}
