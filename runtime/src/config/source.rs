//! Where a configuration comes from.

use std::fmt::Display;
use std::sync::Weak;

use super::category::Category;
use super::names::ConfigNames;
use super::watching::{Document, Inner};
use crate::error::Result;
use crate::middleware::BoxFuture;

/// Knows the configuration of clients and servers, and learns of changes: a file, a configuration center.
///
/// A client runs [`watch`](Self::watch) from its first call on, and a server from when it is bound. The
/// future tells the documents that there are, now and after each change, and goes on until it is dropped,
/// with the client's channel or the server. A client's first call, which waits for the source, has all that
/// was told when the future waited for the first time after it had told something.
///
/// ```
/// use std::time::Duration;
///
/// use streamgen_runtime::Result;
/// use streamgen_runtime::config::{ConfigNames, ConfigSource, ConfigUpdates};
///
/// /// Asks a key-value store again and again.
/// struct Polled<S>(S);
/// # trait Store: Send + Sync + 'static {
/// #     fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>>> + Send;
/// # }
///
/// impl<S: Store> ConfigSource for Polled<S> {
///     async fn watch(&self, names: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
///         loop {
///             for category in names.categories() {
///                 let key = names.path(*category);
///                 let document = self.0.get(&key).await?;
///                 updates.set(*category, &key, document.as_deref());
///             }
///             tokio::time::sleep(Duration::from_secs(5)).await;
///         }
///     }
/// }
/// ```
pub trait ConfigSource: Send + Sync + 'static {
    /// Tells `updates` of the documents of the client or server with these names. `Ok` means that they will
    /// not change any more.
    ///
    /// # Errors
    /// Any. What was told stays, and the function runs again after a while, between a second and half a
    /// minute. If nothing was told so far, the settings of the program hold.
    fn watch(
        &self,
        names: &ConfigNames,
        updates: &mut ConfigUpdates,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A [`ConfigSource`] whose type is erased.
pub(super) trait ErasedSource: Send + Sync {
    fn watch<'a>(
        &'a self,
        names: &'a ConfigNames,
        updates: &'a mut ConfigUpdates,
    ) -> BoxFuture<'a, Result<()>>;
}

impl<S: ConfigSource> ErasedSource for S {
    fn watch<'a>(
        &'a self,
        names: &'a ConfigNames,
        updates: &'a mut ConfigUpdates,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(ConfigSource::watch(self, names, updates))
    }
}

/// Takes what a [`ConfigSource`] tells.
///
/// A document that is wrong is refused as a whole: what it said before stays, and an event says what is
/// wrong. `from` names the document in events. One that has not changed since it was told last does nothing.
#[derive(Debug)]
pub struct ConfigUpdates {
    inner: Weak<Inner>,
    /// Whether anything was told.
    pub(super) told: bool,
}

impl ConfigUpdates {
    pub(super) fn new(inner: Weak<Inner>) -> Self {
        Self { inner, told: false }
    }

    /// The document of a category, as Kitex's `config-etcd` has it. `None`: there is none, and the settings
    /// of the program hold.
    pub fn set(&mut self, category: Category, from: impl Display, document: Option<&[u8]>) {
        self.tell(Document::Of(category), &from, document);
    }

    /// A file of many clients and servers, as Kitex's `config-file` has it. `None`: there is none, and the
    /// settings of the program hold.
    pub fn set_file(&mut self, from: impl Display, document: Option<&[u8]>) {
        self.tell(Document::File, &from, document);
    }

    /// The document, or where it is, cannot be read now: what it said before stays, and an event says why.
    pub fn failed(&mut self, from: impl Display, why: impl Display) {
        self.told = true;
        if let Some(inner) = self.inner.upgrade() {
            inner.unreadable(&from, &why);
        }
    }

    fn tell(&mut self, what: Document, from: &dyn Display, document: Option<&[u8]>) {
        self.told = true;
        if let Some(inner) = self.inner.upgrade() {
            inner.take(what, from, document);
        }
    }
}
