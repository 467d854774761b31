//! Messages that are larger in memory than on the wire, deeper than they may be, or shorter
//! than they say: on each wire.

use std::io;

use crate::attack::{Attack, MIB, Wire};
use crate::raw::h2::H2;
use crate::raw::h2_frames::{DATA, END_STREAM, frame, headers, message, request_of_protobuf};
use crate::raw::{protobuf, streaming, thrift, ttheader};
use crate::stage::Stage;

use super::bounds::LITTLE;

/// Bytes of a message of hollow structs.
const HOLLOW: usize = 16 * MIB;
/// What it may become: as a message, and as what is built from it.
const BUILT: usize = 16 * HOLLOW;

pub fn attacks() -> Vec<Attack> {
    let attack = Attack::on_server;
    let hollow = "16 MiB of empty structs, a byte each";
    let wrong = "lists and strings that claim 2³¹ - 1, structs 100,000 deep";
    vec![
        attack(
            "framed-hollow-structs",
            hollow,
            Wire::Framed,
            BUILT,
            |stage| framed(stage, &[thrift::hollows(HOLLOW)]),
        ),
        attack(
            "streaming-hollow-structs",
            hollow,
            Wire::Streaming,
            BUILT,
            |stage| on_stream(stage, &[thrift::hollows(HOLLOW)]),
        ),
        attack("grpc-hollow-structs", hollow, Wire::Grpc, BUILT, |stage| {
            over_grpc(stage, &[thrift::hollows(HOLLOW)])
        }),
        attack(
            "grpc-hollow-protobuf",
            "16 MiB of empty Protobuf messages, two bytes each",
            Wire::Grpc,
            BUILT,
            |stage| protobuf_over_grpc(stage, &[protobuf::hollows(HOLLOW / 2)]),
        ),
        attack(
            "grpc-wrong-protobuf",
            "strings that claim up to 16 EiB, messages 10,000 deep",
            Wire::Grpc,
            2 * LITTLE,
            |stage| {
                let claims = [1 << 31, 1 << 40, usize::MAX].map(protobuf::claimed);
                protobuf_over_grpc(stage, &[&claims[..], &[protobuf::deep(10_000)]].concat())
            },
        ),
        attack(
            "framed-wrong-messages",
            wrong,
            Wire::Framed,
            2 * LITTLE,
            |stage| framed(stage, &wrong_messages()),
        ),
        attack(
            "ttheader-wrong-messages",
            wrong,
            Wire::TtHeader,
            2 * LITTLE,
            |stage| in_ttheader(stage, &wrong_messages()),
        ),
        attack(
            "streaming-wrong-messages",
            wrong,
            Wire::Streaming,
            2 * LITTLE,
            |stage| on_stream(stage, &wrong_messages()),
        ),
        attack(
            "grpc-wrong-messages",
            wrong,
            Wire::Grpc,
            2 * LITTLE,
            |stage| over_grpc(stage, &wrong_messages()),
        ),
    ]
}

fn wrong_messages() -> [Vec<u8>; 3] {
    [
        thrift::deep(100_000),
        thrift::claimed_list(),
        thrift::claimed_string(),
    ]
}

/// How often each message is sent: large ones once, so that the bound is one of a message.
fn times(stage: &Stage, message: &[u8]) -> usize {
    if message.len() > MIB {
        1
    } else {
        stage.scale.of(20, 200)
    }
}

fn framed(stage: &Stage, messages: &[Vec<u8>]) -> io::Result<()> {
    for message in messages {
        for seq in 0..times(stage, message) as i32 {
            let mut raw = stage.connect()?;
            let _ = raw.send(&thrift::framed(&thrift::call(seq, message)));
            raw.is_closed_within(stage.scale.hold() / 2);
            if stage.is_over() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn in_ttheader(stage: &Stage, messages: &[Vec<u8>]) -> io::Result<()> {
    let mut raw = stage.connect()?;
    raw.drain()?;
    for message in messages {
        for seq in 0..times(stage, message) as i32 {
            let _ = raw.send(&ttheader::call(seq, message));
        }
    }
    stage.hold();
    Ok(())
}

fn on_stream(stage: &Stage, messages: &[Vec<u8>]) -> io::Result<()> {
    let mut raw = stage.connect()?;
    raw.drain()?;
    let mut sid = 0;
    for message in messages {
        for _ in 0..times(stage, message) {
            sid += 1;
            let both = [streaming::open(sid, "sink"), streaming::data(sid, message)].concat();
            let _ = raw.send(&both);
        }
    }
    stage.hold();
    stage.hold();
    Ok(())
}

fn over_grpc(stage: &Stage, messages: &[Vec<u8>]) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    for payload in messages {
        for _ in 0..times(stage, payload) {
            let Some(id) = h2.open("sink") else { break };
            let _ = h2.data(id, &message(payload));
        }
    }
    stage.hold();
    stage.hold();
    Ok(())
}

fn protobuf_over_grpc(stage: &Stage, messages: &[Vec<u8>]) -> io::Result<()> {
    let mut h2 = H2::connect(stage, &[])?;
    let block = request_of_protobuf();
    for payload in messages {
        for _ in 0..times(stage, payload) {
            let id = h2.next_id();
            let is_sent = h2.send(&headers(id, 0, &block))
                && h2.data(id, &message(payload))
                && h2.send(&frame(DATA, END_STREAM, id, &[]));
            if !is_sent {
                break;
            }
        }
    }
    stage.hold();
    stage.hold();
    Ok(())
}
