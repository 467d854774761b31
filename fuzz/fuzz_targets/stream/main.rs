//! Frames and calls, in any order, through one stream of each side.
#![no_main]

mod client;
mod frames;
mod server;
mod watch;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use streamgen_runtime::unstable::ttheader::state::QueueLimits;

/// The limits of queues are small, so that queues are often full.
const LIMITS: QueueLimits = QueueLimits {
    max_bytes: 1024,
    max_messages: 16,
};

/// The steps in the life of a stream: what its peer sends, and what its user does.
#[derive(Arbitrary, Debug)]
enum Life<'a> {
    Client(Vec<client::Step<'a>>),
    Server(Vec<server::Step<'a>>),
}

fuzz_target!(|life: Life<'_>| {
    match life {
        Life::Client(steps) => client::live(steps),
        Life::Server(steps) => server::live(steps),
    }
});
