//! By chance, by weight.

use std::sync::Arc;

use super::round_robin::weights;
use super::{Balancer, DRAWS, Picker, Picking};
use crate::error::Result;
use crate::fleet::member::Member;

/// An instance by chance, as likely as its weight says. The time of a pick does not depend on how many
/// there are (Walker's alias method).
#[derive(Debug, Clone, Copy, Default)]
pub struct WeightedRandom;

impl Balancer for WeightedRandom {
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker> {
        Box::new(Alias::new(&weights(members)))
    }
}

/// Columns of the same height, each filled by at most two instances.
pub(super) struct Alias(Vec<Column>);

struct Column {
    /// The share of the column that is its own instance's, in 2^-32.
    own: u64,
    /// Whose the rest is.
    other: u32,
}

/// A whole column.
const WHOLE: u64 = 1 << 32;

impl Alias {
    pub(super) fn new(weights: &[u64]) -> Self {
        let count = weights.len() as u128;
        let total: u64 = weights.iter().sum::<u64>().max(1);
        let scale = |weight: &u64| {
            let scaled = u128::from(*weight) * count * u128::from(WHOLE) / u128::from(total);
            scaled as u64
        };
        let mut left: Vec<u64> = weights.iter().map(scale).collect();
        let whole = |index: usize| Column {
            own: WHOLE,
            other: index as u32,
        };
        let mut columns: Vec<Column> = (0..weights.len()).map(whole).collect();
        let indices = 0..weights.len();
        let (mut small, mut large): (Vec<_>, Vec<_>) = indices.partition(|at| left[*at] < WHOLE);
        // Each step fills the column of a light one with what a heavy one has too much.
        while let (Some(light), Some(heavy)) = (small.pop(), large.pop()) {
            columns[light] = Column {
                own: left[light],
                other: heavy as u32,
            };
            left[heavy] -= WHOLE - left[light];
            match left[heavy] < WHOLE {
                true => small.push(heavy),
                false => large.push(heavy),
            }
        }
        Self(columns)
    }

    /// Draws an instance.
    pub(super) fn draw(&self) -> usize {
        let column = fastrand::usize(..self.0.len().max(1));
        let Column { own, other } = self.0[column];
        match fastrand::u64(..WHOLE) < own {
            true => column,
            false => other as usize,
        }
    }
}

impl Picker for Alias {
    fn listens(&self) -> bool {
        false
    }

    fn pick(&self, picking: &Picking<'_>) -> Result<Option<usize>> {
        let mut draws = (0..DRAWS).map(|_| self.draw());
        Ok(draws.find(|index| picking.is_open(*index)))
    }
}
