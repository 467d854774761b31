//! A call for which an instance is picked.

use std::cell::OnceCell;
use std::sync::Arc;

use http::Extensions;
use tokio::time::Instant;

use super::Picker;
use crate::fleet::driver::Asked;
use crate::fleet::member::{Mark, Member};
use crate::fleet::settings::Fleet;
use crate::metadata::Metadata;
use crate::metainfo;

/// A call for which an instance is picked, and the instances.
#[derive(Debug)]
pub struct Picking<'a> {
    members: &'a [Arc<Member>],
    asked: Asked<'a>,
    tried: &'a [Mark],
    settings: &'a Fleet,
    /// The call, where a picker has let it begin, and that picker.
    begun: OnceCell<(Member, usize)>,
}

impl<'a> Picking<'a> {
    pub(in crate::fleet) fn new(
        members: &'a [Arc<Member>],
        asked: Asked<'a>,
        tried: &'a [Mark],
        settings: &'a Fleet,
    ) -> Self {
        Self {
            members,
            asked,
            tried,
            settings,
            begun: OnceCell::new(),
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
        member
            .health()
            .is_open(Instant::now, &self.settings.ejection)
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
        let member = &self.members[index];
        self.tried.iter().any(|mark| member.has(mark))
    }

    /// Lets the call begin at the instance that `picker` picks, which so knows of the call before anybody else picks.
    /// The client does not tell it again.
    #[inline]
    pub(super) fn begin(&self, index: usize, picker: &impl Picker) {
        let begun = || (self.members[index].begin_call(), address(picker));
        self.begun.get_or_init(begun);
    }

    /// The call, and whether the list's own `picker` knows that it has begun.
    #[inline]
    pub(in crate::fleet) fn begun(self, index: usize, picker: &dyn Picker) -> (Member, bool) {
        let member = &self.members[index];
        match self.begun.into_inner() {
            // A picker around another one does not know what that one has done, and may pick otherwise.
            Some((begun, by)) if begun.is_same(member) => (begun, by == address(picker)),
            _ => (member.begin_call(), false),
        }
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

/// Which picker it is.
fn address<P: Picker + ?Sized>(picker: &P) -> usize {
    std::ptr::from_ref(picker).cast::<()>().addr()
}
