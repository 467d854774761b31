//! One server of a service, as a registry describes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use faststr::FastStr;

use crate::error::Result;
use crate::wire::io::Endpoint;

/// The weight of an instance that has no other: the one of Kitex's `discovery.DefaultWeight`.
pub const DEFAULT_WEIGHT: u32 = 10;

/// One server of a service: its address, its share of the calls, and what else is known of it. Clones
/// are cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    endpoint: Endpoint,
    weight: u32,
    tags: Arc<BTreeMap<FastStr, FastStr>>,
}

impl Instance {
    /// An instance at this address, with the weight [`DEFAULT_WEIGHT`] and without tags. The address has
    /// one of the forms of [`ClientBuilder::address`](crate::ClientBuilder::address).
    ///
    /// # Errors
    /// The text is no address.
    pub fn parse(address: impl AsRef<str>) -> Result<Self> {
        Endpoint::parse(address.as_ref()).map(Self::new)
    }

    /// An instance at this endpoint.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            weight: DEFAULT_WEIGHT,
            tags: Arc::default(),
        }
    }

    /// Sets the share of the calls that the instance gets, compared with the weights of the others. An
    /// instance of weight 0 gets none.
    #[must_use]
    pub fn with_weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// Adds a tag, such as its zone or its cluster.
    #[must_use]
    pub fn with_tag(mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> Self {
        Arc::make_mut(&mut self.tags).insert(key.into(), value.into());
        self
    }

    /// Where the instance is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Its share of the calls.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// The value of a tag.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(FastStr::as_str)
    }

    /// All its tags, in the order of their keys.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.tags.iter();
        pairs.map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
