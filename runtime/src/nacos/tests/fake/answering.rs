//! What the nacos of the tests answers, and tells its clients.

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::{Fake, Line, Mood, State};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::nacos::messages::Message;
use crate::nacos::stream_gen::Payload;
use crate::nacos::stream_gen::bi_request_stream::BiRequestStream;
use crate::nacos::stream_gen::request::Request;
use crate::streaming::BidiStreamingServer;
use crate::sync::lock;

impl State {
    fn info(&self) -> Value {
        let hosts: Vec<_> = self.hosts.iter().map(|(_, host)| host.clone()).collect();
        json!({ "name": "users", "groupName": "DEFAULT_GROUP", "hosts": hosts })
    }

    pub(super) fn push(&self) {
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
