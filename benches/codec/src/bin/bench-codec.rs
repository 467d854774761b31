//! Nanoseconds per message: libraries interleaved round by round, median of the rounds.

use std::time::Duration;

use bench_codec::plain::VARIANTS;
use bench_codec::subject::Run;
use bench_codec::table::{Operation, Row, SHAPES, row};
use rustix::time::{ClockId, clock_gettime};

/// Rounds per library.
const ROUNDS: usize = 101;
/// How many different large messages fit into a core's cache.
const MAX_LARGE: usize = 4;
/// How long a round takes: less than a time slice.
const ROUND: Duration = Duration::from_millis(3);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    println!("| messages | shape | op | streamgen | others (times as long) |");
    println!("|---|---|---|---|---|");
    for variants in [1, VARIANTS] {
        for shape in SHAPES {
            // 64 large messages would measure the memory, not the codec.
            let variants = if shape == "large" {
                variants.min(MAX_LARGE)
            } else {
                variants
            };
            for operation in Operation::ALL {
                if wants(&wanted, &SHAPES, shape)
                    && wants(
                        &wanted,
                        &Operation::ALL.map(Operation::name),
                        operation.name(),
                    )
                {
                    let medians = measure(row(shape, operation, variants));
                    println!(
                        "| {variants} | {shape} | {} | {}",
                        operation.name(),
                        cells(&medians)
                    );
                }
            }
        }
    }
}

/// Whether the command line picks `name` out of `names`, or none of them.
fn wants(wanted: &[String], names: &[&str], name: &str) -> bool {
    let mut picks = wanted
        .iter()
        .filter(|word| names.contains(&word.as_str()))
        .peekable();
    picks.peek().is_none() || picks.any(|word| word == name)
}

/// Median nanoseconds per message of every library.
fn measure(mut row: Row) -> Vec<(&'static str, f64)> {
    let counts: Vec<usize> = row.iter_mut().map(|(_, run)| calibrate(run)).collect();
    let mut samples = vec![Vec::new(); row.len()];
    for _ in 0..ROUNDS {
        for (index, (_, run)) in row.iter_mut().enumerate() {
            let elapsed = time(run, counts[index]);
            samples[index].push(elapsed.as_nanos() as f64 / counts[index] as f64);
        }
    }
    let medians = samples.into_iter().map(|mut samples| {
        samples.sort_by(f64::total_cmp);
        samples[ROUNDS / 2]
    });
    row.iter().map(|(name, _)| *name).zip(medians).collect()
}

/// CPU time of `count` messages: time that other processes take is not ours.
fn time(run: &mut Run, count: usize) -> Duration {
    let start = thread_time();
    run(count);
    thread_time() - start
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// How many messages fill a round.
fn calibrate(run: &mut Run) -> usize {
    let mut count = 64;
    loop {
        let elapsed = time(run, count);
        if elapsed * 4 > ROUND {
            return (count as f64 * ROUND.as_secs_f64() / elapsed.as_secs_f64()) as usize + 1;
        }
        count *= 2;
    }
}

fn cells(medians: &[(&str, f64)]) -> String {
    let ours = medians[0].1;
    let others = medians[1..].iter();
    let others: Vec<String> = others
        .map(|(name, other)| format!("{name} {other:.1} ({:.2}×)", other / ours))
        .collect();
    format!("{ours:.1} | {} |", others.join(", "))
}
