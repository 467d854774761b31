//! Picks without calls, for benchmarks.

use super::balance::Balancer;
use super::driver::{Asked, Driven};
use super::instance::Instance;
use super::picked::Picked;
use super::resolver::StaticList;
use super::settings::Fleet;
use crate::call::Outgoing;
use crate::error::Result;

/// Instances, and a balancer that picks among them for a call that nobody makes.
#[derive(Debug)]
pub struct Picks(Driven);

/// An instance that was picked. Dropping it ends the call.
#[derive(Debug)]
pub struct Pick<'a>(#[expect(dead_code, reason = "its drop is what counts")] Picked<'a>);

impl Picks {
    /// Picks by that balancer among these instances.
    #[must_use]
    pub fn new(balancer: impl Balancer, instances: Vec<Instance>) -> Self {
        let driven = Driven::new(
            "bench".into(),
            Fleet::new(StaticList::new([])).balancer(balancer),
        );
        driven.set(instances);
        Self(driven)
    }

    /// Picks an instance for the call.
    ///
    /// # Errors
    /// The fleet has no instance for the call, or the balancer's picker fails.
    pub fn pick(&self, call: &Outgoing) -> Result<Pick<'_>> {
        let asked = Asked {
            call,
            info: None,
            used: None,
        };
        self.0.pick(asked, &[]).map(Pick)
    }
}
