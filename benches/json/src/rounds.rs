//! CPU time of things that take turns.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Rounds for each of them.
const ROUNDS: usize = 101;
/// How long a round takes: less than a time slice.
const ROUND: Duration = Duration::from_millis(3);

/// What is measured: called with how often.
pub type Run = Box<dyn FnMut(usize)>;

/// Median nanoseconds of each: they take turns, round by round.
pub fn medians(runs: &mut [Run]) -> Vec<f64> {
    let counts: Vec<_> = runs.iter_mut().map(calibrate).collect();
    let mut samples = vec![Vec::new(); runs.len()];
    for _ in 0..ROUNDS {
        for ((run, &count), samples) in runs.iter_mut().zip(&counts).zip(&mut samples) {
            samples.push(time(run, count).as_nanos() as f64 / count as f64);
        }
    }
    let medians = samples.into_iter().map(|mut samples| {
        samples.sort_by(f64::total_cmp);
        samples[ROUNDS / 2]
    });
    medians.collect()
}

/// CPU time of `count` repetitions: time that other processes take is not ours.
fn time(run: &mut Run, count: usize) -> Duration {
    let start = thread_time();
    run(count);
    thread_time() - start
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// How many repetitions fill a round.
fn calibrate(run: &mut Run) -> usize {
    let mut count = 16;
    loop {
        let elapsed = time(run, count);
        if elapsed * 4 > ROUND {
            return (count as f64 * ROUND.as_secs_f64() / elapsed.as_secs_f64()) as usize + 1;
        }
        count *= 2;
    }
}
