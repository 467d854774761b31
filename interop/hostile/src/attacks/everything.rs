//! All that one connection can make a server hold, at the same time: the sum of its bounds.

use std::io;

use crate::attack::{Attack, MIB, Wire};
use crate::raw::h2::H2;
use crate::raw::h2_frames::{INITIAL_WINDOW_SIZE, headers, message, pair, request};
use crate::raw::streaming::{claims, data, header_with_pairs, open};
use crate::raw::thrift;
use crate::stage::Stage;

use super::bounds::{LARGEST, grpc, streaming};

/// Bytes of a message that waits on TTHeader Streaming.
const WAITING: usize = 64 * 1024;
/// The same on gRPC: nearly the window of a stream.
const WAITING_GRPC: usize = 900 * 1024;
/// An echo that stays in the output because its window is 0.
const ECHO: usize = 63 * 1024;
/// Pairs of a large HEADER, and headers of a large block.
const PAIRS: u16 = 32_600;
const HEADERS: usize = 16_000;

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack::on_server(
            "streaming-everything-at-once",
            "large HEADERs, answers that nobody reads, messages that wait, and most of a frame of 64 MiB",
            Wire::Streaming,
            streaming(),
            on_streaming,
        ),
        Attack::on_server(
            "grpc-everything-at-once",
            "blocks of 16,000 headers, answers that nobody takes, and messages that wait",
            Wire::Grpc,
            grpc(),
            on_grpc,
        ),
    ]
}

fn on_streaming(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let mut sids = 1..;
    let mut send = |count: usize, bytes: &dyn Fn(i32) -> Vec<u8>| {
        let mut sids = sids.by_ref().take(count);
        sids.all(|sid| raw.send(&bytes(sid)))
    };
    let large = header_with_pairs(1, PAIRS);
    let with_sid = |sid: i32| {
        let mut bytes = large.clone();
        bytes[8..12].copy_from_slice(&sid.to_be_bytes());
        bytes
    };
    let message = thrift::msg("", WAITING);
    let goes_on = send(stage.scale.of(20, 100), &with_sid)
        && send(stage.scale.of(20, 500), &|sid| open(sid, "flood"))
        && send(stage.scale.of(1024, 4096), &|sid| {
            [open(sid, "deaf"), data(sid, &message)].concat()
        });
    if goes_on {
        let mut most_of_a_frame = claims(LARGEST as u32);
        most_of_a_frame.resize(LARGEST - MIB, 0);
        let _ = raw.send(&most_of_a_frame);
    }
    stage.hold();
    Ok(())
}

fn on_grpc(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[(INITIAL_WINDOW_SIZE, 0)])?;
    let pairs = (0..HEADERS).flat_map(|n| pair(&format!("x{n:04x}"), ""));
    let block = [request(), pairs.collect()].concat();
    for _ in 0..stage.scale.of(5, 20) {
        let id = h2.next_id();
        let _ = h2.send(&headers(id, 0, &block));
    }
    let echo = message(&thrift::msg("echo", ECHO));
    for _ in 0..stage.scale.of(512, 2048) {
        let id = h2.next_id();
        if !h2.send(&headers(id, 0, &request())) || !h2.data(id, &echo) {
            break;
        }
    }
    let waiting = message(&thrift::msg("", WAITING_GRPC));
    for _ in 0..stage.scale.of(64, 220) {
        let Some(id) = h2.open("deaf") else { break };
        if !h2.data(id, &waiting) {
            break;
        }
    }
    stage.hold();
    Ok(())
}
