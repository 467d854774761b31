//! What tracers are told: the same by Kitex and by us, for every shape of call and every ending, over
//! both wires, at clients and at servers. `golden/` has one file for each shape and ending, which
//! `STREAMGEN_BLESS=1 cargo test -p interop-events` writes from what two Kitex programs say.

mod files;
#[path = "../../../peer/tests/support/kitex.rs"]
mod kitex;
mod peers;

use std::path::PathBuf;

use files::{File, Section, Side};
use interop_events::{Ending, Shape, Talk, Wire};
use peers::{Peer, Told};

/// Conversations that are held at a time, besides those that wait for their deadline.
const AT_ONCE: usize = 4;

/// Holds every conversation, each with a client and on a server of these kinds.
fn hold_all(client: &Peer, server: &Peer) -> Vec<(Talk, Told)> {
    let server = server.serve();
    // Whoever waits for a deadline takes seconds and no processor, so all of them wait at once.
    let (waiting, others): (Vec<_>, Vec<_>) = talks()
        .into_iter()
        .partition(|talk| talk.ending == Ending::Deadline);
    let mut told = Vec::new();
    let busy = others.chunks(others.len().div_ceil(AT_ONCE));
    for some in waiting.chunks(1).chain(busy) {
        told.push((some, Vec::new()));
    }
    std::thread::scope(|scope| {
        for (some, told) in &mut told {
            scope.spawn(|| {
                for talk in some.iter() {
                    let client = client.converse(server.address(), *talk);
                    let server = server.told(*talk);
                    told.push((*talk, Told { client, server }));
                }
            });
        }
    });
    told.into_iter().flat_map(|(_, told)| told).collect()
}

fn talks() -> Vec<Talk> {
    let mut talks = Vec::new();
    for shape in Shape::ALL {
        for ending in Ending::ALL {
            talks.extend(Wire::ALL.map(|wire| Talk {
                shape,
                ending,
                wire,
            }));
        }
    }
    talks
}

/// Compares what one side of each conversation was told with the files.
fn compare(told: &[(Talk, Told)], side: Side, ours: bool) {
    for (talk, told) in told {
        let file = File::read(*talk);
        let section = Section {
            wire: talk.wire,
            side,
            ours: ours && files::differ(*talk),
        };
        let expected = file.section(&section);
        assert_eq!(told.of(side), expected, "{talk}, {side:?}");
    }
}

fn kitex() -> Option<PathBuf> {
    let program = kitex::program("events");
    // Whoever has no Go cannot write what Kitex says.
    assert!(program.is_some() || !files::bless(), "blessing needs Go");
    program
}

#[test]
fn kitex_tells_what_the_files_say() {
    let Some(kitex) = kitex() else { return };
    let kitex = Peer::Kitex(kitex);
    let told = hold_all(&kitex, &kitex);
    if files::bless() {
        files::write(&told, &hold_all(&Peer::Ours, &Peer::Ours));
    }
    for side in Side::BOTH {
        compare(&told, side, false);
    }
}

#[test]
fn our_client_tells_what_kitexs_does() {
    let Some(kitex) = kitex() else { return };
    let told = hold_all(&Peer::Ours, &Peer::Kitex(kitex));
    if !files::bless() {
        compare(&told, Side::Client, true);
    }
}

#[test]
fn our_server_tells_what_kitexs_does() {
    let Some(kitex) = kitex() else { return };
    let told = hold_all(&Peer::Kitex(kitex), &Peer::Ours);
    if !files::bless() {
        compare(&told, Side::Server, true);
    }
}

#[test]
fn our_server_tells_the_same_of_our_client() {
    if files::bless() {
        return;
    }
    let told = hold_all(&Peer::Ours, &Peer::Ours);
    compare(&told, Side::Server, true);
}
