//! Connections that are kept for later calls: shared by many at a time, or by one after the other.

mod events;
mod idle;
mod slots;

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use super::io::Endpoint;

pub(crate) use idle::{Idle, IdleLimits, Kept};
pub(crate) use slots::{Multiplexed, Slots};

/// What is kept for each endpoint. Its keys are hashed alike in every run, so that the same seed of the
/// network in memory closes connections in the same order. That is safe: this program chooses the
/// endpoints, and no peer does.
type ByEndpoint<T> = HashMap<Endpoint, T, BuildHasherDefault<DefaultHasher>>;
