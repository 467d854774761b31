//! One service in Thrift and in Protobuf, with one handler and one client for all wires: they are
//! the same files, compiled for the generated code of either language.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use streamgen_runtime::Transport;

/// What a language has of its own: a place of generated code.
macro_rules! language {
    ($language:ident, [$($transport:ident),+]) => {
        #[allow(clippy::duplicate_mod, reason = "that is the point")]
        pub mod $language {
            pub mod stream_gen;
            #[path = "../book.rs"]
            pub mod book;
            #[path = "../client_rules.rs"]
            pub mod client_rules;
            #[path = "../server_rules.rs"]
            pub mod server_rules;

            pub use stream_gen::notes::Note;
            pub use stream_gen::notes::notes::{Notes, NotesClient, NotesServer};

            /// The wires that carry it.
            pub const WIRES: &[super::Transport] = &[$(super::Transport::$transport),+];
        }
    };
}

language!(thrift, [TtHeaderStreaming, Grpc]);
language!(proto, [Grpc]);
