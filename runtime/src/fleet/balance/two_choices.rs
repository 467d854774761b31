//! Of two, the one with fewer calls.

use std::sync::Arc;

use super::round_robin::weights;
use super::weighted_random::Alias;
use super::{Balancer, DRAWS, Picker, Picking};
use crate::error::Result;
use crate::fleet::member::Member;

/// Draws two instances, as likely as their weights say, and picks the one with fewer running calls for its
/// weight. An instance that has become slow gets fewer calls, and nobody has to keep order among all of
/// them ("The power of two choices", Mitzenmacher).
#[derive(Debug, Clone, Copy, Default)]
pub struct TwoChoices;

impl Balancer for TwoChoices {
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker> {
        Box::new(Choices(Alias::new(&weights(members))))
    }
}

struct Choices(Alias);

impl Picker for Choices {
    fn listens(&self) -> bool {
        false
    }

    fn pick(&self, picking: &Picking<'_>) -> Result<Option<usize>> {
        let mut open = (0..DRAWS)
            .map(|_| self.0.draw())
            .filter(|index| picking.is_open(*index));
        let Some(first) = open.next() else {
            return Ok(None);
        };
        let second = open.find(|index| *index != first).unwrap_or(first);
        let members = picking.members();
        let busier = is_busier(&members[first], &members[second]);
        Ok(Some(if busier { second } else { first }))
    }
}

/// Whether one has more running calls for its weight than another one.
fn is_busier(one: &Member, other: &Member) -> bool {
    let product = |calls: &Member, weight: &Member| {
        calls.running() as u128 * u128::from(weight.instance().weight())
    };
    product(one, other) > product(other, one)
}
