//! A call for which an instance is picked.

use std::sync::Arc;

use http::Extensions;
use tokio::time::Instant;

use crate::fleet::driver::Asked;
use crate::fleet::member::Member;
use crate::fleet::settings::Fleet;
use crate::metadata::Metadata;
use crate::metainfo;

/// A call for which an instance is picked, and the instances.
#[derive(Debug)]
pub struct Picking<'a> {
    members: &'a [Arc<Member>],
    asked: Asked<'a>,
    tried: &'a [Arc<Member>],
    settings: &'a Fleet,
}

impl<'a> Picking<'a> {
    pub(in crate::fleet) fn new(
        members: &'a [Arc<Member>],
        asked: Asked<'a>,
        tried: &'a [Arc<Member>],
        settings: &'a Fleet,
    ) -> Self {
        Self {
            members,
            asked,
            tried,
            settings,
        }
    }

    /// The instances, as the picker was made of them.
    #[must_use]
    pub fn members(&self) -> &'a [Arc<Member>] {
        self.members
    }

    /// Whether the call may go to this instance: it has not been tried for this call, is not left alone,
    /// and its circuit breaker is not open.
    /// For an instance that returns slowly, chance decides, each time anew. An index beyond the list is not
    /// open.
    #[must_use]
    #[inline]
    pub fn is_open(&self, index: usize) -> bool {
        let Some(member) = self.members.get(index) else {
            return false;
        };
        member.health.is_open(Instant::now, &self.settings.ejection)
            && member.breaker_allows(self.settings)
            && !self.is_tried(index)
    }

    /// Whether this call has been tried at the instance.
    #[must_use]
    #[inline]
    pub fn is_tried(&self, index: usize) -> bool {
        !self.tried.is_empty() && self.is_among_tried(index)
    }

    #[cold]
    fn is_among_tried(&self, index: usize) -> bool {
        let is_it = |tried| Arc::ptr_eq(tried, &self.members[index]);
        self.tried.iter().any(is_it)
    }

    /// The IDL name of the service.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.asked.call.service.name
    }

    /// The IDL name of the method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.asked.call.method.name
    }

    /// A value that goes along with the call: transient metainfo, or else persistent metainfo.
    #[must_use]
    pub fn metainfo(&self, key: &str) -> Option<&'a str> {
        metainfo::sent(&self.asked.call.metainfo, key)
    }

    /// The header of the call, where its wire has one (gRPC).
    #[must_use]
    pub fn header(&self) -> &'a Metadata {
        &self.asked.call.header
    }

    /// What the call's middleware has added to it; `None` if the call has no middleware.
    #[must_use]
    pub fn extensions(&self) -> Option<&'a Extensions> {
        self.asked.info.map(|info| info.extensions())
    }
}
