//! Work on all cores: rendering modules, which do not depend on one another, and hashing them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// From so many items on, threads save more than they cost: a module takes about as long as starting one.
const PARALLEL_FROM: usize = 16;

/// More threads than this have nothing to do: reading the IDL and writing the files takes as long.
const MAX_THREADS: usize = 8;

/// `run` on every item; the results are in the order of the items, whichever thread was first.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if cores == 1 || items.len() < PARALLEL_FROM {
        return items.iter().map(run).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match items.get(index) {
                Some(item) => done.push((index, run(item))),
                None => return done,
            }
        }
    };
    let mut results = thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(MAX_THREADS))
            .map(|_| scope.spawn(work))
            .collect();
        let mut results = work();
        for other in others {
            match other.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, PARALLEL_FROM, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| 2 * item).collect();
            assert_eq!(map(&items, |item| 2 * item), doubled);
        }
    }
}
