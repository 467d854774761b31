//! Resolvers under watch, and what becomes of their lists.

use std::sync::Mutex;

use super::*;
use crate::fleet::{Dns, Resolver, StaticList};
use crate::sync::lock;

/// A resolver under watch.
pub(in crate::fleet) struct Watched {
    driven: Driven,
    changes: Arc<Mutex<u32>>,
}

/// Longer than anything takes on a busy machine; it costs no time on a paused clock.
const PATIENCE: Duration = Duration::from_secs(60);

impl Watched {
    pub(in crate::fleet) fn start(resolver: impl Resolver) -> Self {
        let changes = Arc::new(Mutex::new(0));
        let count = Arc::clone(&changes);
        let fleet = Fleet::new(resolver).on_change(move |_| *lock(&count) += 1);
        let driven = Driven::new("users".into(), fleet);
        driven.watch();
        Self { driven, changes }
    }

    /// The ports of the instances.
    pub(in crate::fleet) fn ports(&self) -> Vec<u16> {
        let members = self.driven.members_now();
        let port = |member: &Arc<Member>| {
            let text = member.key().as_str();
            text.rsplit_once(':').unwrap().1.parse().unwrap()
        };
        members.iter().map(port).collect()
    }

    /// How many changes there were, and the ports.
    pub(in crate::fleet) async fn after(&self, time: Duration) -> (u32, Vec<u16>) {
        sleep(time).await;
        let _ = self.driven.known(PATIENCE).await;
        (*lock(&self.changes), self.ports())
    }

    /// Waits until the ports are these.
    pub(in crate::fleet) async fn until(&self, ports: &[u16]) {
        let reached = async {
            while self.ports() != ports {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let reached = timeout(PATIENCE, reached).await;
        reached.unwrap_or_else(|_| panic!("still {:?}, not {ports:?}", self.ports()));
    }

    /// The error of a resolver that tells nothing.
    pub(in crate::fleet) async fn error(&self) -> Error {
        self.driven.known(PATIENCE).await.expect_err("it fails")
    }
}

/// Tells one instance, fails, and then tells another one.
struct Flaky(Mutex<u16>);

impl Resolver for Flaky {
    async fn watch(&self, _: &str, updates: &mut Updates) -> Result<()> {
        let runs = {
            let mut runs = lock(&self.0);
            *runs += 1;
            *runs
        };
        updates.set(vec![Instance::parse(format!("b:{runs}"))?]);
        sleep(Duration::from_secs(1)).await;
        Err(Error::application("gone"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_resolver_that_fails_runs_again_and_its_list_stays_meanwhile() {
    let watched = Watched::start(Flaky(Mutex::default()));
    // It fails after a second, and is left alone for half of one, or a fifth of that more or less.
    assert_eq!(
        watched.after(Duration::from_millis(1300)).await,
        (1, vec![1])
    );
    assert_eq!(
        watched.after(Duration::from_millis(500)).await,
        (2, vec![2])
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_keeps_what_is_known_of_it_while_it_is_listed_the_same() {
    let driven = Driven::new("users".into(), Fleet::new(StaticList::new([])));
    let instance = |port| Instance::parse(format!("b:{port}")).unwrap();
    let set = |list: Vec<Instance>| {
        driven.set(list);
        driven.members_now()
    };
    let first = set(vec![instance(1), instance(2)]);
    let second = set(vec![instance(2), instance(3)]);
    assert!(Arc::ptr_eq(&first[1], &second[0]));
    let third = set(vec![instance(2).with_weight(1), instance(3)]);
    assert!(!Arc::ptr_eq(&second[0], &third[0]));
    assert!(Arc::ptr_eq(&second[1], &third[1]));
}

#[tokio::test(start_paused = true)]
async fn a_change_says_what_came_what_went_and_what_is_other_now() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let fleet = Fleet::new(Dns::new("unused:1"));
    let fleet = fleet.on_change(move |change| lock(&seen).push(change.clone()));
    let driven = Driven::new("users".into(), fleet);
    let instance = |port| Instance::parse(format!("b:{port}")).unwrap();
    driven
        .inner
        .set(vec![instance(1), instance(2), instance(3)]);
    driven.set(vec![
        instance(3),
        instance(2).with_tag("zone", "a"),
        instance(4),
    ]);
    driven.set(vec![
        instance(2).with_tag("zone", "a"),
        instance(3),
        instance(4),
    ]);
    let told = lock(&told);
    assert_eq!(told.len(), 2, "the last list is the same: {told:?}");
    assert_eq!(told[1].added, [instance(4)]);
    assert_eq!(told[1].updated, [instance(2).with_tag("zone", "a")]);
    assert_eq!(told[1].removed, [instance(1)]);
}
