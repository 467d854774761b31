//! What changed in a list of instances: Kitex's `discovery.Change`.

use std::sync::Arc;

use super::instance::Instance;
use super::member::Member;

/// What became of the instances of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Instances that are new.
    pub added: Vec<Instance>,
    /// Instances whose weight or tags are others now.
    pub updated: Vec<Instance>,
    /// Instances that are gone. Their streams go on.
    pub removed: Vec<Instance>,
}

impl Change {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.updated.is_empty() && self.removed.is_empty()
    }

    pub(super) fn between(before: &[Arc<Member>], after: &[Arc<Member>]) -> Self {
        let mut change = Self::default();
        // Both lists are in the order of their addresses.
        let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
        loop {
            match (old.peek(), new.peek()) {
                (None, None) => return change,
                (Some(one), Some(other)) if one.key() == other.key() => {
                    if one.instance() != other.instance() {
                        change.updated.push(other.instance().clone());
                    }
                    old.next();
                    new.next();
                }
                (Some(one), other) if other.is_none_or(|other| one.key() < other.key()) => {
                    change.removed.push(one.instance().clone());
                    old.next();
                }
                (_, Some(other)) => {
                    change.added.push(other.instance().clone());
                    new.next();
                }
                (Some(_), None) => return change,
            }
        }
    }
}
