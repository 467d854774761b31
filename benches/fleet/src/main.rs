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

/// The best of several runs, in nanoseconds: of a pick, and of a pick and its end.
fn measured(picks: &Picks, call: &Outgoing) -> Result<[f64; 2]> {
    const PICKS: usize = 1000;
    const RUNS: usize = 2000;
    let mut best = [Duration::MAX; 2];
    let mut picked = Vec::with_capacity(PICKS);
    for _ in 0..RUNS {
        let began = Instant::now();
        for _ in 0..PICKS {
            picked.push(picks.pick(black_box(call))?);
        }
        best[0] = best[0].min(began.elapsed());
        picked.clear();
        best[1] = best[1].min(began.elapsed());
    }
    Ok(best.map(|time| time.as_nanos() as f64 / PICKS as f64))
}

fn row(name: &str, balancer: impl Balancer + Clone, call: &Outgoing) -> Result<()> {
    let few = measured(&Picks::new(balancer.clone(), instances(10)?), call)?;
    let many = measured(&Picks::new(balancer, instances(1000)?), call)?;
    let [[pick, both], [pick_of_many, both_of_many]] = [few, many];
    println!("| `{name}` | {pick:.0} | {both:.0} | {pick_of_many:.0} | {both_of_many:.0} |");
    Ok(())
}

fn main() -> Result<()> {
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
    call.metainfo.insert("RPC_TRANSIT_USER", "user-4711");
    println!("| balancer | 10 instances: pick, ns | and end, ns | 1,000: pick, ns | and end, ns |");
    println!("| --- | --- | --- | --- | --- |");
    row("RoundRobin", RoundRobin, &call)?;
    row("WeightedRandom", WeightedRandom, &call)?;
    row("TwoChoices", TwoChoices, &call)?;
    row("LeastStreams", LeastStreams, &call)?;
    row("ConsistentHash", ConsistentHash::by_metainfo("USER"), &call)
}
