//! The same context with something added.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use faststr::FastStr;
use http::Extensions;

use super::Context;
use crate::call::Deadline;
use crate::metainfo::Metainfo;

impl Context {
    /// The same context with a transient metainfo value for the calls made with it. Empty keys
    /// and values cannot travel and are ignored.
    #[must_use]
    pub fn with_metainfo(mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> Self {
        self.metainfo_mut().set_transient(key.into(), value.into());
        self
    }

    /// The same context with a metainfo value for every hop below.
    #[must_use]
    pub fn with_persistent_metainfo(
        mut self,
        key: impl Into<FastStr>,
        value: impl Into<FastStr>,
    ) -> Self {
        self.metainfo_mut().set_persistent(key.into(), value.into());
        self
    }

    /// Values of the program's own that belong to the call, by their types.
    /// [`Context::with_extension`] adds them. They are never sent: they stay in this process.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        static NONE: LazyLock<Extensions> = LazyLock::new(Extensions::new);
        self.0.extensions.as_deref().unwrap_or(&NONE)
    }

    /// Returns the same context with `value` added. Code that gets this context finds the value by
    /// its type. An example is the identity of the caller, once the program has checked it. `value`
    /// replaces an earlier value of the same type.
    ///
    /// ```
    /// use streamgen_runtime::Context;
    ///
    /// #[derive(Clone)]
    /// struct Tenant(u32);
    ///
    /// let cx = Context::new().with_extension(Tenant(7));
    /// let tenant = cx.extensions().get::<Tenant>();
    /// assert_eq!(tenant.map(|tenant| tenant.0), Some(7));
    /// ```
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        let extensions = self.inner().extensions.get_or_insert_default();
        Arc::make_mut(extensions).insert(value);
        self
    }

    /// The same context with a deadline `timeout` from now, unless it has a sooner one.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        let sooner = Deadline::sooner(self.time_limit(), Some(Deadline::after(timeout)));
        self.inner().deadline = sooner.map(Box::new);
        self
    }

    fn metainfo_mut(&mut self) -> &mut Metainfo {
        self.inner().metainfo.get_or_insert_default()
    }
}
