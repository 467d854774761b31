//! The workloads of `docs/spec/performance.md` 2.0: what is sent, and how much of it at once.

use clap::{Args, ValueEnum};
use std::fmt;

/// A pattern of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// A server stream without end; the client counts.
    Ss,
    /// One bidirectional stream, 256 messages in flight (16 of more than 16 KiB).
    Pipe,
    /// 100 streams on one connection, each sending, then receiving.
    Pp100,
    /// One stream, sending, then receiving.
    Pp1,
    /// 100 callers, each with one unary call at a time. They share one connection, unless the
    /// candidate says otherwise.
    Unary100,
    /// Streams that are open and silent.
    Idle,
}

impl Workload {
    /// Streams open at the same time; `Idle` is told by its caller.
    pub fn streams(self) -> usize {
        match self {
            Workload::Pp100 | Workload::Unary100 => 100,
            _ => 1,
        }
    }

    /// Messages in flight on one stream.
    pub fn window(self, size: usize) -> usize {
        match self {
            Workload::Pipe if size > 16 * 1024 => 16,
            Workload::Pipe => 256,
            _ => 1,
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Workload::Ss => "ss",
            Workload::Pipe => "pipe",
            Workload::Pp100 => "pp100",
            Workload::Pp1 => "pp1",
            Workload::Unary100 => "unary100",
            Workload::Idle => "idle",
        })
    }
}

/// What a load process does, as it stands on its command line.
// The group would otherwise be called like the subcommand's, which clap refuses in debug builds.
#[derive(Args, Clone, Debug)]
#[group(id = "load-options")]
pub struct Load {
    /// Address of the server.
    #[arg(long)]
    pub addr: String,
    /// Pattern of messages.
    #[arg(long, value_enum)]
    pub workload: Workload,
    /// Payload bytes per message.
    #[arg(long, default_value_t = 16)]
    pub size: usize,
    /// Streams open at the same time.
    #[arg(long, default_value_t = 1)]
    pub streams: usize,
    /// Messages in flight on one stream.
    #[arg(long, default_value_t = 1)]
    pub window: usize,
    /// Milliseconds before the measured window.
    #[arg(long, default_value_t = 300)]
    pub warm_up_ms: u64,
    /// Length of the measured window in milliseconds.
    #[arg(long, default_value_t = 1500)]
    pub sample_ms: u64,
}

impl Load {
    /// The arguments that make a load process do this; Kitex's program takes the same.
    pub fn to_args(&self) -> Vec<String> {
        [
            ("--addr", self.addr.clone()),
            ("--workload", self.workload.to_string()),
            ("--size", self.size.to_string()),
            ("--streams", self.streams.to_string()),
            ("--window", self.window.to_string()),
            ("--warm-up-ms", self.warm_up_ms.to_string()),
            ("--sample-ms", self.sample_ms.to_string()),
        ]
        .into_iter()
        .flat_map(|(flag, value)| [flag.to_owned(), value])
        .collect()
    }
}
