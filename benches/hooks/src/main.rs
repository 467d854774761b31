//! What a call and a message cost more because the runtime looks for middleware and tracers, where there are none. Client
//! and server are in one process and on one thread, and their connection is in memory. So callgrind counts nearly the
//! same instructions in each run, whatever else the machine does (`benches/README.md`).

mod calls;
mod counted;
mod memory;
mod served;

use std::path::PathBuf;

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
        /// This program, built with `RUSTFLAGS="--cfg streamgen_no_hooks"`.
        #[arg(long)]
        without: PathBuf,
    },
    /// Makes calls, for callgrind or perf.
    Run(Run),
}

/// Calls of one shape, one after the other.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Run {
    #[arg(value_enum)]
    wire: Wire,
    #[arg(value_enum)]
    shape: Shape,
    /// How many calls.
    calls: usize,
    /// Messages of each; a ping-pong call, and a unary one, has one each way.
    #[arg(default_value_t = 1)]
    messages: usize,
    /// One Send and one Recv middleware on either side, which do nothing.
    #[arg(long)]
    hooked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wire {
    /// TTHeader Streaming, and TTHeader with all calls on one connection.
    Ttheader,
    /// gRPC.
    Grpc,
}

/// A ping-pong call, and the four shapes of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// Ping-pong; over gRPC, it is a unary call.
    Call,
    /// One message each way, on a stream.
    Unary,
    /// The client sends.
    Client,
    /// The server sends.
    Server,
    /// Both send, in turns.
    Bidi,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Count { without } => counted::table(&without),
        Command::Run(run) => served::run(run),
    }
}
