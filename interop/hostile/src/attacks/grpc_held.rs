//! gRPC: what a connection makes a server keep.

use std::io;

use crate::attack::{Attack, Wire};
use crate::children::server::SOON;
use crate::raw::h2::{H2, greet, open_window};
use crate::raw::h2_frames::{
    DATA, END_HEADERS, HEADERS, INITIAL_WINDOW_SIZE, MAX_FRAME, NEWEST, claimed_message, frame,
    head, headers, kept_pair, message, pair, request,
};
use crate::raw::thrift;
use crate::stage::{Stage, broken};

use super::bounds::{LITTLE, grpc_headers, grpc_output, grpc_waiting};

/// A value that fills HPACK's table, and what a header list counts for it.
const VALUE: usize = 4000;
const COUNTED: usize = VALUE + 33;
/// Messages behind the first one that a `recv` would take along with it.
const TAKEN_AHEAD: usize = 60;
/// Bytes of all headers of a call that are just allowed.
const LIST: usize = 1024 * 1024;

pub fn attacks() -> Vec<Attack> {
    let attack = |name, about, memory, run| Attack::on_server(name, about, Wire::Grpc, memory, run);
    vec![
        attack(
            "grpc-hpack-bomb",
            "calls of 1 MiB of headers that take 300 bytes of HPACK each",
            grpc_headers(),
            hpack_bomb,
        ),
        attack(
            "grpc-window-0",
            "8,192 calls with answers of 64 KiB, and a window of 0",
            grpc_output(),
            window_0,
        ),
        attack(
            "grpc-partial-messages",
            "64 calls with the first 16 MiB of a message of 64 MiB",
            grpc_waiting(),
            partial_messages,
        ),
        attack(
            "grpc-1-byte-data",
            "unread DATA frames of a byte",
            grpc_waiting(),
            one_byte_data,
        ),
        attack(
            "grpc-slow-beside-fast",
            "calls whose handlers take nothing of 1 MiB, beside one that is served",
            grpc_waiting(),
            slow_beside_fast,
        ),
        attack(
            "grpc-many-taken-ahead",
            "8,192 calls whose handlers take one message when 60 of 1 KiB more are there",
            grpc_waiting(),
            many_taken_ahead,
        ),
        attack(
            "grpc-many-opened-and-closed",
            "65,536 calls on a connection that closes",
            grpc_waiting(),
            many_opened,
        ),
        attack(
            "grpc-header-pairs",
            "calls of 16,000 headers of a few bytes",
            grpc_headers(),
            header_pairs,
        ),
        attack(
            "grpc-answers-never-taken",
            "500 handlers that send without end, until the server gives up",
            grpc_output(),
            never_taken,
        )
        .quick(),
        attack(
            "grpc-claimed-length",
            "messages and frames that claim up to 4 GiB and bring 64 bytes",
            LITTLE,
            claimed_length,
        ),
    ]
}

fn hpack_bomb(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let references = vec![NEWEST; LIST / COUNTED - 4];
    let first = [
        request(),
        kept_pair("a", &"v".repeat(VALUE)),
        references.clone(),
    ]
    .concat();
    let next = [request(), references].concat();
    let mut block = first;
    for _ in 0..stage.scale.of(300, 1500) {
        let id = h2.next_id();
        if !h2.send(&headers(id, 0, &block)) {
            break;
        }
        block.clone_from(&next);
    }
    stage.hold();
    Ok(())
}

fn window_0(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[(INITIAL_WINDOW_SIZE, 0)])?;
    let echo = message(&thrift::msg("echo", 63 * 1024));
    for _ in 0..stage.scale.of(512, 8192) {
        let id = h2.next_id();
        if !h2.send(&headers(id, 0, &request())) || !h2.data(id, &echo) {
            break;
        }
    }
    stage.hold();
    Ok(())
}

