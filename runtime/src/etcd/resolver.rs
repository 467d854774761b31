//! The instances that etcd lists.

use std::collections::BTreeMap;
use std::convert::Infallible;

use bytes::Bytes;

use super::Etcd;
use super::follow::{Follower, Range, follow};
use super::layout;
use super::stream_gen::etcdserverpb::{Event, KeyValue, RangeResponse, event::EventType};
use crate::error::{Error, Result};
use crate::fleet::events;
use crate::fleet::{Instance, Resolver, Updates};

/// The most instances of a service. Kitex's registry-etcd has no limit.
const MAX_INSTANCES: usize = 10_000;

/// The entries of a service, by their keys.
struct Entries<'u> {
    prefix: String,
    default_weight: u32,
    known: BTreeMap<Bytes, Instance>,
    updates: &'u mut Updates,
}

impl Resolver for Etcd {
    /// Reads the list, and then each change of it. When etcd has forgotten the changes since the list
    /// (a compaction), the list is read again. Entries that cannot be understood are left out, as in
    /// registry-etcd; a list without any entry changes nothing, as in Kitex: etcd may have lost its data.
    async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
        let prefix = layout::service_prefix(&self.settings.prefix, destination)?;
        let range = Range {
            key: prefix.clone(),
            end: layout::range_end(&prefix),
            limit: i64::try_from(MAX_INSTANCES).unwrap_or(i64::MAX),
        };
        let mut entries = Entries {
            prefix,
            default_weight: self.settings.default_weight,
            known: BTreeMap::new(),
            updates,
        };
        let session = self.api()?.session().await?;
        let followed = follow(&session, &[range], &mut entries).await;
        followed.map(|never: Infallible| match never {})
    }
}

impl Follower for Entries<'_> {
    /// # Errors
    /// etcd has more than [`MAX_INSTANCES`] entries of the service.
    fn read(&mut self, lists: Vec<RangeResponse>) -> Result<()> {
        self.known.clear();
        for list in lists {
            if list.more || list.kvs.len() > MAX_INSTANCES {
                return Err(too_many());
            }
            for entry in list.kvs {
                self.put(entry);
            }
        }
        self.tell();
        Ok(())
    }

    /// # Errors
    /// etcd has more than [`MAX_INSTANCES`] entries of the service.
    fn changed(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            self.apply(event)?;
        }
        self.tell();
        Ok(())
    }
}

impl Entries<'_> {
    /// # Errors
    /// etcd has more than [`MAX_INSTANCES`] entries of the service.
    fn apply(&mut self, event: Event) -> Result<()> {
        let is_removal = event.r#type() == EventType::Delete;
        let Some(entry) = event.kv else {
            return Ok(());
        };
        match is_removal {
            true => drop(self.known.remove(&entry.key)),
            false => self.put(entry),
        }
        match self.known.len() > MAX_INSTANCES {
            true => Err(too_many()),
            false => Ok(()),
        }
    }

    fn put(&mut self, entry: KeyValue) {
        match layout::instance(&entry.value, self.default_weight) {
            Ok(instance) => drop(self.known.insert(entry.key, instance)),
            Err(why) => {
                events::entry_ignored(&String::from_utf8_lossy(&entry.key), &why);
                self.known.remove(&entry.key);
            }
        }
    }

    fn tell(&mut self) {
        if self.known.is_empty() && self.updates.has_instances() {
            let source = format_args!("etcd {}", self.prefix);
            return events::instances_kept(&source, &"it lists no instance");
        }
        self.updates.set(self.known.values().cloned().collect());
    }
}

fn too_many() -> Error {
    Error::application(format!("etcd lists more than {MAX_INSTANCES} instances"))
}

#[cfg(test)]
mod tests;
