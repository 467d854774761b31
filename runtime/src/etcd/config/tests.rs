//! Documents of an etcd that cannot tell what has changed, and what is told of them.

use std::time::Duration;

use tokio::time::sleep;

use super::EtcdConfig;
use crate::config::{ConfigNames, Watching};
use crate::etcd::fake::{Ends, Fake, Keys};
use crate::etcd::layout::MAX_DOCUMENT;
use crate::etcd::stream_gen::etcdserverpb::{Event, KeyValue, RangeRequest, event::EventType};
use crate::sync::lock;

/// Another limit each time it is asked: the number of the question. Then it is 100.
const LIMITS: Keys = Keys {
    range: key_of_limit,
    nth: |nth| vec![limit(&format!(r#"{{"qps_limit": {nth}}}"#))],
    event: || put(limit(r#"{"qps_limit": 100}"#)),
};

fn key_of_limit() -> RangeRequest {
    RangeRequest {
        key: "/KitexConfig/users/limit".into(),
        ..RangeRequest::default()
    }
}

fn limit(document: &str) -> KeyValue {
    KeyValue {
        key: key_of_limit().key,
        value: document.to_owned().into(),
        ..KeyValue::default()
    }
}

fn put(entry: KeyValue) -> Event {
    Event {
        kv: Some(entry),
        ..Event::default()
    }
}

/// The configuration of the server of `users` in `fake`.
fn users(fake: &Fake) -> Watching {
    let config = EtcdConfig::new(fake.etcd());
    Watching::new(ConfigNames::of_server("users"), config)
}

async fn per_second(watching: &Watching) -> Option<u32> {
    watching.settings().await.limit.per_second
}

#[tokio::test(start_paused = true)]
async fn when_etcd_cannot_tell_what_has_changed_the_documents_are_read_again() {
    for first in Ends::ALL {
        let fake = Fake::new(first, LIMITS);
        let watching = users(&fake);
        // The first call waits until they are read.
        assert!(per_second(&watching).await.is_some(), "{first:?}");
        sleep(Duration::from_secs(10)).await;
        assert_eq!(per_second(&watching).await, Some(100), "{first:?}");
        // Each watch begins behind what was read before it.
        assert_eq!(*lock(&fake.watches), [11, 21], "{first:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_is_told_whether_etcd_says_so_or_it_is_missed() {
    let removed: fn() -> Event = || Event {
        r#type: EventType::Delete.into(),
        kv: Some(limit("")),
    };
    let of_another_key: fn() -> Event = || {
        let mut other = limit(r#"{"qps_limit": 9}"#);
        other.key = "/KitexConfig/users/limits".into();
        put(other)
    };
    let missed: fn(i64) -> Vec<KeyValue> = |nth| match nth {
        1 => vec![limit(r#"{"qps_limit": 1}"#)],
        _ => Vec::new(),
    };
    for (nth, event) in [(LIMITS.nth, removed), (missed, of_another_key)] {
        let keys = Keys {
            nth,
            event,
            ..LIMITS
        };
        // The watch is ended a while after the first call has seen the document.
        let watching = users(&Fake::new(Ends::Closed, keys));
        assert_eq!(per_second(&watching).await, Some(1));
        sleep(Duration::from_secs(10)).await;
        assert_eq!(per_second(&watching).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_is_wrong_or_too_long_leaves_what_was_before() {
    let wrong: fn() -> Event = || put(limit(r#"{"connection_limit": 5, "qps_limit": "x"}"#));
    let long: fn() -> Event = || {
        let spaces = " ".repeat(MAX_DOCUMENT);
        put(limit(&format!(r#"{{"qps_limit": 100{spaces}}}"#)))
    };
    for event in [wrong, long] {
        let fake = Fake::new(Ends::Closed, Keys { event, ..LIMITS });
        let watching = users(&fake);
        per_second(&watching).await;
        sleep(Duration::from_secs(10)).await;
        let limit = watching.settings().await.limit;
        assert_eq!((limit.connections, limit.per_second), (None, Some(2)));
    }
}
