//! The same instance for the same key.

use std::fmt;
use std::sync::Arc;

use faststr::FastStr;
use twox_hash::XxHash3_64;

use super::{Balancer, Picker, Picking};
use crate::error::{Error, Result};
use crate::fleet::instance::DEFAULT_WEIGHT;
use crate::fleet::member::Member;

/// Points on the ring for an instance of [`DEFAULT_WEIGHT`], unless the user says otherwise; Kitex's
/// number.
const VIRTUAL_NODES: u32 = 100;
/// The most points of one ring: 16 MiB, with its table. Beyond, each instance has fewer.
const MOST_POINTS: u64 = 1 << 20;

type Key = Arc<dyn Fn(&Picking<'_>) -> Option<FastStr> + Send + Sync>;

/// The same instance for calls with the same key, as long as it is there: for caches, and for sessions. When
/// an instance comes or goes, only its own share of the keys moves. All clients agree, whatever process
/// they are in: points and keys are hashed by XXH3, the points by the address.
///
/// The key is taken from the call. A call without key, or with an empty one, fails: it would go to the
/// same instance as all others without one.
#[derive(Clone)]
pub struct ConsistentHash {
    key: Key,
    /// What the key is, for the error of a call that has none.
    from: FastStr,
    virtual_nodes: u32,
}

impl ConsistentHash {
    /// The key is a metainfo value of the call: `.metainfo("USER", "7")`.
    #[must_use]
    pub fn by_metainfo(name: impl Into<FastStr>) -> Self {
        let name = name.into();
        let from = format!("set the metainfo `{name}` of the call");
        let key = move |picking: &Picking<'_>| picking.metainfo(&name).map(FastStr::new);
        Self::new(Arc::new(key), from.into())
    }

    /// The key is what `key` returns: a value of the call's [header](Picking::header), or of the
    /// [extensions](Picking::extensions) that a middleware has added.
    #[must_use]
    pub fn by(key: impl Fn(&Picking<'_>) -> Option<FastStr> + Send + Sync + 'static) -> Self {
        let from = "the function of the balancer returned none";
        Self::new(Arc::new(key), FastStr::from_static_str(from))
    }

    fn new(key: Key, from: FastStr) -> Self {
        Self {
            key,
            from,
            virtual_nodes: VIRTUAL_NODES,
        }
    }

    /// Sets how many points an instance of [`DEFAULT_WEIGHT`] has on the ring; at least 1. Others have as
    /// many more or fewer as their weight says. Default 100, as in Kitex. The more there are, the more
    /// evenly keys are spread. All clients of a service need the same number.
    #[must_use]
    pub fn virtual_nodes(mut self, count: u32) -> Self {
        self.virtual_nodes = count.max(1);
        self
    }
}

impl Balancer for ConsistentHash {
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker> {
        Box::new(Keyed {
            ring: Ring::new(members, self.virtual_nodes),
            key: Arc::clone(&self.key),
            from: self.from.clone(),
        })
    }
}

struct Keyed {
    ring: Ring,
    key: Key,
    from: FastStr,
}

impl Picker for Keyed {
    fn listens(&self) -> bool {
        false
    }

    fn pick(&self, picking: &Picking<'_>) -> Result<Option<usize>> {
        let key = (self.key)(picking).filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| self.no_key(picking))?;
        let hash = XxHash3_64::oneshot(key.as_bytes());
        Ok(self.ring.first_from(hash, |index| picking.is_open(index)))
    }
}

impl Keyed {
    #[cold]
    fn no_key(&self, picking: &Picking<'_>) -> Error {
        Error::invalid_argument(format!(
            "the call of {} has no key for the consistent hash, or an empty one: {}",
            picking.method(),
            self.from
        ))
    }
}

/// Points in the order of their hashes.
pub(super) struct Ring {
    points: Vec<(u64, u32)>,
    /// Where the points begin whose hash has these upper bits.
    starts: Vec<u32>,
    /// How many bits are behind them.
    shift: u32,
    instances: usize,
}

impl Ring {
    pub(super) fn new(members: &[Arc<Member>], virtual_nodes: u32) -> Self {
        let points_of = |member: &Member| {
            let weight = u64::from(member.instance().weight());
            (u64::from(virtual_nodes) * weight / u64::from(DEFAULT_WEIGHT)).max(1)
        };
        let all = members.iter().map(|member| points_of(member));
        let all: u64 = all.fold(0, u64::saturating_add);
        // A power of two, so that few lists change it.
        let fewer = all.div_ceil(MOST_POINTS).next_power_of_two();
        let mut points = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let count = (points_of(member) / fewer).max(1);
            let hash = |nth: u64| XxHash3_64::oneshot_with_seed(nth, member.key().as_bytes());
            points.extend((0..count).map(|nth| (hash(nth), index as u32)));
        }
        points.sort_unstable();
        Self::indexed(points, members.len())
    }

    fn indexed(points: Vec<(u64, u32)>, instances: usize) -> Self {
        // About one point for each start, and two starts at the least.
        let bits = points.len().next_power_of_two().ilog2().max(1);
        let shift = u64::BITS - bits;
        let below = |start: u64| points.partition_point(|(hash, _)| hash >> shift < start) as u32;
        let starts = (0..1 << bits).map(below).collect();
        Self {
            points,
            starts,
            shift,
            instances,
        }
    }

    /// The instance of the first point from `hash` on whose instance is open.
    pub(super) fn first_from(&self, hash: u64, is_open: impl Fn(usize) -> bool) -> Option<usize> {
        let start = self.starts[(hash >> self.shift) as usize] as usize;
        let later = self.points[start..].iter();
        let first = start + later.take_while(|(point, _)| *point < hash).count();
        let around = self.points[first..].iter().chain(&self.points[..first]);
        let mut indices = around.map(|(_, index)| *index as usize);
        let nearest = indices.next()?;
        if is_open(nearest) {
            return Some(nearest);
        }
        // Each is asked once: for one that returns slowly, chance decides, and decides once.
        let mut asked = vec![false; self.instances];
        asked[nearest] = true;
        indices.find(|index| !std::mem::replace(&mut asked[*index], true) && is_open(*index))
    }
}

impl fmt::Debug for ConsistentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsistentHash")
            .field("virtual_nodes", &self.virtual_nodes)
            .finish_non_exhaustive()
    }
}
