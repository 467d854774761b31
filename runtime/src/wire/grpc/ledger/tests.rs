use super::*;
use crate::error::Code;
use crate::wire::grpc::frames::{CONTINUATION, DATA, Frame, HEADERS};

fn ledger() -> Arc<Ledger> {
    Ledger::new(
        &GrpcLimits {
            connection_window: 200_000,
            max_header_list: 4096,
            ..GrpcLimits::default()
        },
        Side::Server,
        None,
    )
}

fn arrive(ledger: &Ledger, frames: &[(u8, u32, usize)]) {
    let mut arrivals = ledger.arrivals();
    for &(kind, stream, len) in frames {
        arrivals.add(Frame { kind, stream, len });
    }
    arrivals.finish(frames.len() * 9);
}

#[test]
fn all_that_waits_is_counted_until_it_is_taken_or_its_stream_is_gone() {
    let ledger = ledger();
    let first = ledger.open(1);
    let second = ledger.open(3);
    // Stream 5 was reset, so it has no account.
    arrive(&ledger, &[(DATA, 1, 1000), (DATA, 3, 1), (DATA, 5, 10_000)]);
    assert_eq!(ledger.waiting(), 1000 + LEAST as u64);
    assert!(!ledger.is_full());
    arrive(&ledger, &[(DATA, 3, 100_000)]);
    assert!(ledger.is_full());

    second.taken(cost(1) + 100_000);
    assert_eq!(ledger.waiting(), 1000);
    // The reader takes more than was counted.
    second.taken(50);
    assert_eq!(ledger.waiting(), 1000);
    drop(first);
    assert_eq!(ledger.waiting(), 0);
    assert!(!ledger.is_idle());
    drop(second);
    assert!(ledger.is_idle());
}

#[test]
fn what_arrives_before_h2_hands_its_stream_on_counts_as_if_it_came_later() {
    let ledger = ledger();
    let opening = [(HEADERS, 1, 100), (CONTINUATION, 1, 50), (HEADERS, 3, 100)];
    arrive(&ledger, &opening);
    assert_eq!(ledger.waiting(), 0, "h2 hands these headers on at once");
    arrive(&ledger, &[(DATA, 1, 1), (DATA, 1, 1), (DATA, 3, 1000)]);
    let first = ledger.open(1);
    assert_eq!(ledger.waiting(), 2 * LEAST as u64 + 1000);
    // The server refuses stream 3.
    ledger.all_handed_on();
    assert_eq!(ledger.waiting(), 2 * LEAST as u64);
    arrive(&ledger, &[(DATA, 1, 300), (DATA, 3, 1000), (HEADERS, 3, 1)]);
    assert_eq!(ledger.waiting(), 2 * LEAST as u64 + 300);
    drop(first);
    assert_eq!(ledger.waiting(), 0);
    // A trailer behind headers counts, as it does later.
    arrive(&ledger, &[(HEADERS, 5, 100), (HEADERS, 5, 1)]);
    assert!(ledger.waiting() > 0);
    ledger.all_handed_on();
    assert_eq!(ledger.waiting(), 0);
    assert!(ledger.is_idle());
}

#[test]
fn requests_count_as_long_as_their_calls_run() {
    let ledger = ledger();
    let [first, second, third] = [1, 3, 5].map(|stream| ledger.open(stream));
    // One is always served; no other, and no further stream, fits beside it.
    let large = first.charge_request(150_000).unwrap();
    assert!(ledger.keeps_requests());
    let error = second.charge_request(1).err().unwrap();
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
    drop(large);

    let half = first.charge_request(60_000).unwrap();
    assert!(!ledger.keeps_requests());
    let other = second.charge_request(40_000).unwrap();
    assert!(third.charge_request(1).is_err());
    drop((half, other));
    assert!(third.charge_request(150_000).is_ok());
}

#[test]
fn headers_count_for_what_they_may_stand_for_until_they_are_taken() {
    let ledger = ledger();
    let account = ledger.open(1);
    arrive(&ledger, &[(HEADERS, 1, 10)]);
    // Not more than the largest list that is kept, each pair of it with its place.
    let block = 4096 + 4096 / 32 * 256;
    assert_eq!(ledger.waiting(), block);
    arrive(&ledger, &[(HEADERS, 1, 10)]);
    account.head_taken();
    assert_eq!(ledger.waiting(), block);
    account.blocks_taken();
    assert_eq!(ledger.waiting(), 0);
}

#[test]
fn only_more_blocks_than_headers_and_trailers_are_too_many() {
    let ledger = ledger();
    let _account = ledger.open(1);
    let large = 400 * 1024;
    arrive(&ledger, &[(HEADERS, 1, large), (CONTINUATION, 1, large)]);
    arrive(&ledger, &[(HEADERS, 1, large)]);
    assert!(ledger.take_excess().is_empty());
    arrive(&ledger, &[(HEADERS, 1, 1)]);
    assert_eq!(ledger.take_excess().len(), 1);
    assert!(ledger.take_excess().is_empty());
}

#[test]
fn those_that_hold_the_most_come_first() {
    let ledger = ledger();
    let accounts = [1, 3, 5, 7].map(|stream| ledger.open(stream));
    arrive(&ledger, &[(DATA, 1, 500), (DATA, 3, 900), (DATA, 7, 700)]);
    let holds: Vec<_> = ledger.fullest().iter().map(|entry| entry.holds()).collect();
    assert_eq!(holds, [900, 700, 500]);
    drop(accounts);
}
