//! Ping-pong calls, in frames and in TTHeaders.

use std::io;

use crate::attack::{Attack, MIB, Wire};
use crate::children::server::SOON;
use crate::raw::{thrift, ttheader};
use crate::stage::{Stage, broken};

use super::bounds::{LARGEST, LITTLE, MULTIPLEXED};

/// What one connection may hold: the largest request and its answer. A buffer that grows is twice its
/// contents for a moment.
const TWO_MESSAGES: usize = 3 * LARGEST + LITTLE;

pub fn attacks() -> Vec<Attack> {
    let framed =
        |name, about, memory, run| Attack::on_server(name, about, Wire::Framed, memory, run);
    let ttheader =
        |name, about, memory, run| Attack::on_server(name, about, Wire::TtHeader, memory, run);
    vec![
        framed(
            "framed-claimed-length",
            "requests that claim up to 64 MiB and bring 1 KiB",
            LITTLE,
            |stage| {
                claimed_length(
                    stage,
                    &thrift::framed(&thrift::call(1, &thrift::msg("", 1000))),
                )
            },
        ),
        ttheader(
            "ttheader-claimed-length",
            "the same in TTHeaders",
            LITTLE,
            |stage| claimed_length(stage, &ttheader::call(1, &thrift::msg("", 1000))),
        ),
        framed(
            "framed-largest-unanswered",
            "requests of 60 MiB of which the last byte never comes",
            TWO_MESSAGES,
            largest,
        ),
        framed(
            "framed-answers-untaken",
            "requests of 1 MiB, and nobody reads the answers",
            LITTLE + 8 * MIB,
            |stage| {
                untaken(
                    stage,
                    |seq, msg| thrift::framed(&thrift::call(seq, msg)),
                    false,
                )
            },
        ),
        ttheader(
            "ttheader-answers-untaken",
            "requests of 1 MiB that run at the same time, and nobody reads the answers",
            MULTIPLEXED,
            |stage| untaken(stage, ttheader::call, false),
        ),
        framed(
            "framed-answers-never-taken",
            "the same in frames, until the server gives up",
            LITTLE + 8 * MIB,
            |stage| {
                untaken(
                    stage,
                    |seq, msg| thrift::framed(&thrift::call(seq, msg)),
                    true,
                )
            },
        )
        .quick(),
        ttheader(
            "ttheader-answers-never-taken",
            "the same in TTHeaders",
            MULTIPLEXED,
            |stage| untaken(stage, ttheader::call, true),
        )
        .quick(),
        ttheader(
            "ttheader-slow-calls",
            "requests of 1 MiB whose handlers take their time",
            MULTIPLEXED,
            slow_calls,
        ),
        ttheader(
            "ttheader-many-small",
            "calls as fast as they go, and nobody reads the answers",
            MULTIPLEXED,
            many_small,
        ),
    ]
}

fn claimed_length(stage: &Stage, call: &[u8]) -> io::Result<()> {
    let lengths = [64 << 20, (64 << 20) - 1, u32::MAX, 0x7fff_ffff, 1 << 30, 0];
    let mut connections = stage.connect_many(200)?;
    for (raw, length) in connections.iter_mut().zip(lengths.iter().cycle()) {
        let mut claim = call.to_vec();
        claim[..4].copy_from_slice(&length.to_be_bytes());
        let _ = raw.send(&claim);
    }
    stage.hold();
    Ok(())
}

fn largest(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let request = thrift::framed(&thrift::call(1, &thrift::msg("", 60 * MIB)));
    let _ = raw.send(&request[..request.len() - 1]);
    stage.hold();
    Ok(())
}

fn untaken(stage: &Stage, call: fn(i32, &[u8]) -> Vec<u8>, until_given_up: bool) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let msg = thrift::msg("", MIB);
    for seq in 0..200 {
        if !raw.send(&call(seq, &msg)) {
            break;
        }
    }
    stage.hold();
    if until_given_up && !stage.is_given_up_within(8 * SOON)? {
        return broken("the server waits for ever for its answers to be taken");
    }
    Ok(())
}

fn many_small(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let calls: Vec<u8> = (0..500)
        .flat_map(|seq| ttheader::call(seq, &thrift::msg("", 8)))
        .collect();
    for _ in 0..stage.scale.of(200, 2000) {
        if !raw.send(&calls) {
            break;
        }
    }
    stage.hold();
    Ok(())
}

fn slow_calls(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let neighbour = ttheader::Neighbour::listen(&raw)?;
    let msg = thrift::msg("deaf", MIB);
    for seq in 0..stage.scale.of(300, 1000) as i32 {
        if !raw.send(&ttheader::call(seq, &msg)) {
            break;
        }
    }
    stage.neighbour(|| neighbour.call(&mut raw))?;
    stage.hold();
    Ok(())
}
