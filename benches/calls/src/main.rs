//! `bench-calls`: what governance with nothing to do costs a call, a stream and a message.

use anyhow::Result;
use bench_calls::pair::Pair;
use bench_calls::table::{self, COLUMNS};
use bench_calls::workload::{Governed, Workload};
use bench_calls::{counted, timed};
use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints a table of instructions, which it counts by valgrind's callgrind.
    Count {
        /// All by default.
        workloads: Vec<Workload>,
    },
    /// Prints a table of nanoseconds.
    Time {
        /// All by default.
        workloads: Vec<Workload>,
    },
    /// Does one thing many times, for callgrind or perf.
    Run {
        workload: Workload,
        governed: Governed,
        count: u64,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Count { workloads } => {
            table::head("instructions");
            for workload in all_or(&workloads) {
                let counts = COLUMNS.map(|governed| counted::instructions(*workload, governed));
                let counts: Vec<_> = counts.into_iter().collect::<Result<_>>()?;
                table::row(*workload, &counts);
            }
        }
        Command::Time { workloads } => {
            table::head("ns");
            for workload in all_or(&workloads) {
                table::row(*workload, &timed::nanoseconds(*workload, &COLUMNS)?);
            }
        }
        Command::Run {
            workload,
            governed,
            count,
        } => drop(Pair::new(workload, governed)?.run(count)?),
    }
    Ok(())
}

fn all_or(workloads: &[Workload]) -> &[Workload] {
    match workloads {
        [] => Workload::value_variants(),
        some => some,
    }
}
