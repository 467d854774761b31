//! gRPC as a protocol of a server (D).

use std::sync::Arc;

use super::connection::serve_connection;
use crate::wire::Dispatch;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::io::ByteStream;
use crate::wire::protocol::{Claim, Detected, FIRST_BYTES, Protocol, Serving, Stop};

/// The first bytes of every HTTP/2 connection. h2 checks the rest of the preface.
const PREFACE: &[u8; FIRST_BYTES] = b"PRI * HT";

/// gRPC over HTTP/2.
pub(crate) struct Grpc {
    limits: GrpcLimits,
}

impl Grpc {
    pub(crate) fn new(limits: GrpcLimits) -> Self {
        Self { limits }
    }
}

impl Protocol for Grpc {
    fn name(&self) -> &'static str {
        "gRPC"
    }

    fn claims(&self, first: &[u8; FIRST_BYTES]) -> Claim {
        (first == PREFACE).into()
    }

    fn serve(&self, detected: Detected, dispatch: Arc<dyn Dispatch>, stop: Stop) -> Serving {
        let Detected { io, first, peer } = detected;
        let limits = self.limits.clone();
        // A TCP socket is passed as its own type, so that h2's many small calls need not match on
        // the kind of byte stream each time.
        match io {
            ByteStream::Tcp(io) => {
                Box::pin(serve_connection(io, first, peer, dispatch, limits, stop))
            }
            io => Box::pin(serve_connection(io, first, peer, dispatch, limits, stop)),
        }
    }
}
