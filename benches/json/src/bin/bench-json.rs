//! Megabytes of JSON per second, to Thrift's bytes and back.

use bench_json::rounds::medians;
use bench_json::{content, convert};

fn main() {
    let wanted: Vec<_> = std::env::args().skip(1).collect();
    match wanted.split_first() {
        Some((word, shapes)) if word == "convert" => convert(shapes),
        _ => {
            eprintln!("usage: bench-json convert [SHAPE]...");
            std::process::exit(2);
        }
    }
}

/// A row for each shape and direction; no shape is all of them.
fn convert(wanted: &[String]) {
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
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
