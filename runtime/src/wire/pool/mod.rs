//! Connections that are kept for later calls: shared by many at a time, or by one after the other.

mod events;
mod idle;
mod slots;

pub(crate) use idle::{Idle, IdleLimits, Kept};
pub(crate) use slots::{Multiplexed, Slots};
