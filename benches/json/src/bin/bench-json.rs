//! Megabytes of JSON per second, to Thrift's bytes and back; calls with JSON per second, ours and Kitex's.

use std::time::Duration;

use anyhow::bail;
use bench_json::echo::{self, Wire};
use bench_json::rounds::medians;
use bench_json::{content, convert};

fn main() -> anyhow::Result<()> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["convert", ref shapes @ ..] => convert(shapes),
        ["echo"] => echo::compare()?,
        // What `echo` starts.
        ["serve"] => block_on(echo::serve())?,
        ["load", wire, address, shape, callers, millis] => {
            let sample = Duration::from_millis(millis.parse()?);
            let (wire, callers) = (Wire::named(wire)?, callers.parse()?);
            block_on(echo::load(wire, address.to_owned(), shape, callers, sample))?;
        }
        _ => bail!("usage: bench-json convert [SHAPE]... | bench-json echo"),
    }
    Ok(())
}

/// On one thread: each process has one core.
fn block_on(run: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(run)
}

/// A row for each shape and direction; no shape is all of them.
fn convert(wanted: &[&str]) {
    let wants = |name: &str| wanted.is_empty() || wanted.contains(&name);
    println!(
        "| shape | bytes of JSON | direction | streamgen | serde_json and codec | serde_json alone |"
    );
    println!("|---|---|---|---|---|---|");
    for shape in content::SHAPES.into_iter().filter(|shape| wants(shape)) {
        let len = content::json(shape).len();
        for (direction, mut runs) in [
            ("to Thrift", convert::to_thrift(shape)),
            ("to JSON", convert::to_json(shape)),
        ] {
            let times = medians(&mut runs);
            let rate = |nanos: f64| len as f64 * 1000.0 / nanos;
            let others = times[1..].iter();
            let others =
                others.map(|&nanos| format!("{:.0} ({:.2}×)", rate(nanos), nanos / times[0]));
            println!(
                "| {shape} | {len} | {direction} | {:.0} | {} |",
                rate(times[0]),
                others.collect::<Vec<_>>().join(" | ")
            );
        }
    }
}
