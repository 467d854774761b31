//! The instances that etcd lists.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::Etcd;
use super::api::Session;
use super::layout;
use super::stream_gen::etcdserverpb::{Event, KeyValue, WatchResponse, event::EventType};
use crate::error::{Error, Result};
use crate::fleet::events;
use crate::fleet::{Instance, Resolver, Updates};

/// The most instances of a service. Kitex's registry-etcd has no limit.
const MAX_INSTANCES: usize = 10_000;

/// The entries of a service, by their keys.
struct Entries {
    prefix: String,
    default_weight: u32,
    known: BTreeMap<Bytes, Instance>,
}

impl Resolver for Etcd {
    /// Reads the list, and then each change of it. When etcd has forgotten the changes since the list
    /// (a compaction), the list is read again. Entries that cannot be understood are left out, as in
    /// registry-etcd; a list without any entry changes nothing, as in Kitex: etcd may have lost its data.
    async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
        let prefix = layout::service_prefix(&self.settings.prefix, destination)?;
        let session = self.api()?.session().await?;
        loop {
            let mut entries = Entries {
                prefix: prefix.clone(),
                default_weight: self.settings.default_weight,
                known: BTreeMap::new(),
            };
            let revision = entries.read(&session).await?;
            entries.tell(updates);
            entries.follow(&session, revision, updates).await?;
        }
    }
}

impl Entries {
    /// Reads the list; returns its revision.
    ///
    /// # Errors
    /// etcd's; that there are too many.
    async fn read(&mut self, session: &Session<'_>) -> Result<i64> {
        let end = layout::range_end(&self.prefix);
        let limit = i64::try_from(MAX_INSTANCES).unwrap_or(i64::MAX);
        let list = session.range(&self.prefix, end, limit).await?;
        if list.more || list.kvs.len() > MAX_INSTANCES {
            return Err(too_many());
        }
        for entry in list.kvs {
            self.put(entry);
        }
        Ok(list.header.map_or(0, |header| header.revision))
    }

    /// Follows the changes since `revision`, until the list has to be read again.
    ///
    /// # Errors
    /// etcd's, and that the stream has ended.
    async fn follow(
        &mut self,
        session: &Session<'_>,
        revision: i64,
        updates: &mut Updates,
    ) -> Result<()> {
        let end = layout::range_end(&self.prefix);
        let mut changes = session.watch(&self.prefix, end, revision + 1).await?;
        while let Some(response) = changes.recv().await? {
            if is_compacted(&response, revision) {
                return Ok(());
            }
            if response.canceled {
                let text = format!("etcd ends the watch: {}", response.cancel_reason);
                return Err(Error::application(text));
            }
            if response.events.is_empty() {
                continue;
            }
            for event in response.events {
                self.apply(event)?;
            }
            self.tell(updates);
        }
        Err(Error::application("etcd has ended the watch"))
    }

    /// # Errors
    /// There are too many.
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

    fn tell(&self, updates: &mut Updates) {
        if self.known.is_empty() && updates.has_instances() {
            let source = format_args!("etcd {}", self.prefix);
            return events::instances_kept(&source, &"it lists no instance");
        }
        updates.set(self.known.values().cloned().collect());
    }
}

/// Whether etcd cannot tell all changes since `revision`: it has forgotten some, or it has begun anew and
/// counts from 1.
fn is_compacted(response: &WatchResponse, revision: i64) -> bool {
    let now = response.header.map_or(revision, |header| header.revision);
    response.compact_revision != 0 || (response.created && now < revision)
}

fn too_many() -> Error {
    Error::application(format!("etcd lists more than {MAX_INSTANCES} instances"))
}

#[cfg(test)]
mod tests;
