//! How the ids of streams are hashed.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Hashes a stream id with two multiplications, for the look-up that a connection makes for nearly
/// each frame. The first factor is random, because a client chooses the ids that a server hashes.
/// About every twentieth random factor would put neighbouring ids into few buckets: those near a
/// simple fraction of 2^64. So a second factor follows, which is [`GOLDEN_RATIO`] everywhere.
#[derive(Debug, Clone)]
pub(super) struct IdHash {
    mask: u64,
    factor: u64,
}

impl IdHash {
    pub(super) fn new() -> Self {
        let random = RandomState::new();
        Self {
            mask: random.hash_one(0),
            factor: random.hash_one(1) | 1,
        }
    }
}

impl Default for IdHash {
    fn default() -> Self {
        Self::new()
    }
}

impl BuildHasher for IdHash {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        IdHasher {
            seed: self.clone(),
            hash: 0,
        }
    }
}

/// 2^64 divided by the golden ratio. Its multiples spread evenly over the numbers of 64 bits.
pub(super) const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of a product, one over the other.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

pub(super) struct IdHasher {
    seed: IdHash,
    hash: u64,
}

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.hash
    }

    #[inline]
    fn write_u32(&mut self, id: u32) {
        let masked = u64::from(id) ^ self.seed.mask;
        self.hash = fold(fold(masked, self.seed.factor), GOLDEN_RATIO);
    }

    #[inline]
    fn write_i32(&mut self, id: i32) {
        self.write_u32(id as u32);
    }

    /// Only ids are hashed; this is here because the trait wants it.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32((self.hash as u32) ^ u32::from(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn neighbouring_ids_spread_over_a_map_with_every_seed() {
        // Seeds that spread badly by one multiplication, and some that nobody chose.
        let bad = [1, 3, 1 << 57 | 1, u64::MAX / 64].map(|factor| IdHash {
            mask: 0x0123_4567_89ab_cdef,
            factor,
        });
        let random = (0..100).map(|_| IdHash::new());
        for hash in random.chain(bad) {
            // Those of HTTP/2 are odd at a client.
            for step in [1, 2] {
                let values = || (0..1024).map(|id: u32| hash.hash_one(id * step));
                let low: HashSet<_> = values().map(|hash| hash % 1024).collect();
                let high: HashSet<_> = values().map(|hash| hash >> 57).collect();
                // 1024 balls in 1024 bins leave about 647 bins used; a bad hash uses a few dozen.
                assert!(low.len() > 500, "{hash:?}: {} of 1024", low.len());
                assert!(high.len() > 110, "{hash:?}: {} of 128", high.len());
            }
        }
    }
}
