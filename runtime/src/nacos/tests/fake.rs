//! A nacos whose connections break when a test wants it.

mod answering;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::client::Channel;
use crate::error::Result;
use crate::nacos::Nacos;
use crate::nacos::connections::{Connections, settings};
use crate::nacos::location::{Location, rpc_address};
use crate::nacos::messages::Message;
use crate::nacos::stream_gen::bi_request_stream::BiRequestStreamServer;
use crate::nacos::stream_gen::request::RequestServer;
use crate::server::ServerBuilder;
use crate::sync::lock;
use crate::testing::{Network, Serving};

/// A nacos of one service. It takes what it is asked as of the connection that was made last: a test has one
/// that asks at a time.
#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// By their numbers, the connections that are open.
    open: BTreeMap<u32, Line>,
    begun: u32,
    /// How many of the next connections break as soon as their client has introduced itself.
    breaking: u32,
    hosts: Vec<(u32, Value)>,
    mood: Mood,
    /// Classes of what clients have answered.
    answers: Vec<String>,
}

struct Line {
    cut: Arc<Notify>,
    pushes: mpsc::UnboundedSender<Message>,
    /// nacos has lost what it knew of the client.
    forgotten: bool,
    /// The services of which it is told.
    follows: BTreeSet<String>,
}

/// What becomes of what nacos is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mood {
    #[default]
    Works,
    /// As when it starts.
    Refuses,
    Silent,
    Down,
}

impl Fake {
    pub(super) fn nacos(&self) -> Nacos {
        let fake = self.clone();
        by_way(move |_| settings().dial(fake.server().invoker()?).build())
    }

    /// The same over connections of a network, on which it serves until what is returned is dropped.
    pub(super) async fn nacos_over(&self, network: &Network) -> (Nacos, Serving) {
        let serving = network.serve("nacos:9848", self.server()).await;
        let way = network.clone();
        let to = move |server: &str| {
            let address = rpc_address(server);
            settings().address(address).dial(way.clone()).build()
        };
        (by_way(to), serving.unwrap())
    }

    fn server(&self) -> ServerBuilder {
        crate::Server::builder()
            .add_service(RequestServer::new(self.clone()))
            .add_service(BiRequestStreamServer::new(self.clone()))
    }

    pub(super) fn turn(&self, mood: Mood) {
        lock(&self.0).mood = mood;
    }

    /// Has so many of the next connections break as soon as their client has introduced itself.
    pub(super) fn break_next(&self, count: u32) {
        lock(&self.0).breaking = count;
    }

    /// Breaks all connections.
    pub(super) fn cut(&self) {
        for line in lock(&self.0).open.values() {
            line.cut.notify_one();
        }
    }

    /// Forgets its clients, whose connections stay open.
    pub(super) fn forget(&self) {
        let mut state = lock(&self.0);
        state.hosts.clear();
        for line in state.open.values_mut() {
            line.forgotten = true;
        }
    }

    /// Writes an instance as another client does.
    pub(super) fn write(&self, port: u16) {
        let mut state = lock(&self.0);
        let host = json!({
            "ip": "10.0.0.9", "port": port, "weight": 10.0, "clusterName": "DEFAULT", "metadata": {},
        });
        state.hosts.push((0, host));
        state.push();
    }

    /// Removes an instance, as somebody may in nacos's console.
    pub(super) fn remove(&self, port: u16) {
        let mut state = lock(&self.0);
        state.hosts.retain(|(_, host)| host["port"] != port);
        state.push();
    }

    /// Wants its clients to connect again.
    pub(super) fn reset(&self) {
        for line in lock(&self.0).open.values() {
            let fields = json!({ "requestId": "1" });
            let _ = line
                .pushes
                .send(Message::new("ConnectResetRequest", fields));
        }
    }

    /// The ports of all instances.
    pub(super) fn listed(&self) -> Vec<u64> {
        let ports = |(_, host): &(u32, Value)| host["port"].as_u64();
        lock(&self.0).hosts.iter().filter_map(ports).collect()
    }

    /// How many connections are open, and how many have been.
    pub(super) fn connections(&self) -> (usize, u32) {
        let state = lock(&self.0);
        (state.open.len(), state.begun)
    }

    /// The services of which the client is told that has connected last.
    pub(super) fn followed(&self) -> Vec<String> {
        let state = lock(&self.0);
        let last = state.open.values().next_back();
        last.into_iter()
            .flat_map(|line| line.follows.clone())
            .collect()
    }

    pub(super) fn answers(&self) -> Vec<String> {
        lock(&self.0).answers.clone()
    }
}

fn by_way(way: impl Fn(&str) -> Result<Channel> + Send + Sync + 'static) -> Nacos {
    let location = Arc::new(Location::of_servers("nacos:8848").unwrap());
    let connections = Connections::over(Arc::clone(&location), Box::new(way));
    Nacos {
        location,
        connections: Arc::new(connections),
    }
}
