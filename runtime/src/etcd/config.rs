//! Settings that change while a program runs, in etcd.

use std::convert::Infallible;

use faststr::FastStr;

use super::Etcd;
use super::follow::{Follower, Range, follow};
use super::layout::{self, MAX_DOCUMENT};
use super::stream_gen::etcdserverpb::{Event, RangeResponse, event::EventType};
use crate::config::{Category, ConfigNames, ConfigSource, ConfigUpdates};
use crate::error::Result;

/// What the keys of Kitex's config-etcd begin with.
const PREFIX: &str = "/KitexConfig";

/// The configuration of clients and servers in etcd, under the keys of Kitex's config-etcd:
/// `/KitexConfig/ClientName/ServiceName/retry`, and `/KitexConfig/ServiceName/limit`. The guide, with all
/// categories and fields, is `docs/config.md` in the repository.
///
/// ```
/// use streamgen_runtime::etcd::{Etcd, EtcdConfig};
/// use streamgen_runtime::{Channel, Result, Server};
///
/// # fn run() -> Result<()> {
/// let config = EtcdConfig::new(Etcd::from_url("etcd://10.0.0.1:2379,10.0.0.2:2379")?);
/// let server = Server::builder().config("ServiceName", config.clone());
/// let users = Channel::builder("ServiceName").address("10.0.0.3:8888");
/// let users = users.config("ClientName", config).build()?;
/// # Ok(())
/// # }
/// ```
///
/// A change takes effect with the next call. While etcd is down, what it has told last holds; when it is
/// back, all documents are read anew. One that is gone by then was removed: the settings of the program hold.
///
/// | bound | |
/// | --- | --- |
/// | a document | 1 MiB; a longer one is refused, and what it said before stays. etcd itself takes 1.5 MiB, unless it is told otherwise |
/// | a key | 1 KiB |
/// | calls and connections | those of [`Etcd`] |
#[derive(Debug, Clone)]
pub struct EtcdConfig {
    etcd: Etcd,
    prefix: FastStr,
}

impl EtcdConfig {
    /// The configuration in this store, whose connections it shares. The store's own prefix, lease and
    /// weight are those of instances: they change nothing here.
    #[must_use]
    pub fn new(etcd: Etcd) -> Self {
        Self {
            etcd,
            prefix: FastStr::from_static_str(PREFIX),
        }
    }

    /// Sets what all keys begin with, before a `/`, as `Prefix` of config-etcd's options does. Default:
    /// `/KitexConfig`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<FastStr>) -> Self {
        self.prefix = prefix.into();
        self
    }
}

impl ConfigSource for EtcdConfig {
    async fn watch(&self, names: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
        let mut documents = Documents {
            keys: Vec::new(),
            updates,
        };
        let mut ranges = Vec::new();
        for category in names.categories() {
            let key = layout::config_key(&self.prefix, &names.path(*category))?;
            ranges.push(Range {
                key: key.clone(),
                end: Vec::new(),
                limit: 1,
            });
            documents.keys.push((*category, key));
        }
        let session = self.etcd.api()?.session().await?;
        let followed = follow(&session, &ranges, &mut documents).await;
        followed.map(|never: Infallible| match never {})
    }
}

/// Tells of the documents under these keys.
struct Documents<'u> {
    keys: Vec<(Category, String)>,
    updates: &'u mut ConfigUpdates,
}

impl Follower for Documents<'_> {
    fn read(&mut self, lists: Vec<RangeResponse>) -> Result<()> {
        for (nth, list) in lists.into_iter().enumerate() {
            let document = list.kvs.first().map(|entry| entry.value.as_ref());
            self.tell(nth, document);
        }
        Ok(())
    }

    fn changed(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            let is_removal = event.r#type() == EventType::Delete;
            let Some(entry) = event.kv else { continue };
            let of = |(_, key): &(_, String)| key.as_bytes() == entry.key.as_ref();
            if let Some(nth) = self.keys.iter().position(of) {
                self.tell(nth, (!is_removal).then_some(entry.value.as_ref()));
            }
        }
        Ok(())
    }
}

impl Documents<'_> {
    fn tell(&mut self, nth: usize, document: Option<&[u8]>) {
        let (category, key) = &self.keys[nth];
        match document {
            Some(document) if document.len() > MAX_DOCUMENT => {
                let size = document.len();
                let why = format!("it has {size} bytes, and at most {MAX_DOCUMENT} are read");
                self.updates.failed(key, why);
            }
            _ => self.updates.set(*category, key, document),
        }
    }
}

#[cfg(test)]
mod tests;
