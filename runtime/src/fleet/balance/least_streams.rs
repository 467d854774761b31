//! The one with the fewest streams.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex};

use super::{Balancer, Picker, Picking};
use crate::error::Result;
use crate::fleet::member::{Member, Outcome};
use crate::sync::lock;

/// The instance with the fewest open streams for its weight, calls that run there among them; of several,
/// the one that was picked the longest ago. For streams that live long, which no other balancer spreads
/// as evenly: an instance that is new gets all of them until it has its share.
#[derive(Debug, Clone, Copy, Default)]
pub struct LeastStreams;

impl Balancer for LeastStreams {
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker> {
        Box::new(Least(Mutex::new(Tree::new(members))))
    }
}

struct Least(Mutex<Tree>);

/// A tournament: each node has the better one of the two below it, and the root has the best one of all.
struct Tree {
    /// The loads of the instances, and of none up to a power of two.
    loads: Vec<Load>,
    /// The winners, by their indices; the root is at 1, and those below `n` are at `2n` and `2n + 1`.
    winners: Vec<u32>,
    /// What one call adds to the load of each instance: a pick does not divide.
    one_call: Vec<u64>,
    picks: u64,
}

/// What is compared, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Load {
    /// Calls for the weight.
    calls: u64,
    /// The number of the last pick.
    picked: u64,
}

const NOBODY: Load = Load {
    calls: u64::MAX,
    picked: u64::MAX,
};

/// The load of one call at an instance of weight 1. Each weight up to 22 divides this number without rest, and so do
/// 25, 50 and 100: two instances with as many calls for their weight have exactly the same load. The load of four
/// billion calls fits into 64 bits.
const ONE_CALL: u64 = 3_491_888_400;

/// The load of one call at this instance.
fn one_call(member: &Member) -> u64 {
    let weight = u64::from(member.instance().weight().max(1));
    (ONE_CALL / weight).max(1)
}

impl Tree {
    fn new(members: &[Arc<Member>]) -> Self {
        let leaves = members.len().next_power_of_two();
        // The first picks go to any of them, so that clients that start together do not agree.
        let mut order: Vec<u64> = (0..members.len() as u64).collect();
        fastrand::shuffle(&mut order);
        let mut tree = Self {
            loads: vec![NOBODY; leaves],
            winners: vec![0; 2 * leaves],
            one_call: members.iter().map(|member| one_call(member)).collect(),
            picks: members.len() as u64,
        };
        for (index, member) in members.iter().enumerate() {
            tree.loads[index] = Load {
                calls: tree.calls(index, member.running()),
                picked: order[index],
            };
        }
        for leaf in 0..leaves {
            tree.winners[leaves + leaf] = leaf as u32;
        }
        for node in (1..leaves).rev() {
            tree.play(node);
        }
        tree
    }

    /// So many calls for the instance's weight.
    fn calls(&self, index: usize, running: usize) -> u64 {
        let running = u32::try_from(running).unwrap_or(u32::MAX);
        u64::from(running) * self.one_call[index]
    }

    fn play(&mut self, node: usize) {
        let [one, other] = [2 * node, 2 * node + 1].map(|below| self.winners[below]);
        let is_better = self.loads[one as usize] <= self.loads[other as usize];
        self.winners[node] = if is_better { one } else { other };
    }

    fn set(&mut self, index: usize, load: Load) {
        self.loads[index] = load;
        let mut node = (self.loads.len() + index) / 2;
        while node >= 1 {
            self.play(node);
            node /= 2;
        }
    }

    /// The best one that is open. Where a winner is not, the losers against it are looked at, best first:
    /// a few for each one that is left out.
    fn best(&self, is_open: &dyn Fn(usize) -> bool) -> Option<usize> {
        let winner = |node: usize| self.winners[node] as usize;
        if is_open(winner(1)) {
            return Some(winner(1));
        }
        let mut next = BinaryHeap::new();
        self.losers(1, &mut next);
        while let Some(Reverse((load, node))) = next.pop() {
            if load == NOBODY {
                return None;
            }
            if is_open(winner(node)) {
                return Some(winner(node));
            }
            self.losers(node, &mut next);
        }
        None
    }

    /// Adds the nodes that lost against the winner of `node`, below it.
    fn losers(&self, node: usize, found: &mut BinaryHeap<Reverse<(Load, usize)>>) {
        let leaves = self.loads.len();
        let mut below = leaves + self.winners[node] as usize;
        while below > node {
            let loser = below ^ 1;
            let load = self.loads[self.winners[loser] as usize];
            found.push(Reverse((load, loser)));
            below /= 2;
        }
    }
}

impl Picker for Least {
    fn pick(&self, picking: &Picking<'_>) -> Result<Option<usize>> {
        let tree = &mut *lock(&self.0);
        let best = tree.best(&|index| picking.is_open(index));
        if let Some(index) = best {
            tree.picks += 1;
            let load = Load {
                calls: tree.calls(index, picking.members()[index].running() + 1),
                picked: tree.picks,
            };
            tree.set(index, load);
            // The call begins under the lock: two callers do not pick the same for one reason. It does so last, since
            // the processor does nothing else while it counts.
            picking.begin(index, self);
        }
        Ok(best)
    }

    fn begun(&self, index: usize, member: &Member) {
        self.look_again(index, member);
    }

    fn done(&self, index: usize, member: &Member, _: Outcome) {
        self.look_again(index, member);
    }
}

impl Least {
    /// Takes over how many calls run there. They are read under the lock, so that the last to write has
    /// read the latest.
    fn look_again(&self, index: usize, member: &Member) {
        let tree = &mut *lock(&self.0);
        let load = Load {
            calls: tree.calls(index, member.running()),
            ..tree.loads[index]
        };
        if tree.loads[index] != load {
            tree.set(index, load);
        }
    }
}
