//! What a real etcd does at times only: it forgets changes, and ends a watch.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;

use crate::client::{Channel, ClientBuilder};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::etcd::Etcd;
use crate::etcd::api::Api;
use crate::etcd::stream_gen::etcdserverpb::kv::{Kv, KvClient, KvServer};
use crate::etcd::stream_gen::etcdserverpb::watch::{Watch, WatchServer};
use crate::etcd::stream_gen::etcdserverpb::watch_request::RequestUnion;
use crate::etcd::stream_gen::etcdserverpb::{
    Event, KeyValue, PutRequest, PutResponse, RangeRequest, RangeResponse, ResponseHeader,
    WatchRequest, WatchResponse,
};
use crate::fleet::Fleet;
use crate::server::Invoker;
use crate::service::{Transport, UnaryTransport};
use crate::streaming::BidiStreamingServer;
use crate::sync::lock;

/// What etcd answers to a watch.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ends {
    /// It has forgotten the changes from there on.
    Compacted,
    /// It counts from 1 again.
    Anew,
    Cancelled,
    Closed,
}

/// Lists one instance more each time it is asked: its port is the number of the question. The first watch
/// ends as the test says; the next ones tell of an instance at port 100.
#[derive(Debug, Clone)]
struct Fake {
    first: Ends,
    asked: Arc<Mutex<i64>>,
    watches: Arc<Mutex<Vec<i64>>>,
}

impl Fake {
    fn new(first: Ends) -> Self {
        Self {
            first,
            asked: Arc::default(),
            watches: Arc::default(),
        }
    }
}

fn whole_list() -> RangeRequest {
    RangeRequest {
        range_end: "kitex/registry-etcd/users0".into(),
        ..RangeRequest::default()
    }
}

fn entry(port: i64) -> KeyValue {
    KeyValue {
        key: format!("kitex/registry-etcd/users/{port}").into(),
        value: format!(r#"{{"address":"127.0.0.1:{port}"}}"#).into(),
        ..KeyValue::default()
    }
}

fn at(revision: i64) -> Option<ResponseHeader> {
    Some(ResponseHeader { revision })
}

impl Kv for Fake {
    async fn range(&self, _: Context, asked: RangeRequest) -> Result<RangeResponse> {
        let nth = {
            let mut nth = lock(&self.asked);
            *nth += 1;
            *nth
        };
        assert_eq!(asked.range_end, whole_list().range_end);
        Ok(RangeResponse {
            header: at(10 * nth),
            kvs: (1..=nth).map(entry).collect(),
            more: false,
        })
    }

    async fn put(&self, _: Context, _: PutRequest) -> Result<PutResponse> {
        Err(Error::application("nobody puts"))
    }
}

impl Watch for Fake {
    async fn watch(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<WatchRequest, WatchResponse>,
    ) -> Result<()> {
        let request = stream
            .recv()
            .await?
            .and_then(|request| request.request_union);
        let Some(RequestUnion::CreateRequest(create)) = request else {
            return Err(Error::application("no watch"));
        };
        let is_first = lock(&self.watches).is_empty();
        lock(&self.watches).push(create.start_revision);
        let created = WatchResponse {
            header: at(create.start_revision),
            created: true,
            ..WatchResponse::default()
        };
        if !is_first {
            stream.send(created).await?;
            let event = Event {
                kv: Some(entry(100)),
                ..Event::default()
            };
            let events = vec![event];
            let header = at(create.start_revision);
            let told = WatchResponse {
                header,
                events,
                ..WatchResponse::default()
            };
            stream.send(told).await?;
            return std::future::pending().await;
        }
        let first = match self.first {
            Ends::Compacted => WatchResponse {
                compact_revision: 50,
                canceled: true,
                ..created
            },
            Ends::Anew => WatchResponse {
                header: at(1),
                ..created
            },
            Ends::Cancelled => WatchResponse {
                canceled: true,
                ..created
            },
            Ends::Closed => return Ok(()),
        };
        stream.send(first).await?;
        std::future::pending().await
    }
}

/// A channel to the instances that `fake` lists; whatever it calls is answered by another one.
fn channel(fake: &Fake) -> Channel {
    let etcd = Etcd::new(["etcd:2379"]).unwrap();
    let server = crate::Server::builder()
        .add_service(KvServer::new(fake.clone()))
        .add_service(WatchServer::new(fake.clone()));
    let near = grpc("etcd").dial(server.invoker().unwrap());
    let api = Api::over(&near.build().unwrap(), None);
    etcd.shared.api.set(api).unwrap();
    let other = Invoker::of(KvServer::new(Fake::new(Ends::Closed)));
    let users = grpc("users").fleet(Fleet::new(etcd)).dial(other);
    users.build().unwrap()
}

fn grpc(destination: &'static str) -> ClientBuilder<Channel> {
    Channel::builder(destination)
        .transport(Transport::Grpc)
        .unary_transport(UnaryTransport::Grpc)
}

#[tokio::test(start_paused = true)]
async fn when_etcd_cannot_tell_what_has_changed_the_list_is_read_again() {
    for first in [Ends::Compacted, Ends::Anew, Ends::Cancelled, Ends::Closed] {
        let fake = Fake::new(first);
        let channel = channel(&fake);
        // A call makes the resolver run.
        let kv = KvClient::new(channel.clone());
        kv.range(whole_list()).await.unwrap();
        sleep(Duration::from_secs(10)).await;
        let found = channel.instances();
        let found = found
            .iter()
            .map(|one| one.instance().endpoint().to_string());
        let expected = ["127.0.0.1:1", "127.0.0.1:100", "127.0.0.1:2"];
        assert_eq!(found.collect::<Vec<_>>(), expected, "{first:?}");
        // Each watch begins behind the list that was read before it.
        assert_eq!(*lock(&fake.watches), [11, 21], "{first:?}");
    }
}
