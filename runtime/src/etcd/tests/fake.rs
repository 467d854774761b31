//! What a real etcd does at times only: it forgets changes, and ends a watch.

use std::sync::{Arc, Mutex};

use super::Etcd;
use super::api::Api;
use super::stream_gen::etcdserverpb::kv::{Kv, KvServer};
use super::stream_gen::etcdserverpb::watch::{Watch, WatchServer};
use super::stream_gen::etcdserverpb::watch_request::RequestUnion;
use super::stream_gen::etcdserverpb::{
    Event, KeyValue, PutRequest, PutResponse, RangeRequest, RangeResponse, ResponseHeader,
    WatchRequest, WatchResponse,
};
use crate::client::{Channel, ClientBuilder};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::service::{Transport, UnaryTransport};
use crate::streaming::BidiStreamingServer;
use crate::sync::lock;

/// What etcd answers to a watch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ends {
    /// It has forgotten the changes from there on.
    Compacted,
    /// It counts from 1 again.
    Anew,
    Cancelled,
    Closed,
}

impl Ends {
    pub(super) const ALL: [Self; 4] = [Self::Compacted, Self::Anew, Self::Cancelled, Self::Closed];
}

/// An etcd whose keys are others each time it is asked. The first watch ends as the test says; the next ones
/// tell of one event.
#[derive(Debug, Clone)]
pub(super) struct Fake {
    first: Ends,
    keys: Keys,
    asked: Arc<Mutex<i64>>,
    /// From where on each watch was to tell changes.
    pub(super) watches: Arc<Mutex<Vec<i64>>>,
}

/// What a fake etcd has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    /// What it is asked for.
    pub(super) range: fn() -> RangeRequest,
    /// What is there when it is asked for the nth time, at revision 10 n.
    pub(super) nth: fn(i64) -> Vec<KeyValue>,
    /// What becomes of it behind that of the second time.
    pub(super) event: fn() -> Event,
}

impl Fake {
    pub(super) fn new(first: Ends, keys: Keys) -> Self {
        Self {
            first,
            keys,
            asked: Arc::default(),
            watches: Arc::default(),
        }
    }

    /// A store that asks it.
    pub(super) fn etcd(&self) -> Etcd {
        let etcd = Etcd::new(["etcd:2379"]).unwrap();
        let server = crate::Server::builder()
            .add_service(KvServer::new(self.clone()))
            .add_service(WatchServer::new(self.clone()));
        let near = grpc("etcd").dial(server.invoker().unwrap());
        let api = Api::over(&near.build().unwrap(), None);
        assert!(etcd.shared.api.set(api).is_ok());
        etcd
    }
}

pub(super) fn grpc(destination: &'static str) -> ClientBuilder<Channel> {
    Channel::builder(destination)
        .transport(Transport::Grpc)
        .unary_transport(UnaryTransport::Grpc)
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
        let range = (self.keys.range)();
        assert_eq!((asked.key, asked.range_end), (range.key, range.range_end));
        Ok(RangeResponse {
            header: at(10 * nth),
            kvs: (self.keys.nth)(nth),
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
        asking: Context,
        mut stream: BidiStreamingServer<WatchRequest, WatchResponse>,
    ) -> Result<()> {
        let request = stream
            .recv()
            .await?
            .and_then(|request| request.request_union);
        let Some(RequestUnion::CreateRequest(create)) = request else {
            return Err(Error::application("no watch"));
        };
        assert_eq!(asking.header().get("hasleader"), Some("true"));
        let is_first = lock(&self.watches).is_empty();
        lock(&self.watches).push(create.start_revision);
        let created = WatchResponse {
            header: at(create.start_revision),
            created: true,
            ..WatchResponse::default()
        };
        if !is_first {
            stream.send(created).await?;
            let events = vec![(self.keys.event)()];
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
