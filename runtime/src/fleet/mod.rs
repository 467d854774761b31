//! A service that runs as many instances: where they are, which of them gets a call, and which of them is
//! left alone for a while. The guide is `docs/fleet.md` in the repository.
//!
//! A client that is given a [`Fleet`] instead of addresses asks its [`Resolver`] for the [`Instance`]s, and
//! its [`Balancer`] for one of them whenever a call or a stream is created. A stream stays with its
//! instance.
//!
//! ```
//! use std::time::Duration;
//!
//! use streamgen_runtime::fleet::{Dns, Fleet, TwoChoices};
//! # fn set<C>(builder: streamgen_runtime::ClientBuilder<C>) -> streamgen_runtime::ClientBuilder<C> {
//! let users = Dns::new("users.internal:8888").refresh(Duration::from_secs(5));
//! builder.fleet(Fleet::new(users).balancer(TwoChoices))
//! # }
//! ```

mod backoff;
mod balance;
mod budget;
mod change;
mod driver;
mod ejection;
pub(crate) mod events;
mod health;
mod instance;
mod member;
mod members;
mod no_instance;
mod picked;
pub(crate) mod picks;
mod registry;
mod resolver;
mod settings;
mod used;

pub use balance::{Balancer, ConsistentHash, LeastStreams, Picker, Picking, RoundRobin};
pub use balance::{TwoChoices, WeightedRandom};
pub use budget::RetryBudget;
pub use change::Change;
pub use ejection::Ejection;
pub use instance::{DEFAULT_WEIGHT, Instance};
pub use member::{Member, Outcome};
pub use registry::{Listing, Registering, Registration, Registry};
pub use resolver::{Dns, InstanceFile, Resolver, StaticList, Updates};
pub use settings::Fleet;

pub use crate::error::NoInstance;

#[cfg(test)]
pub(crate) use backoff::FIRST;
pub(crate) use backoff::backoff;
pub(crate) use driver::{Asked, Driven};
pub(crate) use member::Mark;
pub(crate) use picked::Picked;
pub(crate) use registry::{Entry, Listed, OwnAddress};
pub(crate) use used::Used;
