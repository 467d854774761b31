//! Hostile servers of gRPC.

use std::io;

use crate::attack::{Attack, Drive, MIB, Wire};
use crate::raw::Raw;
use crate::raw::h2::accept;
use crate::raw::h2_frames::{
    DATA, GOAWAY, NEWEST, PING, RST_STREAM, SETTINGS, claimed_message, frame, headers, kept_pair,
    response, settings,
};
use crate::stage::Stage;

use super::bounds::{LITTLE, grpc_waiting};

pub fn attacks() -> Vec<Attack> {
    let attack = |name, about, drive, memory, run| {
        Attack::on_client(name, about, Wire::Grpc, drive, memory, run)
    };
    vec![
        attack(
            "client-grpc-1xx-flood",
            "status 103 with 4 KiB of headers, again and again, to a client that only sends",
            Drive::SendsOnly,
            LITTLE,
            informational,
        ),
        attack(
            "client-grpc-hpack-bomb",
            "an answer of 16 MiB of headers to each call",
            Drive::Calls,
            64 * MIB,
            hpack_bomb,
        ),
        attack(
            "client-grpc-ping-flood",
            "PING and SETTINGS without end",
            Drive::SendsOnly,
            LITTLE,
            |stage| flood(stage, &[frame(PING, 0, 0, &[0; 8]), settings(&[])].concat()),
        ),
        attack(
            "client-grpc-empty-data",
            "DATA without a byte",
            Drive::SendsOnly,
            LITTLE,
            |stage| answered_flood(stage, &[]),
        ),
        attack(
            "client-grpc-1-byte-data",
            "DATA of a byte that the client does not take",
            Drive::SendsOnly,
            grpc_waiting(),
            |stage| answered_flood(stage, &[0]),
        ),
        attack(
            "client-grpc-claimed-length",
            "an answer that claims 4 GiB",
            Drive::Calls,
            LITTLE,
            claimed_length,
        ),
        attack(
            "client-grpc-goaway",
            "GOAWAY or RST_STREAM for each call",
            Drive::Calls,
            LITTLE,
            goaway,
        ),
        attack(
            "client-grpc-unknown-streams",
            "answers to calls that were never made",
            Drive::SendsOnly,
            LITTLE,
            unknown_streams,
        ),
        attack(
            "client-grpc-silent",
            "a server that takes the preface and says nothing",
            Drive::Calls,
            LITTLE,
            |stage| stage.serve(|_raw| stage.hold_to_the_end()),
        ),
        attack(
            "client-grpc-nonsense",
            "bytes that are no frames, and a closed connection",
            Drive::Calls,
            LITTLE,
            nonsense,
        ),
    ]
}

/// Accepts the client's connections, and gives each with its first call.
fn serve(stage: &Stage, serve: impl Fn(&mut Raw, u32) + Sync) -> io::Result<()> {
    stage.serve(|mut raw| {
        if let Some(id) = accept(&mut raw) {
            serve(&mut raw, id);
        }
    })
}

fn informational(stage: &Stage) -> io::Result<()> {
    serve(stage, |raw, id| {
        let value = "v".repeat(4000);
        let kept = kept_pair("a", &value);
        let first = [response("103"), kept].concat();
        let next = [response("103"), vec![NEWEST]].concat();
        if raw.send(&headers(id, 0, &first)) {
            raw.flood(&headers(id, 0, &next), 1_000_000);
        }
        stage.hold_to_the_end();
    })
}

fn hpack_bomb(stage: &Stage) -> io::Result<()> {
    serve(stage, |raw, id| {
        let bomb = [
            response("200"),
            kept_pair("a", &"v".repeat(4000)),
            vec![NEWEST; 4_100],
        ];
        let _ = raw.send(&headers(id, 0, &bomb.concat()));
        stage.hold();
    })
}

fn flood(stage: &Stage, bytes: &[u8]) -> io::Result<()> {
    serve(stage, |raw, _| {
        raw.flood(bytes, 1_000_000);
        stage.hold_to_the_end();
    })
}

/// An answer of DATA frames with this payload, within the window of one stream.
fn answered_flood(stage: &Stage, payload: &[u8]) -> io::Result<()> {
    serve(stage, |raw, id| {
        let begin = [
            headers(id, 0, &response("200")),
            frame(DATA, 0, id, &claimed_message(1 << 20)),
        ];
        if raw.send(&begin.concat()) {
            raw.flood(&frame(DATA, 0, id, payload), 900_000);
        }
        stage.hold_to_the_end();
    })
}

fn claimed_length(stage: &Stage) -> io::Result<()> {
    serve(stage, |raw, id| {
        let answer = [
            headers(id, 0, &response("200")),
            frame(DATA, 0, id, &claimed_message(u32::MAX)),
        ];
        let _ = raw.send(&answer.concat());
        stage.hold();
    })
}

fn goaway(stage: &Stage) -> io::Result<()> {
    serve(stage, |raw, id| {
        let refused = frame(RST_STREAM, 0, id, &7_u32.to_be_bytes());
        let _ = match id % 4 {
            1 => raw.send(&refused),
            _ => raw.send(&frame(GOAWAY, 0, 0, &[0; 8])),
        };
    })
}

fn unknown_streams(stage: &Stage) -> io::Result<()> {
    serve(stage, |raw, id| {
        raw.flood(&headers(id + 100, 0, &response("200")), 1000);
        raw.flood(&frame(SETTINGS, 0, 3, &[]), 10);
    })
}

fn nonsense(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        let _ = raw.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    })
}
