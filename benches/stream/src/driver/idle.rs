//! `idle`: memory of streams that are open and silent.

use super::cpu::resident;
use super::process::Program;
use super::program;
use crate::candidate::Candidate;
use crate::workload::{Load, Workload};

/// Bytes of resident memory per open stream, on top of a connection with one stream.
pub struct Memory {
    /// Whose processes these were.
    pub candidate: Candidate,
    /// The server's.
    pub server: f64,
    /// The client's.
    pub client: f64,
}

/// Opens `streams` streams on one connection, each of which carries one message both ways.
pub fn run(candidate: Candidate, streams: usize) -> anyhow::Result<Memory> {
    anyhow::ensure!(streams > 1, "more than one stream is needed");
    let program: Program = program(candidate)?;
    let server = program.serve(&[])?;
    let load = Load {
        addr: server.addr.clone(),
        workload: Workload::Idle,
        size: 16,
        streams,
        window: 1,
        warm_up_ms: 0,
        sample_ms: 0,
    };
    let mut client = program.load(&load)?;
    client.line("ready")?;
    let before = (resident(server.process.id())?, resident(client.id())?);
    client.say("open the rest")?;
    client.line("opened")?;
    let after = (resident(server.process.id())?, resident(client.id())?);
    let per_stream =
        |before: u64, after: u64| (after as f64 - before as f64) / (streams - 1) as f64;
    let memory = Memory {
        candidate,
        server: per_stream(before.0, after.0),
        client: per_stream(before.1, after.1),
    };
    client.finish()?;
    server.process.finish()?;
    Ok(memory)
}
