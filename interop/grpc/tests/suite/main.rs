//! gRPC's interop suite between our programs, those that its authors wrote for Go, and the same on
//! grpcio, tonic and Kitex, in both directions, with and without TLS; and cases that grpc-go does not have,
//! against the others.

mod generic;
mod health_and_reflection;
mod support;

use support::{Peer, Wire, run_cases};

/// What grpc-go's client and server share.
const CASES: &[&str] = &[
    "empty_unary",
    "large_unary",
    "client_streaming",
    "server_streaming",
    "ping_pong",
    "empty_stream",
    "custom_metadata",
    "status_code_and_message",
    "special_status_message",
    "unimplemented_method",
    "unimplemented_service",
    "cancel_after_begin",
    "cancel_after_first_response",
    "timeout_on_sleeping_server",
];

/// What gRPC's suite leaves out.
const OWN: &[&str] = &[
    "status_details",
    "cancel_at_server",
    "deadline_at_server",
    "deadline_in_stream",
];

/// Cases with 200 stalled readers and other calls on the same connection.
const STALLED: &[&str] = &["stalled_readers", "stalled_handlers"];

const COMPRESSION: &[&str] = &[
    "client_compressed_unary",
    "server_compressed_unary",
    "client_compressed_streaming",
    "server_compressed_streaming",
];

/// Those of [`COMPRESSION`] whose requests are compressed.
const CLIENT_COMPRESSION: &[&str] = &["client_compressed_unary", "client_compressed_streaming"];

macro_rules! directions {
    ($($name:ident: $client:ident -> $server:ident, $wire:ident, $cases:expr;)*) => {$(
        #[test]
        fn $name() {
            run_cases(Peer::$client, Peer::$server, Wire::$wire, &$cases.concat());
        }
    )*};
}

directions! {
    rust_to_rust: Rust -> Rust, Plain, [CASES, OWN];
    rust_to_rust_beside_stalled_readers: Rust -> Rust, Plain, [STALLED];
    rust_to_rust_with_tls: Rust -> Rust, Tls, [CASES, OWN];
    rust_to_rust_compressed: Rust -> Rust, Watched, [COMPRESSION];

    rust_to_go: Rust -> Go, Plain, [CASES, &["deadline_in_stream"]];
    rust_to_go_with_tls: Rust -> Go, Tls, [CASES, &["deadline_in_stream"]];
    go_to_rust: Go -> Rust, Plain, [CASES];
    go_to_rust_with_tls: Go -> Rust, Tls, [CASES];

    rust_to_grpcio: Rust -> Python, Plain, [CASES, OWN];
    rust_to_grpcio_beside_stalled_readers: Rust -> Python, Plain, [STALLED];
    rust_to_grpcio_with_tls: Rust -> Python, Tls, [CASES, OWN];
    rust_to_grpcio_compressed: Rust -> Python, Watched, [COMPRESSION];
    grpcio_to_rust: Python -> Rust, Plain, [CASES, OWN];
    grpcio_to_rust_beside_stalled_readers: Python -> Rust, Plain, [STALLED];
    grpcio_to_rust_with_tls: Python -> Rust, Tls, [CASES, OWN];
    grpcio_to_rust_compressed: Python -> Rust, Watched, [COMPRESSION];

    rust_to_tonic: Rust -> Tonic, Plain, [CASES, OWN];
    rust_to_tonic_with_tls: Rust -> Tonic, Tls, [CASES, OWN];
    // tonic compresses all messages of a stream or none, and these want both kinds in one.
    rust_to_tonic_compressed: Rust -> Tonic, Watched, [without(COMPRESSION, "server_compressed_streaming")];
    tonic_to_rust: Tonic -> Rust, Plain, [CASES, OWN];
    tonic_to_rust_with_tls: Tonic -> Rust, Tls, [CASES, OWN];
    tonic_to_rust_compressed: Tonic -> Rust, Watched, [without(COMPRESSION, "client_compressed_streaming")];

    // Of a service that it does not have, Kitex says so with status 20. Its servers have no TLS.
    rust_to_kitex: Rust -> Kitex, Plain, [without(CASES, "unimplemented_service"), OWN.to_vec()];
    rust_to_kitex_beside_stalled_readers: Rust -> Kitex, Plain, [STALLED];
    // Nobody can tell a server of Kitex what to compress; a client compresses all of a call or none.
    rust_to_kitex_compressed: Rust -> Kitex, Watched, [CLIENT_COMPRESSION];
    kitex_to_rust: Kitex -> Rust, Plain, [CASES, OWN];
    kitex_to_rust_with_tls: Kitex -> Rust, Tls, [CASES, OWN];
    kitex_to_rust_compressed: Kitex -> Rust, Watched,
        [without(COMPRESSION, "client_compressed_streaming")];
}

/// `cases` but one.
fn without(cases: &[&'static str], case: &str) -> Vec<&'static str> {
    let others = cases.iter().copied().filter(|other| *other != case);
    others.collect()
}

/// A server that cannot tell what is compressed has to fail the cases that ask for it: a client
/// that passes them against any server would prove nothing.
#[test]
#[should_panic(expected = "2 of 4 cases failed")]
fn a_server_that_does_not_check_compression_is_found_out() {
    run_cases(Peer::Rust, Peer::Rust, Wire::Plain, COMPRESSION);
}
