//! Peers that have not said which wire they mean, or say it for ever.

use std::io;
use std::time::{Duration, Instant};

use crate::attack::{Attack, Pace, Target, Wire};
use crate::raw::h2_frames::{self, PREFACE};
use crate::raw::{streaming, thrift, ttheader};
use crate::stage::{Stage, broken};

use super::bounds::{LITTLE, THOUSAND};

/// Connections of an attack by numbers.
const MANY: usize = 1000;
/// Time in which a server at [`Pace::Quick`] gives up what it should.
const GIVEN_UP: Duration = Duration::from_secs(5);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "any-nothing",
            about: "no attack: what the machine itself does to the figures",
            wire: Wire::Any,
            target: Target::Server(Pace::Default),
            memory: LITTLE,
            run: |stage| {
                stage.hold_to_the_end();
                Ok(())
            },
            known: None,
        },
        Attack {
            name: "any-silent",
            about: "1,000 connections that say nothing",
            wire: Wire::Any,
            target: Target::Server(Pace::Quick),
            memory: THOUSAND,
            run: silent,
            known: None,
        },
        Attack {
            name: "any-garbage",
            about: "first bytes of no wire: random ones, HTTP/1, TLS",
            wire: Wire::Any,
            target: Target::Server(Pace::Default),
            memory: LITTLE,
            run: garbage,
            known: None,
        },
        Attack {
            name: "any-half-a-message",
            about: "the first half of a message on each wire, and then nothing",
            wire: Wire::Any,
            target: Target::Server(Pace::Quick),
            memory: THOUSAND,
            run: half_a_message,
            known: None,
        },
        Attack {
            name: "any-byte-by-byte",
            about: "1,000 connections of each wire at a byte every 200 ms",
            wire: Wire::Any,
            target: Target::Server(Pace::Quick),
            memory: THOUSAND,
            run: byte_by_byte,
            known: Some("no minimum progress: what a peer sends slowly is waited for"),
        },
        Attack {
            name: "any-connect-and-close",
            about: "connections that are closed at once, or reset in the middle of a call",
            wire: Wire::Any,
            target: Target::Server(Pace::Default),
            memory: LITTLE,
            run: connect_and_close,
            known: None,
        },
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
