//! Instances that the program itself knows.

use super::{Resolver, Updates};
use crate::error::Result;
use crate::fleet::Instance;

/// A list that does not change.
#[derive(Debug, Clone)]
pub struct StaticList(Vec<Instance>);

impl StaticList {
    /// These instances.
    #[must_use]
    pub fn new(instances: impl IntoIterator<Item = Instance>) -> Self {
        Self(instances.into_iter().collect())
    }

    /// Instances of the same weight at these addresses.
    ///
    /// # Errors
    /// A text that is no address.
    pub fn of_addresses<A: AsRef<str>>(addresses: impl IntoIterator<Item = A>) -> Result<Self> {
        let instances = addresses.into_iter().map(Instance::parse);
        instances.collect::<Result<_>>().map(Self)
    }
}

impl Resolver for StaticList {
    async fn watch(&self, _: &str, updates: &mut Updates) -> Result<()> {
        updates.set(self.0.clone());
        Ok(())
    }
}
