//! Instances of an etcd that cannot tell what has changed.

use std::time::Duration;

use tokio::time::sleep;

use crate::client::Channel;
use crate::etcd::fake::{Ends, Fake, Keys, grpc};
use crate::etcd::stream_gen::etcdserverpb::kv::{KvClient, KvServer};
use crate::etcd::stream_gen::etcdserverpb::{Event, KeyValue, RangeRequest};
use crate::fleet::Fleet;
use crate::server::Invoker;
use crate::sync::lock;

/// One instance more each time it is asked, whose port is the number of the question, and then one at port
/// 100.
const INSTANCES: Keys = Keys {
    range: whole_list,
    nth: |nth| (1..=nth).map(entry).collect(),
    event: || Event {
        kv: Some(entry(100)),
        ..Event::default()
    },
};

fn whole_list() -> RangeRequest {
    RangeRequest {
        key: "kitex/registry-etcd/users/".into(),
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

/// A channel to the instances that `fake` lists; whatever it calls is answered by another one.
fn channel(fake: &Fake) -> Channel {
    let other = Invoker::of(KvServer::new(Fake::new(Ends::Closed, INSTANCES)));
    let users = grpc("users").fleet(Fleet::new(fake.etcd())).dial(other);
    users.build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn when_etcd_cannot_tell_what_has_changed_the_list_is_read_again() {
    for first in Ends::ALL {
        let fake = Fake::new(first, INSTANCES);
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
