//! Values that the hooks of one call write and read while it lives.

use std::fmt;
use std::sync::{Arc, Mutex};

use http::Extensions;

use crate::sync::lock;

/// A map by types that all code of one call shares, as the map that Kitex's `contextmap` puts into the
/// context.
///
/// [Extensions](super::CallInfo::extensions) are fixed once the stream exists. A map among them is
/// not: a Send middleware can write there what a Recv middleware or the handler reads. As in Kitex,
/// a call has a map only if a hook has put it there, with
/// [`Calling::insert_extension`](super::Calling::insert_extension). Clones are the same map.
///
/// ```
/// use streamgen_runtime::middleware::ContextMap;
///
/// #[derive(Clone, Default)]
/// struct Messages(u32);
///
/// let map = ContextMap::new();
/// let count = || map.update(|messages: &mut Messages| messages.0 += 1);
/// count();
/// count();
/// assert_eq!(map.get::<Messages>().map(|messages| messages.0), Some(2));
/// ```
#[derive(Clone, Default)]
pub struct ContextMap(Arc<Mutex<Extensions>>);

impl ContextMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `value` there. Returns the value of the same type that was there.
    pub fn insert<T: Clone + Send + Sync + 'static>(&self, value: T) -> Option<T> {
        lock(&self.0).insert(value)
    }

    /// A copy of the value of that type.
    #[must_use]
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        lock(&self.0).get().cloned()
    }

    /// Takes the value of that type out.
    pub fn remove<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        lock(&self.0).remove()
    }

    /// Changes the value of that type, which is its default if there was none. The map is locked
    /// meanwhile: `change` must not use it.
    pub fn update<T, R>(&self, change: impl FnOnce(&mut T) -> R) -> R
    where
        T: Clone + Default + Send + Sync + 'static,
    {
        change(lock(&self.0).get_or_insert_default())
    }
}

impl fmt::Debug for ContextMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextMap").finish_non_exhaustive()
    }
}
