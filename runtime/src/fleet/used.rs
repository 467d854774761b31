//! The instances of a call that is made again.

use std::sync::{Mutex, OnceLock};

use super::member::{Mark, Member};
use crate::sync::lock;

/// The instances of the attempts of one call: each attempt goes to another one, as far as there are others.
#[derive(Debug)]
pub(crate) struct Used {
    /// Whether an attempt may begin before another one has ended.
    races: bool,
    /// Nothing for most calls, which have one attempt alone.
    members: OnceLock<Mutex<Vec<Mark>>>,
}

impl Used {
    pub(crate) fn new(races: bool) -> Self {
        Self {
            races,
            members: OnceLock::new(),
        }
    }

    /// All of them so far; without those where attempts are under way, if none begins meanwhile. `None`: there
    /// are none.
    #[inline]
    pub(super) fn all(&self) -> Option<Vec<Mark>> {
        self.members.get().map(copied)
    }

    /// An attempt begins there.
    #[inline]
    pub(super) fn begins(&self, member: &Member) {
        if self.races {
            self.add(member);
        }
    }

    /// An attempt has ended there, and another one may begin.
    pub(crate) fn failed(&self, member: &Member) {
        if !self.races {
            self.add(member);
        }
    }

    #[cold]
    fn add(&self, member: &Member) {
        let members = self.members.get_or_init(Mutex::default);
        lock(members).push(member.mark());
    }
}

#[cold]
fn copied(members: &Mutex<Vec<Mark>>) -> Vec<Mark> {
    lock(members).clone()
}
