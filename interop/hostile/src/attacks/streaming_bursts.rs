//! TTHeader Streaming: frames that wake the tasks of very many streams at once.

use std::io::{self, Read};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;

use crate::attack::{Attack, Drive, Wire};
use crate::raw::streaming::{data, frame, header, open, read_frames};
use crate::raw::thrift;
use crate::raw::{PATIENCE, Raw};
use crate::stage::Stage;

use super::bounds::streaming;

/// Nearly as many streams as a connection may have.
const STREAMS: usize = 100_000;
/// Streams of a client, which opens them one after the other.
pub const OF_CLIENT: usize = 20_000;
/// How often all streams get a message.
const ROUNDS: usize = 4;
/// How long the peer of many senders waits before it reads again.
const PAUSE: Duration = Duration::from_millis(2);

pub fn attacks() -> Vec<Attack> {
    let server =
        |name, about, run| Attack::on_server(name, about, Wire::Streaming, streaming(), run);
    let client = |name, about, run| {
        let drive = Drive::OpensMany;
        Attack::on_client(name, about, Wire::Streaming, drive, streaming(), run)
    };
    vec![
        server(
            "streaming-many-reset-at-once",
            "RSTs of 100,000 streams in one piece",
            |stage| all_at_once(stage, FrameKind::Rst),
        ),
        server(
            "streaming-many-ended-at-once",
            "TRAILERs of 100,000 streams in one piece",
            |stage| all_at_once(stage, FrameKind::Trailer),
        ),
        server(
            "streaming-many-woken-at-once",
            "a message for each of 100,000 streams in one piece, four times",
            many_woken,
        ),
        server(
            "streaming-many-senders",
            "4,096 streams whose handlers send and send, to a peer that reads slowly",
            many_senders,
        ),
        client(
            "client-streaming-many-ended-at-once",
            "TRAILERs of 20,000 streams in one piece",
            |stage| stage.serve(|raw| end_all(stage, raw)),
        ),
        client(
            "client-streaming-many-lost-at-once",
            "20,000 streams on a connection that closes",
            |stage| {
                stage.serve(|raw| {
                    let _ = opened(stage, &raw);
                })
            },
        ),
    ]
}

/// Opens the streams, and returns their ids.
fn open_all(stage: &Stage, raw: &mut Raw) -> io::Result<Vec<i32>> {
    raw.drain()?;
    let sids: Vec<_> = (1..=stage.scale.of(16_384, STREAMS) as i32).collect();
    let opened = sids.iter().take_while(|sid| raw.send(&header(**sid)));
    let opened: Vec<_> = opened.copied().collect();
    // The handlers are to wait when the burst comes.
    stage.hold();
    Ok(opened)
}

fn all_at_once(stage: &Stage, kind: FrameKind) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let sids = open_all(stage, &mut raw)?;
    let none = Metadata::new();
    let ends: Vec<_> = sids
        .iter()
        .flat_map(|sid| frame(kind, *sid, &none, &[]))
        .collect();
    let _ = raw.send(&ends);
    stage.hold();
    Ok(())
}

fn many_woken(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    let sids = open_all(stage, &mut raw)?;
    let message = thrift::msg("echo", 0);
    let messages: Vec<_> = sids.iter().flat_map(|sid| data(*sid, &message)).collect();
    for _ in 0..ROUNDS {
        let _ = raw.send(&messages);
    }
    stage.hold();
    Ok(())
}

fn many_senders(stage: &Stage) -> io::Result<()> {
    let mut raw = stage.connect()?;
    for sid in 1..=stage.scale.of(1024, 4096) as i32 {
        if !raw.send(&open(sid, "flood")) {
            break;
        }
    }
    let (mut reader, mut buf) = (raw.reader()?, vec![0; 256 * 1024]);
    for _ in 0..stage.scale.of(100, 1000) {
        if !matches!(reader.read(&mut buf), Ok(1..)) {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Waits until the client has opened its streams, and gives their ids.
fn opened(stage: &Stage, raw: &Raw) -> Vec<i32> {
    let (sender, opened) = channel();
    let Ok(reader) = raw.reader() else {
        return Vec::new();
    };
    std::thread::spawn(move || {
        read_frames(reader, |frame| {
            if frame.kind() == FrameKind::Header {
                let _ = sender.send(frame.sid);
            }
        });
    });
    // The time of the burst begins with the first stream; a slow client gets half of it for the others.
    let mut sids: Vec<_> = opened.recv_timeout(PATIENCE).into_iter().collect();
    let until = Instant::now() + stage.until().saturating_duration_since(Instant::now()) / 2;
    while sids.len() < OF_CLIENT && Instant::now() < until {
        sids.extend(opened.recv_timeout(PAUSE));
    }
    sids
}

fn end_all(stage: &Stage, mut raw: Raw) {
    let sids = opened(stage, &raw);
    let none = Metadata::new();
    let ends: Vec<_> = sids
        .iter()
        .flat_map(|sid| frame(FrameKind::Trailer, *sid, &none, &[]))
        .collect();
    let _ = raw.send(&ends);
    stage.hold_to_the_end();
}
