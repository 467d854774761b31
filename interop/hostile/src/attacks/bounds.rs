//! Bounds on memory, from what `docs/limits.md` promises.

use streamgen_runtime::{GrpcLimits, Limits};

use crate::attack::MIB;

/// What costs nothing by itself: connections, buffers of one read, and noise of the allocator.
pub const LITTLE: usize = 16 * MIB;

/// As [`LITTLE`], for a thousand connections: 24 KiB each.
pub const THOUSAND: usize = LITTLE + 24 * MIB;

/// What shared buffers may hold beyond twice what waits (`docs/limits.md`, "TTHeader Streaming").
pub const SHARED: usize = 16 * MIB;

/// The most that the peer of one connection of TTHeader Streaming can make this side hold, by the
/// row of `docs/limits.md`, "How it adds up", and a tenth.
pub fn streaming() -> usize {
    let limits = Limits::default();
    let sum = 2 * limits.connection_queue
        + limits.connection_queue / 8
        + SHARED
        + limits.connection_headers
        + limits.max_frame as usize
        + limits.out_high_water;
    sum + sum / 10
}

/// The same for one connection of gRPC.
pub fn grpc() -> usize {
    let limits = GrpcLimits::default();
    let sum = 2 * limits.connection_window as usize
        + SHARED
        + limits.connection_headers
        + limits.connection_output;
    sum + sum / 10
}

/// What calls of a gRPC connection may hold that wait for their readers.
pub fn grpc_waiting() -> usize {
    let window = GrpcLimits::default().connection_window as usize;
    let sum = 2 * window + SHARED;
    sum + sum / 10
}

/// What they may hold of headers.
pub fn grpc_headers() -> usize {
    let headers = GrpcLimits::default().connection_headers;
    LITTLE + headers + headers / 10
}

/// What they may hold that waits to be sent.
pub fn grpc_output() -> usize {
    let output = GrpcLimits::default().connection_output;
    LITTLE + output + output / 10
}

/// What a connection may hold of multiplexed ping-pong calls: twice what its running calls may hold,
/// which is two of the largest messages, and one that is arriving; and a tenth.
pub const MULTIPLEXED: usize = (2 * 2 + 1) * LARGEST + LARGEST / 2;

/// The largest message of each wire.
pub const LARGEST: usize = 64 * MIB;
