//! The chain finds faults that a test plants into B, and finds each of them again by its seed. Each fault
//! shows only where messages, cancels and failures meet, which some seeds bring about.

use streamgen_runtime::testing::{FailedSeed, Network, first_failure};

use crate::chain::{Bug, chain};

/// The most seeds that are tried until the bug is found: as many as the chain's own test takes.
const SEEDS: u64 = 100;

fn find(bug: Bug) -> FailedSeed {
    let test = |network: Network| chain(network, Some(bug));
    let failed = first_failure(0..SEEDS, test);
    let failed = failed.unwrap_or_else(|| panic!("{bug:?} is not found"));
    // The seed alone finds it again, with the same words.
    assert_eq!(first_failure([failed.seed], test), Some(failed.clone()));
    // And it is the bug's.
    assert_eq!(
        first_failure([failed.seed], |network| chain(network, None)),
        None
    );
    failed
}

#[test]
fn messages_that_change_places_are_found() {
    let found = find(Bug::Swaps).message;
    assert!(
        found.contains("was due") || found.contains("out of order"),
        "{found}"
    );
}

#[test]
fn a_cancel_that_is_not_passed_on_is_found() {
    let found = find(Bug::DropsCancel).message;
    assert!(found.contains("handlers are left"), "{found}");
}

#[test]
fn a_stream_that_is_never_dropped_is_found() {
    let found = find(Bug::Leaks).message;
    assert!(found.contains("are left"), "{found}");
}
