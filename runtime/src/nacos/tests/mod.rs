//! Connections with nacos that break: what servers and clients do then, and that nothing of them stays.

mod fake;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::Nacos;
use super::messages::Message;
use super::stream_gen::request::{RequestClient, RequestServer};
use crate::client::Channel;
use crate::fleet::{Fleet, Listed, OwnAddress, Registering};
use crate::server::Invoker;
use crate::service::{Transport, UnaryTransport};
use crate::testing::{Event, Network, What};
use fake::{Fake, Mood};

/// Longer than a server or a client takes to connect again once it can.
const SETTLED: Duration = Duration::from_secs(20);

/// A server on port 80 that registers.
fn server(fake: &Fake) -> Listed {
    registered(fake.nacos())
}

fn registered(nacos: Nacos) -> Listed {
    let registering = Registering::new("users", nacos);
    let own = OwnAddress::new(Some("127.0.0.1:80".parse().unwrap()));
    Listed::begin(&[registering.entry(&own).unwrap()])
}

/// A client that follows the list; whatever it calls is answered by another nacos.
fn client(fake: &Fake) -> Channel {
    client_of("users", &fake.nacos())
}

fn client_of(service: &'static str, nacos: &Nacos) -> Channel {
    let other = Invoker::of(RequestServer::new(Fake::default()));
    let channel = Channel::builder(service)
        .transport(Transport::Grpc)
        .unary_transport(UnaryTransport::Grpc)
        .fleet(Fleet::new(nacos.clone()));
    channel.dial(other).build().unwrap()
}

/// The error of a call, if instances are not known.
async fn call(channel: &Channel) -> Option<String> {
    let asked = Message::new("HealthCheckRequest", serde_json::json!({}));
    let client = RequestClient::new(channel.clone());
    let called = client.request(asked.write("", None)).await;
    called.err().map(|error| error.message().to_owned())
}

/// The ports of all instances that a client knows.
fn known(channel: &Channel) -> Vec<u16> {
    let instances = channel.instances();
    let addresses = instances
        .iter()
        .map(|one| one.instance().endpoint().to_string());
    let port = |address: String| address.rsplit_once(':').unwrap().1.parse().unwrap();
    let mut ports: Vec<_> = addresses.map(port).collect();
    ports.sort_unstable();
    ports
}

