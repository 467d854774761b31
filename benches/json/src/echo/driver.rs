//! Server and client of each candidate in processes of their own, each on a core, the candidates in turn.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use super::{IDL, Wire};
use crate::content;

/// Samples of each candidate.
const SAMPLES: usize = 3;
/// How long one takes, in milliseconds.
const SAMPLE: &str = "1500";
/// Callers, or streams, at the same time.
const CALLERS: &str = "16";
/// Messages: 27 bytes, and two of 10 KB.
const SHAPES: [&str; 3] = ["small", "text", "items"];
/// Ours first; of Kitex, both of its converters.
const CANDIDATES: [&str; 3] = ["streamgen", "default", "dynamicgo"];

/// A row for each wire and shape.
///
/// # Errors
/// A program fails, or Kitex's is not built.
pub fn compare() -> anyhow::Result<()> {
    println!("| wire | message | streamgen | Kitex | Kitex with dynamicgo |");
    println!("|---|---|---|---|---|");
    for (name, wire) in Wire::ALL {
        for shape in SHAPES {
            let rates = rates(name, wire, shape)?;
            let others = rates[1..].iter();
            let others = others.map(|rate| format!("{rate:.0} ({:.1}×)", rates[0] / rate));
            let others = others.collect::<Vec<_>>().join(" | ");
            println!("| {name} | {shape} | {:.0} | {others} |", rates[0]);
        }
    }
    Ok(())
}

/// Medians of messages a second.
fn rates(name: &str, wire: Wire, shape: &str) -> anyhow::Result<Vec<f64>> {
    let mut samples = vec![Vec::new(); CANDIDATES.len()];
    for _ in 0..SAMPLES {
        for (candidate, samples) in CANDIDATES.iter().zip(&mut samples) {
            let sample = sample(candidate, name, wire, shape);
            samples.push(sample.with_context(|| format!("{candidate}, {name}, {shape}"))?);
        }
    }
    let medians = samples.into_iter().map(|mut samples| {
        samples.sort_by(f64::total_cmp);
        samples[SAMPLES / 2]
    });
    Ok(medians.collect())
}

fn sample(candidate: &str, name: &str, wire: Wire, shape: &str) -> anyhow::Result<f64> {
    let is_ours = candidate == "streamgen";
    let program = match is_ours {
        true => std::env::current_exe()?,
        false => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../kitex/bin/kitex-generic"),
    };
    let start = |core: &str, words: &[&str]| -> anyhow::Result<(Child, String)> {
        let mut command = Command::new("taskset");
        command.args(["-c", core]).arg(&program).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().context("it is piped")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok((process, line))
    };
    let serve = match is_ours {
        true => vec!["serve"],
        false => vec!["serve", IDL, candidate, name],
    };
    let (mut server, line) = start("0", &serve)?;
    let address = line.trim().strip_prefix("listening ");
    let address = address.context("the server has an address")?;
    let (method, json) = (wire.method(shape), content::json(shape));
    let load = match is_ours {
        true => vec!["load", name, address, shape, CALLERS, SAMPLE],
        false => vec![
            "load", IDL, candidate, name, address, &method, &json, CALLERS, SAMPLE,
        ],
    };
    let (mut client, line) = start("1", &load)?;
    client.wait()?;
    // The end of its input ends the server.
    drop(server.stdin.take());
    server.wait()?;
    let mut words = line.split_whitespace().skip(1).map(str::parse::<f64>);
    let mut next = || words.next().context("the client has a result");
    let (made, nanos) = (next()??, next()??);
    Ok(made * 1e9 / nanos)
}
