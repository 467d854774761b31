//! Hostile servers of TTHeader Streaming.

use std::io;
use std::sync::mpsc::channel;

use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;

use crate::attack::{Attack, Drive, MIB, Wire};
use crate::raw::streaming::{claims, data, frame, read_frames};
use crate::raw::{PATIENCE, Raw, thrift};
use crate::stage::Stage;

use super::bounds::{LITTLE, SHARED, streaming};

pub fn attacks() -> Vec<Attack> {
    let attack = |name, about, drive, memory, run| {
        Attack::on_client(name, about, Wire::Streaming, drive, memory, run)
    };
    vec![
        attack(
            "client-streaming-tiny-unread-among-fillers",
            "200,000 messages of a byte that are not taken, and 8 KiB each that are",
            Drive::TakesOfOne,
            2 * 200_000 * 65 + 2 * SHARED,
            tiny_among_fillers,
        ),
        attack(
            "client-streaming-unread",
            "a message of 64 KiB after the other that is not taken",
            Drive::TakesOfOne,
            streaming(),
            unread,
        ),
        attack(
            "client-streaming-unknown-ids",
            "DATA of 64 KiB for streams that the client does not have",
            Drive::TakesOfOne,
            LITTLE,
            unknown_ids,
        ),
        attack(
            "client-streaming-claimed-length",
            "frames that claim up to 1 GiB",
            Drive::SendsOnly,
            LITTLE,
            claimed_length,
        ),
        attack(
            "client-streaming-large-headers",
            "a HEADER of 250 KB after the other, and META too",
            Drive::TakesOfOne,
            LITTLE,
            large_headers,
        ),
        attack(
            "client-streaming-takes-nothing",
            "a server that accepts and reads nothing",
            Drive::SendsOnly,
            LITTLE,
            |stage| stage.serve(|_raw| stage.hold_to_the_end()),
        ),
        attack(
            "client-streaming-nonsense",
            "bytes that are no frames, and a closed connection",
            Drive::SendsOnly,
            LITTLE,
            nonsense,
        ),
    ]
}

/// Waits for the client's two streams and answers their HEADERs.
fn meet(raw: &mut Raw) -> Option<[i32; 2]> {
    let (sender, opened) = channel();
    let reader = raw.reader().ok()?;
    std::thread::spawn(move || {
        read_frames(reader, |frame| {
            if frame.kind() == FrameKind::Header {
                let _ = sender.send(frame.sid);
            }
        });
    });
    let sids = [
        opened.recv_timeout(PATIENCE).ok()?,
        opened.recv_timeout(PATIENCE).ok()?,
    ];
    let headers = sids.map(|sid| frame(FrameKind::Header, sid, &Metadata::new(), &[]));
    raw.send(&headers.concat()).then_some(sids)
}

fn tiny_among_fillers(stage: &Stage) -> io::Result<()> {
    let count = stage.scale.of(10_000, 200_000);
    stage.serve(|mut raw| {
        let Some([slow, fast]) = meet(&mut raw) else {
            return;
        };
        let both = [data(slow, &[0]), data(fast, &thrift::msg("", 8 * 1024))].concat();
        raw.flood(&both, count);
        stage.hold_to_the_end();
    })
}

fn unread(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        let Some([slow, _]) = meet(&mut raw) else {
            return;
        };
        raw.flood(&data(slow, &thrift::msg("", 64 * 1024)), 16 * 1024);
        stage.hold_to_the_end();
    })
}

fn unknown_ids(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        let Some([slow, fast]) = meet(&mut raw) else {
            return;
        };
        let frame = data(slow + fast + 77, &vec![0; 64 * 1024]);
        raw.flood(&frame, 40_000);
        stage.hold_to_the_end();
    })
}

fn claimed_length(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        let _ = raw.drain();
        let _ = raw.send(&claims(0x3fff_ffff));
        stage.hold();
    })
}

fn large_headers(stage: &Stage) -> io::Result<()> {
    let pairs: Metadata = [("k", "v".repeat(60_000))].into_iter().collect();
    let kinds = [FrameKind::Header, FrameKind::Meta];
    stage.serve(|mut raw| {
        let Some([slow, _]) = meet(&mut raw) else {
            return;
        };
        let both = kinds.map(|kind| frame(kind, slow, &pairs, &[]));
        raw.flood(&both.concat(), 4 * MIB / 1024);
        stage.hold_to_the_end();
    })
}

fn nonsense(stage: &Stage) -> io::Result<()> {
    stage.serve(|mut raw| {
        let _ = raw.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    })
}