/// What is said of it if a test fails, and how it comes about.
type Loss = (&'static str, fn(&Fake));

/// Ways in which a connection is lost. nacos is there again behind each.
const LOSSES: [Loss; 5] = [
    ("it breaks", Fake::cut),
    ("several break at once", |fake| {
        fake.break_next(3);
        fake.cut();
    }),
    ("nacos answers 301 on an open connection", Fake::forget),
    ("nacos wants its clients elsewhere", Fake::reset),
    ("nacos refuses at first", |fake| {
        fake.turn(Mood::Refuses);
        fake.cut();
    }),
];

#[tokio::test(start_paused = true)]
async fn a_server_registers_again_on_another_connection_and_leaves_none_behind() {
    for (loss, lose) in LOSSES {
        let fake = Fake::default();
        // As early as can be: nothing has been told on the first one.
        fake.break_next(1);
        let server = server(&fake);
        sleep(SETTLED).await;
        assert_eq!(
            (fake.listed(), fake.connections().0),
            (vec![80], 1),
            "{loss}"
        );
        for _ in 0..3 {
            let before = fake.connections().1;
            lose(&fake);
            sleep(SETTLED).await;
            fake.turn(Mood::Works);
            sleep(2 * SETTLED).await;
            let (open, begun) = fake.connections();
            assert_eq!((fake.listed(), open), (vec![80], 1), "{loss}");
            assert!(begun > before, "{loss}");
        }
        server.end().await;
        sleep(Duration::from_millis(1)).await;
        assert_eq!((fake.listed(), fake.connections().0), (vec![], 0), "{loss}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_follows_the_list_on_another_connection_and_keeps_what_it_knew_meanwhile() {
    for (loss, lose) in LOSSES {
        let fake = Fake::default();
        fake.break_next(1);
        fake.write(1);
        let channel = client(&fake);
        let _ = call(&channel).await;
        sleep(SETTLED).await;
        for port in 2..5 {
            lose(&fake);
            sleep(Duration::from_millis(1)).await;
            assert!(!known(&channel).is_empty(), "{loss}");
            assert_eq!(call(&channel).await, None, "{loss}");
            sleep(SETTLED).await;
            fake.turn(Mood::Works);
            sleep(3 * SETTLED).await;
            assert_eq!(fake.connections().0, 1, "{loss}");
            // It is told at once again.
            fake.write(port);
            sleep(Duration::from_millis(1)).await;
            assert!(
                known(&channel).contains(&port),
                "{loss}: {:?}",
                known(&channel)
            );
        }
        drop(channel);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(fake.connections().0, 0, "{loss}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_nacos_that_falls_silent_is_left_and_asked_again_with_pauses() {
    let fake = Fake::default();
    let server = server(&fake);
    let channel = client(&fake);
    fake.write(1);
    assert_eq!(call(&channel).await, None);
    sleep(SETTLED).await;
    let before = fake.connections().1;
    fake.turn(Mood::Silent);
    sleep(Duration::from_secs(300)).await;
    // Each attempt takes 3 s, and the pause behind it up to 6 s.
    let (open, begun) = fake.connections();
    assert!(open <= 2, "{open}");
    assert!(begun - before < 2 * 300 / 6, "{begun}");
    assert_eq!(call(&channel).await, None);
    fake.turn(Mood::Works);
    sleep(2 * SETTLED).await;
    assert_eq!(
        (fake.listed().contains(&80), fake.connections().0),
        (true, 2)
    );
    server.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_nacos_that_answers_nothing_for_some_seconds_keeps_its_clients_and_their_connections() {
    let (fake, network) = (Fake::default(), Network::new(1));
    let (nacos, _serving) = fake.nacos_over(&network).await;
    let server = registered(nacos);
    let link = network.link("client", "nacos");
    // It begins at any time between two questions of the client.
    for seconds in 1..7 {
        sleep(SETTLED + Duration::from_secs(seconds)).await;
        link.part();
        sleep(Duration::from_secs(8)).await;
        link.heal();
        sleep(SETTLED).await;
        assert_eq!((fake.listed(), fake.connections()), (vec![80], (1, 1)));
    }
    let dialled = |event: &&Event| event.what == What::Connected;
    assert_eq!(network.trace().iter().filter(dialled).count(), 1);
    server.end().await;
}

#[tokio::test(start_paused = true)]
async fn while_nacos_is_down_nothing_is_open_and_a_client_says_why_it_knows_nothing() {
    let fake = Fake::default();
    fake.turn(Mood::Down);
    let channel = client(&fake);
    let error = call(&channel).await.unwrap();
    assert!(
        error.contains("the instances of users in nacos at nacos:8848"),
        "{error}"
    );
    assert!(error.contains("nobody is there"), "{error}");
    sleep(SETTLED).await;
    assert_eq!(fake.connections().0, 0);
    fake.turn(Mood::Works);
    fake.write(1);
    sleep(SETTLED).await;
    assert_eq!((known(&channel), call(&channel).await), (vec![1], None));
}

#[tokio::test(start_paused = true)]
async fn clients_of_one_nacos_share_a_connection_and_what_nacos_asks_is_answered() {
    let fake = Fake::default();
    let nacos = fake.nacos();
    let (users, orders) = (client_of("users", &nacos), client_of("orders", &nacos));
    fake.write(1);
    let called = tokio::join!(call(&users), call(&orders));
    assert_eq!(called, (None, None));
    assert_eq!(fake.connections(), (1, 1));
    fake.write(2);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(known(&users), [1, 2]);
    assert_eq!(fake.answers(), ["NotifySubscriberResponse"]);
    drop(users);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(fake.connections(), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn nacos_is_told_of_services_that_nobody_follows_any_more() {
    let fake = Fake::default();
    let nacos = fake.nacos();
    let follow = async |service| {
        let channel = client_of(service, &nacos);
        assert_eq!(call(&channel).await, None);
        sleep(Duration::from_millis(1)).await;
        channel
    };
    fake.write(1);
    let (users, orders) = (follow("users").await, follow("orders").await);
    assert_eq!(fake.followed(), ["orders", "users"]);
    drop(users);
    sleep(Duration::from_millis(1)).await;
    let goods = follow("goods").await;
    assert_eq!(fake.followed(), ["goods", "orders"]);
    let users = follow("users").await;
    assert_eq!(fake.followed(), ["goods", "orders", "users"]);
    fake.write(2);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(known(&users), [1, 2]);
    assert_eq!(fake.connections(), (1, 1));
    drop((orders, goods));
}

#[test]
fn a_runtime_that_nobody_drives_any_more_keeps_no_other_one_waiting() {
    let nacos = Fake::default().nacos();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    };
    let (stalled, other) = (runtime(), runtime());
    let following = async || {
        let following = timeout(SETTLED, nacos.connections.following()).await;
        following.expect("in time").unwrap()
    };
    let of_stalled = stalled.block_on(following());
    let [one, two] = other.block_on(async { [following().await, following().await] });
    assert!(!Arc::ptr_eq(&of_stalled, &one));
    assert!(Arc::ptr_eq(&one, &two));
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_somebody_has_removed_is_written_again() {
    let fake = Fake::default();
    let server = server(&fake);
    sleep(SETTLED).await;
    fake.remove(80);
    sleep(Duration::from_secs(240)).await;
    assert_eq!((fake.listed(), fake.connections()), (vec![80], (1, 2)));
    drop(server);
    sleep(Duration::from_millis(1)).await;
    // Its future was dropped, as when a server's is.
    assert_eq!((fake.listed(), fake.connections().0), (vec![], 0));
}
