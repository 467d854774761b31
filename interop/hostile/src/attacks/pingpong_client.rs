//! Hostile servers of ping-pong calls.

use std::io::{self, Read};
use std::time::Duration;

use crate::attack::{Attack, Drive, MIB, Wire};
use crate::raw::{Raw, thrift};
use crate::stage::Stage;

use super::bounds::LITTLE;

pub fn attacks() -> Vec<Attack> {
    let attack = |name, about, wire, memory, run| {
        Attack::on_client(name, about, wire, Drive::Calls, memory, run)
    };
    vec![
        attack(
            "client-framed-claimed-length",
            "answers that claim up to 4 GiB",
            Wire::Framed,
            LITTLE,
            claimed_length,
        ),
        attack(
            "client-ttheader-claimed-length",
            "the same to a client that multiplexes",
            Wire::TtHeader,
            LITTLE,
            claimed_length,
        ),
        attack(
            "client-framed-hollow-structs",
            "answers of 16 MiB of empty structs, a byte each",
            Wire::Framed,
            256 * MIB,
            hollow,
        ),
        attack(
            "client-framed-too-much",
            "answer after answer to one call",
            Wire::Framed,
            LITTLE,
            too_much,
        ),
        attack(
            "client-framed-nonsense",
            "bytes that are no answer",
            Wire::Framed,
            LITTLE,
            nonsense,
        ),
        attack(
            "client-framed-closed",
            "connections that are closed when the request has come",
            Wire::Framed,
            LITTLE,
            |stage| stage.serve(|raw| _ = request(&raw)),
        ),
        attack(
            "client-framed-byte-by-byte",
            "an answer that comes at a byte every 20 ms",
            Wire::Framed,
            LITTLE,
            byte_by_byte,
        ),
    ]
}

/// Waits for a request, and returns its sequence id.
fn request(raw: &Raw) -> Option<i32> {
    let mut buf = [0; 64 * 1024];
    let count = raw
        .reader()
        .and_then(|mut reader| reader.read(&mut buf))
        .ok()?;
    let request = buf.get(..count)?;
    // In a TTHeader, SEQUENCE is behind LENGTH, MAGIC and FLAGS. In a frame, it is behind the length
    // and an envelope with a name of four letters.
    let at = if request.get(4..6)? == [0x10, 0x00] {
        8
    } else {
        16
    };
    let seq = request.get(at..at + 4)?.try_into().ok()?;
    Some(i32::from_be_bytes(seq))
}

fn claimed_length(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        for length in [64 << 20, u32::MAX, 1 << 30] {
            let Some(seq) = request(&raw) else { return };
            let mut claim = thrift::framed(&thrift::reply(seq, &thrift::msg("", 1000)));
            claim[..4].copy_from_slice(&u32::to_be_bytes(length));
            let _ = raw.send(&claim);
        }
        stage.hold();
    })
}

fn hollow(stage: &Stage) -> io::Result<()> {
    let hollows = thrift::hollows(16 * MIB);
    stage.serve(|mut raw| {
        if let Some(seq) = request(&raw) {
            let _ = raw.send(&thrift::framed(&thrift::reply(seq, &hollows)));
            stage.hold_to_the_end();
        }
    })
}

fn too_much(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        if let Some(seq) = request(&raw) {
            let reply = thrift::framed(&thrift::reply(seq, &thrift::msg("", 64 * 1024)));
            raw.flood(&reply, 10_000);
        }
    })
}

fn nonsense(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        if request(&raw).is_some() {
            let _ = raw.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            stage.hold();
        }
    })
}

fn byte_by_byte(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        let Some(seq) = request(&raw) else { return };
        let reply = thrift::framed(&thrift::reply(seq, &thrift::msg("", 1000)));
        for byte in &reply {
            if !raw.send(&[*byte]) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    })
}
