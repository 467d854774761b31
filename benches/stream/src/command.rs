//! The command line.

use crate::candidate::Candidate;
use crate::driver::{Sampling, allocations, compare, idle, paired, writes};
use crate::workload::{Load, Workload};
use crate::{child, report};
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Streaming benchmark: each candidate's server on core 0, its client on core 1, samples in turn.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Messages per second, CPU per message and latency of every candidate (bars S1 to S5, G1 to G3).
    Compare {
        /// Whose candidates to take if none are named.
        #[arg(long, value_enum, default_value_t = Proto::Tts)]
        proto: Proto,
        /// The candidate that the ratios are about.
        #[arg(long, value_enum)]
        base: Option<Candidate>,
        #[command(flatten)]
        cells: Cells,
        #[command(flatten)]
        sampling: Sampling,
    },
    /// Compares the messages per second of this build with those of an earlier build, or those of candidates with
    /// those of another one, cell by cell.
    #[command(group(clap::ArgGroup::new("other").required(true).args(["before", "beside"])))]
    Paired {
        /// The program that the earlier commit builds.
        #[arg(long)]
        before: Option<PathBuf>,
        /// A candidate of this build, which takes the place of the earlier build of each candidate.
        #[arg(long, value_enum)]
        beside: Option<Candidate>,
        #[command(flatten)]
        cells: Cells,
        #[command(flatten)]
        sampling: Sampling,
    },
    /// Write system calls of the server per message (bar S6). Needs strace.
    Writes {
        #[command(flatten)]
        cells: Cells,
        #[command(flatten)]
        sampling: Sampling,
    },
    /// Heap allocations per message (bar S7).
    Allocations {
        #[command(flatten)]
        cells: Cells,
        #[command(flatten)]
        sampling: Sampling,
    },
    /// Memory per idle stream.
    Idle {
        /// Candidates to measure.
        #[arg(long, value_enum, value_delimiter = ',', required = true)]
        candidates: Vec<Candidate>,
        /// Streams on the one connection.
        #[arg(long, default_value_t = 10_000)]
        streams: usize,
    },
    /// Runs a candidate's server; started by the other commands.
    #[command(hide = true)]
    Serve {
        #[arg(long, value_enum)]
        candidate: Candidate,
    },
    /// Runs a candidate's client; started by the other commands.
    #[command(hide = true)]
    Load {
        #[arg(long, value_enum)]
        candidate: Candidate,
        #[command(flatten)]
        load: Load,
    },
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Proto {
    /// TTHeader Streaming: Kitex, tonic, volo-thrift and the two floors.
    Tts,
    /// gRPC: streamgen with Protobuf and with Thrift, Kitex, tonic with default and with tuned
    /// settings, volo-grpc.
    Grpc,
    /// Thrift ping-pong over TTHeader + Framed, on pooled connections and multiplexed: streamgen,
    /// Kitex, volo-thrift.
    Calls,
}

impl Proto {
    fn candidates(self) -> &'static [Candidate] {
        match self {
            Proto::Tts => &[
                Candidate::Streamgen,
                Candidate::Kitex,
                Candidate::Tonic,
                Candidate::VoloThrift,
                Candidate::Raw,
                Candidate::Mux,
            ],
            Proto::Grpc => &[
                Candidate::StreamgenGrpc,
                Candidate::StreamgenGrpcThrift,
                Candidate::KitexGrpc,
                Candidate::Tonic,
                Candidate::TonicTuned,
                Candidate::VoloGrpc,
            ],
            Proto::Calls => &[
                Candidate::StreamgenCalls,
                Candidate::StreamgenCallsMux,
                Candidate::KitexCalls,
                Candidate::KitexCallsMux,
                Candidate::VoloThriftPool,
                Candidate::VoloThrift,
            ],
        }
    }
}

#[derive(clap::Args)]
struct Cells {
    /// Workloads.
    #[arg(
        long = "wl",
        value_enum,
        value_delimiter = ',',
        default_value = "ss,pipe,pp100,pp1"
    )]
    workloads: Vec<Workload>,
    /// Payload sizes in bytes.
    #[arg(long = "size", value_delimiter = ',', default_value = "16,1024,65536")]
    sizes: Vec<usize>,
    /// Candidates, in this order.
    #[arg(long, value_enum, value_delimiter = ',')]
    candidates: Vec<Candidate>,
}

impl Cells {
    /// Every candidate in every cell it has, one after the other.
    fn each(&self) -> impl Iterator<Item = (Candidate, Workload, usize)> {
        let candidates = &self.candidates;
        self.workloads.iter().flat_map(move |&workload| {
            self.sizes.iter().flat_map(move |&size| {
                let able = candidates.iter().filter(move |c| c.supports(workload));
                able.map(move |&candidate| (candidate, workload, size))
            })
        })
    }
}

/// Runs the command line of this process.
pub fn run() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Compare {
            proto,
            base,
            mut cells,
            sampling,
        } => {
            if cells.candidates.is_empty() {
                cells.candidates = proto.candidates().to_vec();
            }
            let base = base.unwrap_or(cells.candidates[0]);
            let Cells {
                workloads,
                sizes,
                candidates,
            } = cells;
            let measured = compare::run(&candidates, &workloads, &sizes, &sampling)?;
            print(&sampling, &report::compare(&measured, base));
        }
        Command::Paired {
            before,
            beside,
            mut cells,
            sampling,
        } => {
            if cells.candidates.is_empty() {
                cells.candidates = vec![Candidate::Streamgen, Candidate::StreamgenGrpc];
            }
            let other = paired::Other { before, beside };
            let pairs = cells
                .each()
                .map(|(c, w, s)| paired::run(&other, c, w, s, &sampling));
            let pairs = pairs.collect::<anyhow::Result<Vec<_>>>()?;
            print(&sampling, &report::paired(&pairs, &other.name()));
        }
        Command::Writes { cells, sampling } => {
            let rows = cells
                .each()
                .map(|(c, w, s)| writes::run(c, w, s, &sampling));
            let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
            println!("{}", report::writes(&rows));
        }
        Command::Allocations { cells, sampling } => {
            let rows = cells.each().map(|(c, w, s)| {
                allocations::run(c, w, s, &sampling).map(|sample| (c, w, s, sample))
            });
            let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
            println!("{}", report::allocations(&rows));
        }
        Command::Idle {
            candidates,
            streams,
        } => {
            let rows = candidates
                .iter()
                .map(|&candidate| idle::run(candidate, streams));
            let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
            println!("{}", report::idle(&rows, streams));
        }
        Command::Serve { candidate } => child::serve::run(candidate)?,
        Command::Load { candidate, load } => child::load::run(candidate, load)?,
    }
    Ok(())
}

fn print(sampling: &Sampling, tables: &str) {
    if sampling.ungated {
        println!("Ungated: taken on a machine that may have been busy. Not for quoting.\n");
    }
    println!("{tables}");
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
