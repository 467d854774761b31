//! Tests that run for many seeds.

use std::any::Any;
use std::env;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;

use super::network::Network;
use super::trace::Event;
use crate::sync::lock;

/// The environment variable that names the one seed to run.
pub const SEED: &str = "STREAMGEN_SEED";

/// How long a run may take on the paused clock. A run that takes longer hangs: no timeout of the runtime
/// is nearly as long.
pub const TIME_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// A seed for which a test has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSeed {
    /// The seed.
    pub seed: u64,
    /// The message of the panic.
    pub message: String,
    /// The events on the network until then.
    pub trace: Vec<Event>,
}

/// The seed that the environment names, or else this one: for a test that makes its network itself.
///
/// # Panics
/// The variable is not a number.
pub fn seed_or(otherwise: u64) -> u64 {
    named_seed().unwrap_or(otherwise)
}

fn named_seed() -> Option<u64> {
    let text = env::var(SEED).ok()?;
    match text.parse() {
        Ok(seed) => Some(seed),
        Err(_) => panic!("{SEED}={text} is not a seed: write a number"),
    }
}

/// Runs `test` for each of the seeds, on all cores, each time with a network of its own, on a runtime and a
/// paused clock of its own. If `STREAMGEN_SEED` is set, runs that seed alone, and prints the events on the
/// network if the test fails.
///
/// ```
/// use streamgen_runtime::testing::{Faults, Network, check};
///
/// async fn scenario(network: Network) {
///     network.faults(Faults { cut: 0.2, ..Faults::default() });
///     // … servers, clients, calls, and what must be true of them
/// }
///
/// # if false {
/// check(0..100, scenario);
/// # }
/// ```
///
/// # Panics
/// The test panics or hangs for a seed. The message names the seed, and how to run it alone.
pub fn check<T>(
    seeds: impl IntoIterator<Item = u64, IntoIter: Send>,
    test: impl Fn(Network) -> T + Sync,
) where
    T: Future<Output = ()>,
{
    let named = named_seed();
    let failed = match named {
        Some(seed) => run(seed, &test),
        None => first_failure(seeds, test),
    };
    let Some(failed) = failed else { return };
    if named.is_some() {
        failed.trace.iter().for_each(|event| tell(event));
    }
    panic!("{failed}");
}

/// As [`check`], but returns the lowest seed for which the test panics or hangs, if the seeds ascend. It
/// shows that a test finds a fault which was planted. It does not read the environment.
pub fn first_failure<T>(
    seeds: impl IntoIterator<Item = u64, IntoIter: Send>,
    test: impl Fn(Network) -> T + Sync,
) -> Option<FailedSeed>
where
    T: Future<Output = ()>,
{
    let (seeds, failed) = (Mutex::new(seeds.into_iter()), Mutex::new(None));
    let next = || match &*lock(&failed) {
        Some(_) => None,
        None => lock(&seeds).next(),
    };
    let work = || {
        while let Some(seed) = next() {
            if let Some(one) = run(seed, &test) {
                let first: &mut Option<FailedSeed> = &mut lock(&failed);
                match first {
                    Some(first) if first.seed < seed => {}
                    _ => *first = Some(one),
                }
            }
        }
    };
    thread::scope(|threads| {
        let others = thread::available_parallelism().map_or(0, |all| all.get() - 1);
        for _ in 0..others {
            threads.spawn(work);
        }
        work();
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn run<T: Future<Output = ()>>(seed: u64, test: &impl Fn(Network) -> T) -> Option<FailedSeed> {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without sockets needs nothing of the system");
    let network = {
        let _clock = runtime.enter();
        Network::begin(seed, false)
    };
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let test = async { timeout(TIME_LIMIT, test(network.clone())).await };
        runtime.block_on(test).expect("the test hangs");
    }));
    let message = text(ran.err()?.as_ref());
    // Taken before the runtime ends: that ends the tasks that are left, in an order of chance.
    let trace = network.trace();
    Some(FailedSeed {
        seed,
        message,
        trace,
    })
}

/// The message of a panic.
fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the test panicked").to_owned()
}

impl fmt::Display for FailedSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, message, .. } = self;
        write!(
            f,
            "seed {seed}: {message}\nrun it alone: {}",
            command(*seed)
        )
    }
}

/// The command that runs a seed again. The test harness names the thread of a test after the test.
fn command(seed: u64) -> String {
    let thread = thread::current();
    let test = thread.name().filter(|name| *name != "main");
    format!("{SEED}={seed} cargo test {}", test.unwrap_or_default())
}

/// Says the seed of a network whose test has panicked.
pub(super) fn announce(seed: u64) {
    tell(&format_args!(
        "the network had the seed {seed}: {}",
        command(seed)
    ));
}

/// Prints a line for the person who looks for why a test has failed.
#[expect(
    clippy::print_stderr,
    reason = "the message of the panic is there too, and a test has no other place"
)]
fn tell(what: &dyn fmt::Display) {
    eprintln!("{what}");
}
