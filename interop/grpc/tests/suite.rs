//! gRPC's interop suite between our programs and those that its authors wrote for Go, in every
//! direction, with and without TLS.

mod support;

use support::{Peer, Tls, run_cases};

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

macro_rules! directions {
    ($($name:ident: $client:ident -> $server:ident, $tls:ident;)*) => {$(
        #[test]
        fn $name() {
            run_cases(Peer::$client, Peer::$server, Tls::$tls, CASES);
        }
    )*};
}

directions! {
    rust_to_rust: Rust -> Rust, Off;
    rust_to_rust_with_tls: Rust -> Rust, On;
    rust_to_go: Rust -> Go, Off;
    rust_to_go_with_tls: Rust -> Go, On;
    go_to_rust: Go -> Rust, Off;
    go_to_rust_with_tls: Go -> Rust, On;
}
