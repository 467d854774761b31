//! TTHeader Streaming: messages that wait, and frames that nobody asked for.

use std::io;

use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;

use crate::attack::{Attack, MIB, Wire};
use crate::children::server::SOON;
use crate::raw::streaming::{Neighbour, claims, data, frame, header, open};
use crate::raw::{Raw, thrift};
use crate::stage::{Stage, broken};

use super::bounds::{LITTLE, SHARED, streaming};

/// Cost of a waiting message beyond its bytes.
const OF_A_MESSAGE: usize = 64;
/// Messages of a byte that the long form leaves unread.
const TINY: usize = 200_000;
/// Bytes of messages just above what shares a chunk with others.
const MIDDLE: usize = 16_500;
/// How many of them, in two streams that may hold 64 MiB each.
const MIDDLES: usize = 6_000;

pub fn attacks() -> Vec<Attack> {
    let attack =
        |name, about, memory, run| Attack::on_server(name, about, Wire::Streaming, memory, run);
    vec![
        attack(
            "streaming-tiny-unread",
            "200,000 unread messages of a byte",
            2 * TINY * (1 + OF_A_MESSAGE) + SHARED,
            |stage| unread(stage, 1, TINY, 0),
        ),
        attack(
            "streaming-tiny-unread-among-fillers",
            "the same beside a stream whose handler takes 8 KiB after each of them",
            2 * TINY * (1 + OF_A_MESSAGE) + 2 * SHARED,
            |stage| unread(stage, 1, TINY, 8 * 1024),
        ),
        attack(
            "streaming-middle-unread-among-fillers",
            "6,000 unread messages of 16.5 KB, each beside 240 KiB that are taken",
            2 * MIDDLES * (MIDDLE + OF_A_MESSAGE) + 2 * SHARED,
            |stage| unread(stage, MIDDLE, MIDDLES, 240 * 1024),
        ),
        attack(
            "streaming-unknown-ids",
            "DATA of 64 KiB for streams that were never opened",
            LITTLE,
            unknown_ids,
        ),
        attack(
            "streaming-claimed-length",
            "frames that claim up to 1 GiB and bring 64 bytes",
            LITTLE,
            claimed_length,
        ),
        attack(
            "streaming-reused-ids",
            "HEADER after HEADER for the same stream",
            LITTLE,
            reused_ids,
        ),
        attack(
            "streaming-answers-untaken",
            "500 handlers that send without end to a peer that reads nothing",
            streaming(),
            answers_untaken,
        ),
        attack(
            "streaming-echo-untaken",
            "messages of 64 KiB that are echoed to a peer that reads nothing",
            streaming(),
            echo_untaken,
        ),
        attack(
            "streaming-answers-never-taken",
            "the same, until the server gives up",
            streaming(),
            never_taken,
        )
        .quick(),
        attack(
            "streaming-meta-flood",
            "META, RST and TRAILER frames, one after the other",
            LITTLE,
            meta_flood,
        ),
    ]
}

/// Messages that their handler never takes, each followed by one that another handler takes at once.
fn unread(stage: &Stage, size: usize, count: usize, filler: usize) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let neighbour = Neighbour::open(&mut raw)?;
    let streams = [open(1, "deaf"), open(2, "deaf"), open(3, "sink")].concat();
    let mut goes_on = raw.send(&streams);
    let mut payload = thrift::msg("", size.saturating_sub(8));
    payload.truncate(size);
    let filler = (filler > 0).then(|| data(3, &thrift::msg("", filler)));
    // Large ones go to two streams: one may not hold them all.
    let one_of_two = [
        data(1, &payload),
        data(if size > 1 { 2 } else { 1 }, &payload),
    ];
    for turn in 0..stage.scale.of(count / 20, count) {
        if !goes_on {
            break;
        }
        let filler = filler.as_deref().unwrap_or_default();
        goes_on = raw.send(&[&one_of_two[turn % 2], filler].concat());
    }
    stage.neighbour(|| neighbour.call(&mut raw))?;
    stage.hold();
    Ok(())
}

fn unknown_ids(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let neighbour = Neighbour::open(&mut raw)?;
    let frame = data(77, &vec![0; 64 * 1024]);
    raw.flood(&frame, stage.scale.of(2_000, 40_000));
    stage.neighbour(|| neighbour.call(&mut raw))
}

fn claimed_length(stage: &Stage) -> io::Result<()> {
    let lengths = [0x3fff_ffff, 0x7fff_ffff, u32::MAX, 64 << 20, 1 << 20, 3];
    let mut connections = stage.connect_many(200)?;
    for (raw, length) in connections.iter_mut().zip(lengths.iter().cycle()) {
        let _ = raw.send(&[header(1), claims(*length)].concat());
    }
    stage.hold();
    Ok(())
}

fn reused_ids(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    raw.drain()?;
    raw.flood(&open(1, "deaf"), stage.scale.of(20_000, 200_000));
    stage.hold();
    Ok(())
}

fn flooding(stage: &Stage) -> io::Result<Raw> {
    let mut raw = stage.connect()?;
    for sid in 1..=500 {
        if !raw.send(&open(sid, "flood")) {
            break;
        }
    }
    Ok(raw)
}

fn answers_untaken(stage: &Stage) -> io::Result<()> {
    let _raw = flooding(stage)?;
    stage.hold();
    stage.hold();
    Ok(())
}

fn never_taken(stage: &Stage) -> io::Result<()> {
    let _raw = flooding(stage)?;
    match stage.is_given_up_within(8 * SOON)? {
        true => Ok(()),
        false => broken("the server waits for ever for its answers to be taken"),
    }
}

fn echo_untaken(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let message = thrift::msg("", 64 * 1024);
    for sid in 1..=200 {
        if !raw.send(&open(sid, "echo")) {
            break;
        }
    }
    for turn in 0..stage.scale.of(1024 * MIB, 2048 * MIB) / message.len() {
        if !raw.send(&data(1 + turn as i32 % 200, &message)) {
            break;
        }
    }
    stage.hold();
    Ok(())
}

fn meta_flood(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    raw.drain()?;
    let none = Metadata::new();
    let kinds = [FrameKind::Meta, FrameKind::Rst, FrameKind::Trailer];
    let frames = kinds.map(|kind| frame(kind, 5, &none, &[])).concat();
    raw.flood(&frames, stage.scale.of(50_000, 1_000_000));
    Ok(())
}
