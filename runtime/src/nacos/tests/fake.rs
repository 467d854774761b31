//! A nacos whose connections break when a test wants it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::client::Channel;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::nacos::Nacos;
use crate::nacos::connections::{Connections, settings};
use crate::nacos::location::{Location, rpc_address};
use crate::nacos::messages::Message;
use crate::nacos::stream_gen::Payload;
use crate::nacos::stream_gen::bi_request_stream::{BiRequestStream, BiRequestStreamServer};
use crate::nacos::stream_gen::request::{Request, RequestServer};
use crate::server::ServerBuilder;
use crate::streaming::BidiStreamingServer;
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

impl State {
    fn info(&self) -> Value {
        let hosts: Vec<_> = self.hosts.iter().map(|(_, host)| host.clone()).collect();
        json!({ "name": "users", "groupName": "DEFAULT_GROUP", "hosts": hosts })
    }

    fn push(&self) {
        for line in self
            .open
            .values()
            .filter(|line| line.follows.contains("users"))
        {
            let fields = json!({ "requestId": "1", "serviceInfo": self.info() });
            let _ = line
                .pushes
                .send(Message::new("NotifySubscriberRequest", fields));
        }
    }

    fn answer(&mut self, asked: &Message) -> Message {
        let refusal = |code: i64, why: &str| {
            let fields = json!({ "resultCode": 500, "errorCode": code, "message": why });
            Message::new("ErrorResponse", fields)
        };
        if self.mood == Mood::Refuses {
            return refusal(300, "Server is starting, please try later!");
        }
        let known = self.open.iter_mut().next_back();
        let Some((number, line)) = known.filter(|(_, line)| !line.forgotten) else {
            return refusal(301, "Connection is unregistered.");
        };
        let number = *number;
        let host = &asked.fields["instance"];
        match asked.class.as_str() {
            "SubscribeServiceRequest" => {
                let service = asked.fields["serviceName"].as_str().unwrap().to_owned();
                match asked.fields["subscribe"] == true {
                    true => line.follows.insert(service),
                    false => line.follows.remove(&service),
                };
            }
            "InstanceRequest" if asked.fields["type"] == "registerInstance" => {
                self.hosts.push((number, host.clone()));
                self.push();
            }
            "InstanceRequest" => {
                self.hosts
                    .retain(|(by, one)| (*by, &one["port"]) != (number, &host["port"]));
                self.push();
            }
            _ => {}
        }
        let mut answer = asked.answer().expect("a request");
        answer.fields["serviceInfo"] = self.info();
        answer
    }
}

impl Request for Fake {
    async fn request(&self, _: Context, asked: Payload) -> Result<Payload> {
        let mood = lock(&self.0).mood;
        match mood {
            Mood::Silent => pending().await,
            Mood::Down => Err(Error::application("nobody is there")),
            Mood::Works | Mood::Refuses => {
                let asked = Message::read(asked)?;
                Ok(lock(&self.0).answer(&asked).write("", None))
            }
        }
    }
}

/// An open connection. What its client has registered goes with it.
struct Open {
    fake: Fake,
    number: u32,
    cut: Arc<Notify>,
    pushes: mpsc::UnboundedReceiver<Message>,
}

impl Open {
    fn begin(fake: &Fake) -> Self {
        let (cut, (sender, pushes)) = (Arc::default(), mpsc::unbounded_channel());
        let line = Line {
            cut: Arc::clone(&cut),
            pushes: sender,
            forgotten: false,
            follows: BTreeSet::new(),
        };
        let mut state = lock(&fake.0);
        state.begun += 1;
        if state.breaking > 0 {
            state.breaking -= 1;
            cut.notify_one();
        }
        let number = state.begun;
        state.open.insert(number, line);
        Self {
            fake: fake.clone(),
            number,
            cut,
            pushes,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = lock(&self.fake.0);
        state.open.remove(&self.number);
        state.hosts.retain(|(by, _)| *by != self.number);
        state.push();
    }
}

impl BiRequestStream for Fake {
    async fn request_bi_stream(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<Payload, Payload>,
    ) -> Result<()> {
        let introduction = stream.recv().await?.expect("an introduction");
        let introduction = Message::read(introduction)?;
        assert_eq!(introduction.class, "ConnectionSetupRequest");
        assert_eq!(introduction.fields["tenant"], "public");
        if lock(&self.0).mood == Mood::Down {
            return Err(Error::application("nobody is there"));
        }
        let mut open = Open::begin(self);
        loop {
            tokio::select! {
                biased;
                () = open.cut.notified() => return Err(Error::application("the connection breaks")),
                Some(push) = open.pushes.recv() => stream.send(push.write("", None)).await?,
                answer = stream.recv() => match answer? {
                    Some(answer) => {
                        let class = Message::read(answer)?.class;
                        lock(&self.0).answers.push(class);
                    }
                    None => return Ok(()),
                },
            }
        }
    }
}
