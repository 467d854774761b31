//! In turn, by weight.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Balancer, Picker, Picking};
use crate::error::Result;
use crate::fleet::member::Member;

/// Entries of the longest table. Weights that add up to more, divided by what divides all of them, are
/// rounded: with a thousand instances, the share of one is right to a sixty-fifth of itself.
const LONGEST: u64 = 1 << 16;

/// How many turns a call looks at before the client looks at all instances: more than it takes if one in a
/// hundred is open.
const MOST_LOOKS: usize = 1024;

/// Each instance in turn, as often as its weight says, and evenly spread: of 5, 1 and 1, the heavy one does
/// not get its five calls in a row. Kitex's default, too. Each client begins at another place.
#[derive(Debug, Clone, Copy, Default)]
pub struct RoundRobin;

impl Balancer for RoundRobin {
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker> {
        let table = table(&weights(members));
        let next = AtomicUsize::new(fastrand::usize(..table.len().max(1)));
        Box::new(InTurn { table, next })
    }
}

/// The weights of instances.
pub(super) fn weights(members: &[Arc<Member>]) -> Vec<u64> {
    let weights = members.iter().map(|member| member.instance().weight());
    weights.map(u64::from).collect()
}

struct InTurn {
    /// One round.
    table: Vec<u32>,
    next: AtomicUsize,
}

impl Picker for InTurn {
    fn listens(&self) -> bool {
        false
    }

    fn pick(&self, picking: &Picking<'_>) -> Result<Option<usize>> {
        // Each look takes a turn, so that those of an instance that is left out go to many others.
        for _ in 0..self.table.len().min(MOST_LOOKS) {
            let index = self.turn();
            if picking.is_open(index) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

impl InTurn {
    /// Whose turn it is. Where that is always the same one, nobody has to count the turns.
    #[inline]
    fn turn(&self) -> usize {
        let turn = match self.table.len() {
            1 => 0,
            turns => self.next.fetch_add(1, Ordering::Relaxed) % turns,
        };
        self.table[turn] as usize
    }
}

/// One round of turns. The n-th turn of an instance of the share s is at (n + 1/2) / s, and the earliest
/// comes first: so at any time, none is a whole turn behind its share.
fn table(weights: &[u64]) -> Vec<u32> {
    let weights = scaled(weights);
    let turns: u64 = weights.iter().sum();
    // Twice the time, in whole numbers: (2n + 1) * turns / weight. Neither factor is above 2^17.
    let time = |nth: u64, weight: u64| (((2 * nth + 1) * turns) << 16) / weight.max(1);
    let first = |(index, weight): (usize, &u64)| Reverse((time(0, *weight), index, 0));
    let mut next: BinaryHeap<_> = weights.iter().enumerate().map(first).collect();
    let mut table = Vec::new();
    while let Some(Reverse((_, index, nth))) = next.pop() {
        table.push(index as u32);
        if nth + 1 < weights[index] {
            next.push(Reverse((time(nth + 1, weights[index]), index, nth + 1)));
        }
    }
    table
}

/// The same weights in smaller numbers, none of them 0.
fn scaled(weights: &[u64]) -> Vec<u64> {
    let divisor = weights.iter().copied().fold(0, common_divisor).max(1);
    let total: u64 = weights.iter().map(|weight| weight / divisor).sum();
    let scale = |weight: &u64| match total > LONGEST {
        true => (u128::from(weight / divisor) * u128::from(LONGEST) / u128::from(total)) as u64,
        false => weight / divisor,
    };
    weights.iter().map(|weight| scale(weight).max(1)).collect()
}

fn common_divisor(one: u64, other: u64) -> u64 {
    match other {
        0 => one,
        _ => common_divisor(other, one % other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_spread_evenly() {
        assert_eq!(table(&[10, 10, 10]), [0, 1, 2]);
        assert_eq!(table(&[50, 10, 10]), [0, 0, 0, 1, 2, 0, 0]);
        assert_eq!(table(&[20, 10]), [0, 1, 0]);
    }

    #[test]
    fn no_instance_is_ever_a_whole_turn_ahead_of_its_share_or_behind() {
        let weights = [7, 1, 13, 4, 25];
        let table = table(&weights);
        assert_eq!(table.len(), 50);
        for (index, weight) in weights.iter().enumerate() {
            for end in 0..=table.len() {
                let had = table[..end]
                    .iter()
                    .filter(|it| **it as usize == index)
                    .count();
                let due = end as f64 * *weight as f64 / 50.0;
                assert!((had as f64 - due).abs() < 1.5, "{index} has {had} of {due}");
            }
        }
    }

    #[test]
    fn large_weights_make_no_large_table() {
        let weights = [u64::from(u32::MAX), 1, u64::from(u32::MAX) - 7];
        let table = table(&weights);
        assert!(table.len() as u64 <= LONGEST + 3, "{}", table.len());
        assert_eq!(table.iter().filter(|it| **it == 1).count(), 1);
    }
}
