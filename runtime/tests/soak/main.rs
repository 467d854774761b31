//! The soak of a server and its clients in one process: slow readers beside fast ones on the same
//! connections, bursts of cancels, servers that stop and start again under load, and connections that
//! are cut.
//!
//! The load comes in rounds of a few seconds. Behind each round all clients are gone, and every counter
//! has to be where it was before the first one: handlers, tasks, the runtime's gauges and spans of
//! connections and calls, descriptors. Memory may not grow from round to round. In a calm round,
//! where nothing is restarted or cut, no call may fail.
//!
//! `STREAMGEN_SOAK_SECONDS` says for how long rounds begin (default 10), `STREAMGEN_SOAK_SEED` which
//! choices are made (by default the clock gives the seed, and the test prints it).
#![cfg(target_os = "linux")] // What the process holds is read from /proc.
#![allow(clippy::print_stdout, reason = "the test prints figures")]

mod activities;
mod count;
mod gauges;
mod library;
#[path = "../notes_support/mod.rs"]
mod notes_support;
#[path = "../../../tests/invented/random.rs"]
mod random;
mod relay;
mod round;
#[path = "../../../tests/soaked/mod.rs"]
mod soaked;
mod spans;
mod tally;
mod trend;

use std::process::Command;
use std::time::{Duration, Instant};

use count::Meter;
use gauges::Gauges;
use library::Library;
use peak_alloc::PeakAlloc;
use random::Random;
use relay::Relay;
use round::{Places, Weather};
use spans::Spans;
use tally::Tally;
use trend::Trend;

/// Counts the bytes that are allocated: a leak cannot hide in freed memory that the allocator keeps.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// For how long rounds begin, by default.
const SECONDS: u64 = 10;

/// The fewest rounds, however little time there is: one of each weather.
const ROUNDS_MIN: usize = Weather::ALL.len();

const NAME: &str = "behind_slow_readers_cancels_restarts_and_cuts_nothing_is_left";

#[test]
fn behind_slow_readers_cancels_restarts_and_cuts_nothing_is_left() {
    let (setting, _) = soaked::RETURNS_MEMORY[0];
    match std::env::var_os(setting) {
        Some(_) => nothing_is_left(),
        None => in_a_process_that_returns_memory(),
    }
}

/// Runs this test in a process of its own: glibc reads its settings when a process starts.
fn in_a_process_that_returns_memory() {
    let program = std::env::current_exe().expect("this test");
    let seed = soaked::seed();
    println!("seed {seed}");
    let ended = Command::new(program)
        .args(["--exact", NAME, "--nocapture"])
        .envs(soaked::RETURNS_MEMORY)
        .env("STREAMGEN_SOAK_SEED", seed.to_string())
        .output()
        .expect("it starts");
    let out = String::from_utf8_lossy(&ended.stdout);
    let err = String::from_utf8_lossy(&ended.stderr);
    println!("{out}");
    assert!(ended.status.success(), "{err}");
    assert!(out.contains("1 passed"), "{NAME} is no test");
}

fn nothing_is_left() {
    let (duration, seed) = (soaked::duration(SECONDS), soaked::seed());
    println!("seed {seed}, {} s", duration.as_secs());
    let (spans, gauges) = (Spans::default(), Gauges::default());
    tracing::subscriber::set_global_default(spans.clone()).expect("the only one");
    metrics::set_global_recorder(gauges.clone()).expect("the only one");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (tally, trend) = runtime.block_on(soak(spans, gauges, duration, Random::new(seed)));
    println!("{tally}\n{trend}");
    assert_eq!(trend.is_flat(), Ok(()), "seed {seed}");
    assert_eq!(tally.verdict(), Ok(()), "seed {seed}");
}

/// Makes rounds until `duration` is over, and checks behind each that nothing is left of it.
async fn soak(
    spans: Spans,
    gauges: Gauges,
    duration: Duration,
    mut random: Random,
) -> (Tally, Trend) {
    let (mut tally, mut trend) = (Tally::default(), Trend::for_the_time(duration));
    let library = Library::start().await;
    let relay = Relay::start(library.address).await;
    let meter = Meter::new(spans, gauges, &library).await;
    let places = Places {
        direct: library.address,
        relayed: relay.address,
    };
    let started = Instant::now();
    for number in 0.. {
        if number >= ROUNDS_MIN && started.elapsed() >= duration {
            break;
        }
        let weather = Weather::ALL[number % Weather::ALL.len()];
        relay.cuts(weather != Weather::Calm);
        let round = round::run(&places, weather, &library, &mut random);
        let sampled = meter.sampled(round, |sample| trend.sampled(started.elapsed(), sample));
        tally.add(sampled.await);
        let left = meter.settled().await;
        let left = left.unwrap_or_else(|left| panic!("behind round {number}, {weather:?}: {left}"));
        trend.round(left);
    }
    (tally, trend)
}
