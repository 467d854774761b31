//! Peers on any wire: those that never show which wire they speak, and those that never come to an end.

use std::io;
use std::time::{Duration, Instant};

use crate::attack::{Attack, Wire};
use crate::raw::h2_frames::{self, PREFACE};
use crate::raw::{streaming, thrift, ttheader};
use crate::stage::{Stage, broken};

use super::bounds::{LITTLE, THOUSAND};

/// Connections of an attack by numbers.
const MANY: usize = 1000;
/// How long a server whose times are those of [`Pace::Quick`](crate::attack::Pace::Quick) may take to
/// close a connection that makes no progress.
const GIVEN_UP: Duration = Duration::from_secs(5);

pub fn attacks() -> Vec<Attack> {
    let attack = |name, about, memory, run| Attack::on_server(name, about, Wire::Any, memory, run);
    vec![
        attack(
            "any-nothing",
            "no attack: what the machine itself does to the figures",
            LITTLE,
            nothing,
        ),
        attack(
            "any-silent",
            "1,000 connections that say nothing",
            THOUSAND,
            silent,
        )
        .quick(),
        attack(
            "any-garbage",
            "first bytes of no wire: random ones, HTTP/1, TLS",
            LITTLE,
            garbage,
        ),
        attack(
            "any-half-a-message",
            "the first half of a message on each wire, and then nothing",
            THOUSAND,
            half_a_message,
        )
        .quick(),
        attack(
            "any-byte-by-byte",
            "1,000 connections of each wire at a byte every 200 ms",
            THOUSAND,
            byte_by_byte,
        )
        .quick(),
        attack(
            "any-connect-and-close",
            "connections that are closed at once, or reset in the middle of a call",
            LITTLE,
            connect_and_close,
        ),
    ]
}

/// The beginning of a conversation on each wire.
fn beginnings() -> [Vec<u8>; 4] {
    let call = thrift::msg("", 4000);
    let hello = [PREFACE.as_slice(), &h2_frames::settings(&[])].concat();
    let large = h2_frames::pair("large", &"v".repeat(4000));
    let block = [h2_frames::request(), large].concat();
    let open = h2_frames::headers(1, 0, &block);
    let message = streaming::data(1, &call);
    [
        thrift::framed(&thrift::call(1, &call)),
        ttheader::call(1, &call),
        [streaming::open(1, "echo"), message].concat(),
        [hello, open].concat(),
    ]
}

/// Waits until the server has closed the connections of the attack.
fn all_are_given_up(stage: &Stage) -> io::Result<()> {
    match stage.is_given_up_within(GIVEN_UP)? {
        true => Ok(()),
        false => broken(format!("{} of {MANY} connections stay open", stage.open()?)),
    }
}

fn nothing(stage: &Stage) -> io::Result<()> {
    stage.hold_to_the_end();
    Ok(())
}

fn silent(stage: &Stage) -> io::Result<()> {
    let _connections = stage.connect_many(MANY)?;
    all_are_given_up(stage)
}

fn half_a_message(stage: &Stage) -> io::Result<()> {
    let mut connections = stage.connect_many(MANY)?;
    for (raw, beginning) in connections.iter_mut().zip(beginnings().iter().cycle()) {
        let _ = raw.send(&beginning[..beginning.len() / 2]);
    }
    all_are_given_up(stage)
}

fn byte_by_byte(stage: &Stage) -> io::Result<()> {
    let mut connections = stage.connect_many(MANY)?;
    let beginnings = beginnings();
    // The first half at once: it shows the wire. The second half is never whole.
    for (raw, beginning) in connections.iter_mut().zip(beginnings.iter().cycle()) {
        let _ = raw.send(&beginning[..beginning.len() / 2]);
    }
    let from = Instant::now();
    for at in 0.. {
        if from.elapsed() > GIVEN_UP {
            break;
        }
        for (raw, beginning) in connections.iter_mut().zip(beginnings.iter().cycle()) {
            let _ = raw.send(&beginning[beginning.len() / 2 + at..][..1]);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    match stage.open()? {
        0 => Ok(()),
        open => broken(format!("{open} of {MANY} connections stay open")),
    }
}

fn garbage(stage: &Stage) -> io::Result<()> {
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice();
    let http = b"GET / HTTP/1.1\r\nHost: target\r\n\r\n".as_slice();
    let mut state = 1_u64;
    for round in 0..stage.scale.of(300, 3000) {
        let mut raw = stage.connect()?;
        let random: Vec<u8> = std::iter::repeat_with(|| {
            // Knuth's MMIX generator: the same bytes in each run.
            state = state.wrapping_mul(6_364_136_223_846_793_005);
            state = state.wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .take(256)
        .collect();
        let _ = raw.send([hello, http, &random][round % 3]);
        if round % 50 == 2 && !raw.is_closed_within(GIVEN_UP + GIVEN_UP) {
            return broken("a connection of garbage stays open");
        }
    }
    Ok(())
}

fn connect_and_close(stage: &Stage) -> io::Result<()> {
    let beginnings = beginnings();
    for round in 0..stage.scale.of(1000, 10_000) {
        let mut raw = stage.connect()?;
        if let Some(beginning) = beginnings.get(round % 5) {
            let _ = raw.send(beginning);
        }
        if stage.is_over() {
            break;
        }
    }
    Ok(())
}