fn partial_messages(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let mut piece = claimed_message(64 << 20);
    piece.resize(512 * 1024, 0);
    let ids: Vec<u32> = (0..64).map_while(|_| h2.open("sink")).collect();
    for id in &ids {
        if !h2.data(*id, &piece) {
            break;
        }
    }
    let more = vec![0; 512 * 1024];
    for _ in 0..stage.scale.of(7, 31) {
        for id in &ids {
            // A window that stays closed is what should happen.
            let _ = h2.data(*id, &more);
            if stage.is_over() {
                return Ok(());
            }
        }
    }
    stage.hold();
    Ok(())
}

fn one_byte_data(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    for _ in 0..16 {
        let Some(id) = h2.open("deaf") else { break };
        let _ = h2.data(id, &claimed_message(1 << 20));
        h2.flood(&frame(DATA, 0, id, &[0]), stage.scale.of(20_000, 250_000));
    }
    stage.hold();
    Ok(())
}

fn slow_beside_fast(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    h2.open_neighbour()?;
    let large = message(&thrift::msg("", 900 * 1024));
    for _ in 0..stage.scale.of(64, 220) {
        let Some(id) = h2.open("deaf") else { break };
        if !h2.data(id, &large) {
            break;
        }
    }
    stage.neighbour(|| h2.call())?;
    stage.hold();
    Ok(())
}

fn many_taken_ahead(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    h2.open_neighbour()?;
    let ahead = message(&thrift::msg("", 1024)).repeat(TAKEN_AHEAD);
    let body = [message(&thrift::msg("deaf", 0)), ahead].concat();
    for _ in 0..stage.scale.of(2048, 8192) {
        let id = h2.next_id();
        // In one piece, so that all of it is there when the handler begins.
        let mut bytes = headers(id, 0, &request());
        for piece in body.chunks(MAX_FRAME) {
            bytes.extend(frame(DATA, 0, id, piece));
        }
        if !h2.take_window(id, body.len()) || !h2.send(&bytes) {
            break;
        }
    }
    stage.neighbour(|| h2.call())?;
    stage.hold();
    Ok(())
}

fn many_opened(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let block = request();
    for _ in 0..stage.scale.of(8_192, 65_536) {
        let id = h2.next_id();
        if !h2.send(&headers(id, 0, &block)) {
            break;
        }
    }
    stage.hold();
    // Closing is part of the attack.
    drop(h2);
    stage.hold();
    Ok(())
}

fn header_pairs(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let pairs: Vec<u8> = (0..16_000)
        .flat_map(|n| pair(&format!("x{n:04x}"), ""))
        .collect();
    let block = [request(), pairs].concat();
    for _ in 0..stage.scale.of(10, 100) {
        let id = h2.next_id();
        if !h2.send(&headers(id, 0, &block)) {
            break;
        }
    }
    stage.hold();
    Ok(())
}

fn claimed_length(stage: &Stage) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    for len in [64 << 20, u32::MAX, 1 << 31, (64 << 20) + 1].repeat(50) {
        let Some(id) = h2.open("sink") else { break };
        let mut claim = claimed_message(len);
        claim.resize(64, 0);
        let _ = h2.data(id, &claim);
    }
    let mut others = Vec::new();
    for kind in [DATA, HEADERS, 0xfe] {
        let mut other = H2::connect(stage, &[])?;
        let mut claim = head(0xff_ffff, kind, END_HEADERS, 1);
        claim.resize(MAX_FRAME, 0);
        let _ = other.send(&claim);
        others.push(other);
    }
    stage.hold();
    Ok(())
}

fn never_taken(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    greet(&mut raw, &[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)])?;
    let (block, flood) = (request(), message(&thrift::msg("flood", 0)));
    let mut goes_on = raw.send(&open_window());
    for id in (1..1000).step_by(2) {
        if goes_on {
            let call = [headers(id, 0, &block), frame(DATA, 0, id, &flood)];
            goes_on = raw.send(&call.concat());
        }
    }
    match stage.is_given_up_within(8 * SOON)? {
        true => Ok(()),
        false => broken("the server waits for ever for its answers to be taken"),
    }
}
