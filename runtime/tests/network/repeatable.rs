//! The same seed gives the same run, whatever the machine does meanwhile.

use std::sync::Mutex;

use streamgen_runtime::testing::{Event, Network, first_failure};

use crate::chain::chain;

/// The events on the network for a seed, and their fingerprint.
fn trace(seed: u64) -> (Vec<Event>, u64) {
    let kept = Mutex::new(None);
    let failed = first_failure([seed], |network: Network| {
        let kept = &kept;
        async move {
            *kept.lock().unwrap() = Some(network.clone());
            chain(network, None).await;
        }
    });
    assert_eq!(failed, None);
    let network = kept.into_inner().unwrap().unwrap();
    (network.trace(), network.fingerprint())
}

#[test]
fn two_runs_of_a_seed_have_the_same_events() {
    for seed in 0..20 {
        let (one, other) = (trace(seed), trace(seed));
        for (nth, (one, other)) in one.0.iter().zip(&other.0).enumerate() {
            assert_eq!(one, other, "event {nth} of seed {seed}");
        }
        assert!(one == other, "seed {seed}");
        assert!(one.0.len() > 20, "seed {seed}: {:?}", one.0);
    }
}

#[test]
fn two_seeds_have_different_events() {
    assert_ne!(trace(1).1, trace(2).1);
}
