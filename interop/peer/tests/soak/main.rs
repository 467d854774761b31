//! The soak test: one server process, and clients of every wire that come and go at random. They
//! are Kitex's clients, over each `-proto` of the contract, and grpcio's. The test kills many of
//! them in the middle of their calls.
//!
//! No client that ran to its end may have failed. When all clients are gone, the server has no
//! running handler and no more descriptors than before the first client, and its memory has not
//! grown during the test.
//!
//! `STREAMGEN_SOAK_SECONDS` sets for how long the test starts clients (default 20).
//! `STREAMGEN_SOAK_SEED` sets the seed from which the test chooses what the clients do and when it
//! kills them (by default the clock gives the seed, and the test prints it).

#![cfg(target_os = "linux")] // What a process holds is read from /proc.

#[path = "../../../../tests/alone/mod.rs"]
mod alone;
mod clients;
#[path = "../../../grpc/tests/suite/support/grpcio.rs"]
mod grpcio;
#[path = "../support/kitex.rs"]
mod kitex;
mod lanes;
mod memory;
#[path = "../../../../tests/invented/random.rs"]
mod random;
mod server;
#[path = "../../../grpc/tests/suite/support/skip.rs"]
mod skip;
#[path = "../../../../tests/soaked/mod.rs"]
mod soaked;

use std::time::Duration;

use clients::Programs;
use server::Server;

/// For how long the test starts clients, by default.
const SECONDS: u64 = 20;

/// How long the server may take to notice that the last clients are gone. A handler that holds ends
/// after 30 s at the latest, whatever becomes of its call.
const SETTLE: Duration = Duration::from_secs(60);

#[test]
fn clients_of_every_wire_come_and_go() {
    let Some(programs) = Programs::find() else {
        return;
    };
    let (duration, seed) = (soaked::duration(SECONDS), soaked::seed());
    println!("seed {seed}, {} s", duration.as_secs());
    let server = Server::start();
    let before = server.descriptors();

    let (tally, samples) = lanes::run(&programs, &server, duration, seed);

    let settled = server.settles(before, SETTLE);
    println!("{tally}\n{}\n{}", server.calls(), memory::figures(&samples));
    println!("memory at the end: {} KiB", server.resident());
    let failed = &tally.failed;
    assert!(
        failed.is_empty(),
        "seed {seed}: {} clients failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
    assert_eq!(settled, Ok(()), "seed {seed}");
    assert_eq!(memory::is_flat(&samples), Ok(()), "seed {seed}");
    assert_eq!(server.wires_without_a_call(), [] as [&str; 0]);
    let mut kinds = programs.kinds();
    kinds.retain(|kind| !tally.passed.contains_key(*kind));
    assert_eq!(kinds, [] as [&str; 0], "no client of these ended by itself");
}
