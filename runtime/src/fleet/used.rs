//! The instances of a call that is made again.

use std::sync::{Arc, Mutex, OnceLock};

use super::member::Member;
use crate::sync::lock;

/// The instances of the attempts of one call: each attempt goes to another one, as far as there are others.
#[derive(Debug, Default)]
pub(crate) struct Used {
    /// That of most calls, which have one attempt alone.
    first: OnceLock<Arc<Member>>,
    later: Mutex<Vec<Arc<Member>>>,
}

impl Used {
    /// All of them so far.
    pub(super) fn all(&self) -> Vec<Arc<Member>> {
        match self.first.get() {
            None => Vec::new(),
            Some(first) => {
                let later = lock(&self.later);
                [std::slice::from_ref(first), later.as_slice()].concat()
            }
        }
    }

    pub(super) fn add(&self, member: &Arc<Member>) {
        if let Err(member) = self.first.set(Arc::clone(member)) {
            lock(&self.later).push(member);
        }
    }
}
