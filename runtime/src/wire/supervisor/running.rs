//! A running handler, found by the address of its signal.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use crate::call::Cancellation;
use crate::wire::ids::GOLDEN_RATIO;

/// A running handler: its signal, whose address identifies it, and how many handlers of the connection
/// began before it.
#[derive(Debug)]
pub(super) struct Running(pub(super) Cancellation, pub(super) u64);

impl PartialEq for Running {
    fn eq(&self, other: &Self) -> bool {
        self.0.address() == other.0.address()
    }
}

impl Eq for Running {}

impl Hash for Running {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.address());
    }
}

/// Hashes addresses. Only this process's allocator chooses them, so no peer can provoke collisions.
/// Their low bits are 0.
pub(super) type Spread = BuildHasherDefault<AddressHasher>;

#[derive(Debug, Default)]
pub(super) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        // The map chooses a bucket by the low bits, and the multiplication moves nothing into
        // these. So the high bits are mixed in.
        self.0 ^ (self.0 >> 32)
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64).wrapping_mul(GOLDEN_RATIO);
    }

    /// Never used, because only addresses are hashed; the trait requires this method.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize((self.0 as usize) ^ usize::from(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn neighbouring_addresses_spread_over_a_map() {
        for step in [16, 64, 80, 96, 4096] {
            let hash = |at: usize| Spread::default().hash_one(ByAddress(at * step));
            let low: HashSet<_> = (0..1024).map(|at| hash(at) % 1024).collect();
            let high: HashSet<_> = (0..1024).map(|at| hash(at) >> 57).collect();
            // A perfect hash uses about 647 of 1024 bins for 1024 values; a bad hash uses a few
            // dozen.
            assert!(low.len() > 400, "steps of {step}: {} of 1024", low.len());
            assert!(high.len() > 100, "steps of {step}: {} of 128", high.len());
        }
    }

    struct ByAddress(usize);

    impl Hash for ByAddress {
        fn hash<H: Hasher>(&self, state: &mut H) {
            state.write_usize(self.0);
        }
    }
}
