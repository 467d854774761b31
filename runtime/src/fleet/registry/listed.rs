//! The entry of a running server: put on the list, kept there, and taken off.

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tracing::Span;

use super::Listing;
use super::registering::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::fleet::backoff::registry_backoff;
use crate::fleet::events;
use crate::sync::lock;
use crate::trace;

/// How long a registry may take to confirm an entry. Longer than the 3 s that Kitex's registry-etcd gives
/// each of its requests, of which a registration makes several.
const CONFIRM: Duration = Duration::from_secs(10);
/// How long it may take to remove an entry: what registry-etcd has. The server takes calls meanwhile.
const DEREGISTER: Duration = Duration::from_secs(3);

/// The entries of one server. Dropping this ends their renewal, and removes none of them.
#[derive(Debug)]
pub(crate) struct Listed(Mutex<Vec<Kept>>);

/// An entry under renewal.
#[derive(Debug)]
struct Kept {
    entry: Entry,
    task: JoinHandle<()>,
}

impl Listed {
    /// Registers all entries, each on a task of its own.
    pub(crate) fn begin(entries: &[Entry]) -> Self {
        let kept = |entry: &Entry| Kept {
            entry: entry.clone(),
            // Belongs to no call.
            task: trace::spawn(&Span::none(), keep(entry.clone())),
        };
        Self(Mutex::new(entries.iter().map(kept).collect()))
    }

