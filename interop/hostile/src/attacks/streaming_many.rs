//! TTHeader Streaming: as many streams as there may be, and as large HEADERs.

use std::io;

use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;

use crate::attack::{Attack, Wire};
use crate::raw::streaming::{Neighbour, data, frame, header, header_with_pairs, open};
use crate::raw::thrift;
use crate::stage::Stage;

use super::bounds::{LITTLE, streaming};

/// More streams than a connection may have.
const STREAMS: usize = 131_072;
/// Messages that fit into one read behind another one.
const TAKEN_AHEAD: usize = 240;
/// Pairs that fit into a HEADER when each takes eight bytes.
const PAIRS: u16 = 32_600;

pub fn attacks() -> Vec<Attack> {
    let attack =
        |name, about, memory, run| Attack::on_server(name, about, Wire::Streaming, memory, run);
    vec![
        attack(
            "streaming-many-unread",
            "4,096 streams whose handlers take nothing of 64 KiB",
            streaming(),
            many_unread,
        ),
        attack(
            "streaming-many-taken-ahead",
            "4,096 streams whose handlers take one message when 240 of 1 KiB more are there",
            streaming(),
            many_taken_ahead,
        ),
        attack(
            "streaming-many-opened-and-closed",
            "131,072 streams on a connection that closes",
            streaming(),
            many_opened,
        ),
        attack(
            "streaming-header-pairs",
            "HEADERs of 32,600 pairs",
            streaming(),
            header_pairs,
        ),
        attack(
            "streaming-opened-and-reset",
            "HEADER and RST, one stream after the other",
            LITTLE,
            opened_and_reset,
        ),
    ]
}

fn many_unread(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let neighbour = Neighbour::open(&mut raw)?;
    let message = thrift::msg("", 64 * 1024);
    for sid in 1..=stage.scale.of(3072, 4096) as i32 {
        if !raw.send(&[open(sid, "deaf"), data(sid, &message)].concat()) {
            break;
        }
    }
    stage.neighbour(|| neighbour.call(&mut raw))?;
    stage.hold();
    Ok(())
}

fn many_taken_ahead(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let neighbour = Neighbour::open(&mut raw)?;
    let message = thrift::msg("", 1024);
    for sid in 1..=stage.scale.of(2048, 4096) as i32 {
        // In one piece, so that all of it is there when the handler begins.
        let messages = data(sid, &message).repeat(TAKEN_AHEAD);
        if !raw.send(&[open(sid, "deaf"), messages].concat()) {
            break;
        }
    }
    stage.neighbour(|| neighbour.call(&mut raw))?;
    stage.hold();
    Ok(())
}

fn many_opened(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    raw.drain()?;
    for sid in 1..=stage.scale.of(16_384, STREAMS) as i32 {
        if !raw.send(&header(sid)) {
            break;
        }
    }
    stage.hold();
    // Closing is part of the attack: it costs the server work for each stream.
    drop(raw);
    stage.hold();
    Ok(())
}

fn header_pairs(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    raw.drain()?;
    let bytes = header_with_pairs(1, PAIRS);
    for sid in 1..=stage.scale.of(50, 1000) as i32 {
        let mut bytes = bytes.clone();
        bytes[8..12].copy_from_slice(&sid.to_be_bytes());
        if !raw.send(&bytes) {
            break;
        }
    }
    stage.hold();
    Ok(())
}

fn opened_and_reset(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let neighbour = Neighbour::open(&mut raw)?;
    let none = Metadata::new();
    for sid in 1..=stage.scale.of(20_000, 200_000) as i32 {
        let reset = frame(FrameKind::Rst, sid, &none, &[]);
        if !raw.send(&[open(sid, "deaf"), reset].concat()) {
            break;
        }
    }
    stage.neighbour(|| neighbour.call(&mut raw))
}
