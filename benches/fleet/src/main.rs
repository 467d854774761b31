//! How long picking one of many instances takes, with each balancer. A pick begins a call there, and ends
//! it, so that the balancer's books are kept.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use streamgen_runtime::fleet::{
    Balancer, ConsistentHash, Instance, LeastStreams, RoundRobin, TwoChoices, WeightedRandom,
};
use streamgen_runtime::unstable::{Outgoing, Picks};
use streamgen_runtime::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

static SERVICE: ServiceInfo = ServiceInfo::new(
    "Users",
    "users",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[MethodInfo::new("Get", Mode::PingPong)],
);

/// Instances of three weights.
fn instances(count: usize) -> Result<Vec<Instance>> {
    let instance = |nth: usize| {
        let address = format!("10.0.{}.{}:8888", nth / 250, nth % 250 + 1);
        let weight = [5, 10, 20][nth % 3];
        Ok(Instance::parse(address)?.with_weight(weight))
    };
    (0..count).map(instance).collect()
}

/// The best of several runs, in nanoseconds for each pick.
fn measured(picks: &Picks, call: &Outgoing) -> Result<f64> {
    const PICKS: u32 = 200_000;
    const RUNS: usize = 10;
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let began = Instant::now();
        for _ in 0..PICKS {
            black_box(picks.pick(black_box(call))?);
        }
        best = best.min(began.elapsed());
    }
    Ok(best.as_nanos() as f64 / f64::from(PICKS))
}

fn row(name: &str, balancer: impl Balancer + Clone, call: &Outgoing) -> Result<()> {
    let mut times = Vec::new();
    for count in [10, 1000] {
        let picks = Picks::new(balancer.clone(), instances(count)?);
        times.push(measured(&picks, call)?);
    }
    println!("| `{name}` | {:.0} | {:.0} |", times[0], times[1]);
    Ok(())
}

fn main() -> Result<()> {
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
    call.metainfo.insert("RPC_TRANSIT_USER", "user-4711");
    println!("| balancer | 10 instances, ns | 1,000 instances, ns |");
    println!("| --- | --- | --- |");
    row("RoundRobin", RoundRobin, &call)?;
    row("WeightedRandom", WeightedRandom, &call)?;
    row("TwoChoices", TwoChoices, &call)?;
    row("LeastStreams", LeastStreams, &call)?;
    row("ConsistentHash", ConsistentHash::by_metainfo("USER"), &call)
}