    /// Takes all entries off their lists; does nothing the second time. It takes 3 s at most.
    pub(crate) async fn end(&self) {
        let entries = std::mem::take(&mut *lock(&self.0));
        // All at the same time: one store that is down must not keep the others waiting.
        let removals = entries.into_iter().map(remove);
        let removals: Vec<_> = removals
            .map(|one| trace::spawn(&Span::none(), one))
            .collect();
        for removal in removals {
            let _ = removal.await;
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Keeps the entry on the list until it is dropped.
async fn keep(entry: Entry) {
    let mut failures = 0;
    loop {
        let mut listing = Listing::new(entry.registration.clone());
        let Err(error) = attempt(&entry, &mut listing).await else {
            // It stays without being renewed.
            return listing.confirm();
        };
        let lost = *listing.confirmed.borrow();
        if lost {
            failures = 0;
        }
        let pause = registry_backoff(failures);
        events::not_registered(&entry.registration, &error, lost, pause);
        sleep(pause).await;
        failures = failures.saturating_add(1);
    }
}

/// # Errors
/// The registry's; that it confirms nothing.
async fn attempt(entry: &Entry, listing: &mut Listing) -> Result<()> {
    let mut confirmed = listing.confirmed.subscribe();
    let unconfirmed = async {
        let confirmation = confirmed.wait_for(|confirmed| *confirmed);
        let in_time = timeout(CONFIRM, confirmation).await.is_ok();
        if in_time {
            pending::<()>().await;
        }
    };
    tokio::select! {
        ended = entry.registry.register(&entry.registration, listing) => ended,
        () = unconfirmed => Err(too_long(CONFIRM)),
    }
}

/// Ends the renewal, and takes the entry off the list.
async fn remove(mut kept: Kept) {
    kept.task.abort();
    // Until it is dropped: nothing of it may come behind the removal.
    let _ = (&mut kept.task).await;
    let Entry {
        registry,
        registration,
    } = &kept.entry;
    let removed = timeout(DEREGISTER, registry.deregister(registration)).await;
    match removed.unwrap_or_else(|_| Err(too_long(DEREGISTER))) {
        Ok(()) => events::deregistered(registration),
        Err(error) => events::not_deregistered(registration, &error),
    }
}

fn too_long(limit: Duration) -> Error {
    let text = format!("the registry has not answered within {limit:?}");
    Error::new(ErrorKind::Timeout, 0, text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::Instant;

    use super::*;
    use crate::fleet::registry::OwnAddress;
    use crate::fleet::{Instance, Registering, Registration, Registry};

    /// A registry in memory that does what a test tells it, and keeps what it was asked.
    #[derive(Debug, Clone, Default)]
    struct InMemory(Arc<Mutex<State>>);

    #[derive(Debug, Default)]
    struct State {
        listed: Vec<String>,
        attempts: Vec<Instant>,
        mood: Mood,
    }

    /// What becomes of what the registry is asked.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    enum Mood {
        #[default]
        Works,
        /// Entries are kept for good.
        KeepsForGood,
        Fails,
        Hangs,
    }

    impl InMemory {
        async fn mood(&self) -> Result<Mood> {
            let mood = lock(&self.0).mood;
            match mood {
                Mood::Fails => Err(Error::application("the store is down")),
                Mood::Hangs => pending().await,
                mood => Ok(mood),
            }
        }

        fn turn(&self, mood: Mood) {
            lock(&self.0).mood = mood;
        }

        fn listed(&self) -> Vec<String> {
            lock(&self.0).listed.clone()
        }

        fn entry(&self, address: &'static str) -> Entry {
            let registering = Registering::new("users", self.clone()).advertise(address);
            registering.entry(&OwnAddress::new(None)).unwrap()
        }
    }

    impl Registry for InMemory {
        async fn register(&self, one: &Registration, listing: &mut Listing) -> Result<()> {
            lock(&self.0).attempts.push(Instant::now());
            loop {
                let mood = self.mood().await?;
                if !self.listed().contains(&one.to_string()) {
                    lock(&self.0).listed.push(one.to_string());
                }
                listing.confirm();
                if mood == Mood::KeepsForGood {
                    return Ok(());
                }
                sleep(Duration::from_secs(1)).await;
            }
        }

        async fn deregister(&self, one: &Registration) -> Result<()> {
            self.mood().await?;
            lock(&self.0)
                .listed
                .retain(|listed| *listed != one.to_string());
            Ok(())
        }
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn all_entries_are_listed_and_taken_off_at_the_end() {
        for mood in [Mood::Works, Mood::KeepsForGood] {
            let registry = InMemory::default();
            registry.turn(mood);
            let listed = Listed::begin(&[registry.entry("a:1"), registry.entry("b:1")]);
            sleep(10 * SECOND).await;
            assert_eq!(registry.listed(), ["users at a:1", "users at b:1"]);
            assert_eq!(lock(&registry.0).attempts.len(), 2, "{mood:?}");
            listed.end().await;
            assert!(registry.listed().is_empty());
            listed.end().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_is_down_is_asked_again_after_longer_and_longer_up_to_a_bound() {
        let registry = InMemory::default();
        registry.turn(Mood::Fails);
        let listed = Listed::begin(&[registry.entry("a:1")]);
        sleep(60 * SECOND).await;
        let attempts = lock(&registry.0).attempts.clone();
        let pauses: Vec<_> = attempts.windows(2).map(|two| two[1] - two[0]).collect();
        assert!(pauses[0] < SECOND, "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause < 7 * SECOND), "{pauses:?}");
        assert!((10..20).contains(&attempts.len()), "{pauses:?}");
        registry.turn(Mood::Works);
        sleep(7 * SECOND).await;
        assert_eq!(registry.listed(), ["users at a:1"]);
        // What was listed and is lost is tried again soon.
        registry.turn(Mood::Fails);
        sleep(SECOND).await;
        lock(&registry.0).listed.clear();
        registry.turn(Mood::Works);
        sleep(SECOND).await;
        assert_eq!(registry.listed(), ["users at a:1"]);
        drop(listed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_registry_that_does_not_answer_is_asked_again_and_keeps_no_server_from_its_end() {
        let registry = InMemory::default();
        registry.turn(Mood::Hangs);
        let listed = Listed::begin(&[registry.entry("a:1"), registry.entry("b:1")]);
        sleep(CONFIRM + SECOND).await;
        assert_eq!(lock(&registry.0).attempts.len(), 4);
        let begun = Instant::now();
        listed.end().await;
        assert_eq!(begun.elapsed(), DEREGISTER);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_dropped_renews_its_entry_no_more() {
        let registry = InMemory::default();
        let listed = Listed::begin(&[registry.entry("a:1")]);
        sleep(SECOND).await;
        drop(listed);
        lock(&registry.0).listed.clear();
        sleep(60 * SECOND).await;
        assert!(registry.listed().is_empty());
    }

    #[test]
    fn an_entry_says_where_the_instance_is_and_its_weight_and_tags() {
        let registering = Registering::new("users", InMemory::default());
        let registering = registering.weight(20).tag("zone", "a");
        let own = OwnAddress::new(Some("127.0.0.1:80".parse().unwrap()));
        let instance = Instance::parse("127.0.0.1:80").unwrap();
        assert_eq!(
            registering.clone().entry(&own).unwrap().registration,
            Registration::new("users", instance.with_weight(20).with_tag("zone", "a"))
        );
        let nobody = Registering::new("", InMemory::default()).entry(&own);
        assert!(
            nobody
                .unwrap_err()
                .message()
                .contains("needs the name of the service")
        );
    }
}
