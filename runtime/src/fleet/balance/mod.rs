//! Which instance gets a call.

mod consistent_hash;
mod least_streams;
mod picking;
mod round_robin;
mod two_choices;
mod weighted_random;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use consistent_hash::ConsistentHash;
pub use least_streams::LeastStreams;
pub use picking::Picking;
pub use round_robin::RoundRobin;
pub use two_choices::TwoChoices;
pub use weighted_random::WeightedRandom;

use super::member::{Member, Outcome};
use crate::error::Result;

/// How the instance of a call is picked: Kitex's `Loadbalancer`.
pub trait Balancer: Send + Sync + 'static {
    /// Makes what picks among these instances, of which there is at least one. It runs whenever the list
    /// changes, on the resolver's task, so that tables are made here and not for each call. All of them
    /// have a weight above 0.
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker>;
}

/// Picks among the instances of one list: Kitex's `Picker`. It runs for each call, on the caller's task,
/// and must not wait.
pub trait Picker: Send + Sync + 'static {
    /// Picks an instance for which [`Picking::is_open`] says yes, by its index. `None`: there is none that
    /// it would pick; the client then looks for one that may get the call.
    ///
    /// # Errors
    /// The call cannot be given to any, such as one without a key. It fails with the error.
    fn pick(&self, picking: &Picking<'_>) -> Result<Option<usize>>;

    /// Whether it is told when calls begin and end. Default: yes; one that does not care saves time.
    fn listens(&self) -> bool {
        true
    }

    /// A call begins at that instance, or one that has begun there has opened a stream. Default: nothing.
    fn begun(&self, _index: usize, _member: &Member) {}

    /// A call, or its stream, has ended. Default: nothing.
    fn done(&self, _index: usize, _member: &Member, _outcome: Outcome) {}
}

/// How often a picker that draws draws again where an instance is not open. The client looks at all of them
/// after that: where one in two is open, it does for one call in a thousand.
const DRAWS: usize = 10;
