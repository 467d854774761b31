//! What our own tests, fuzzing and benchmarks reach past the API. No promise holds for it.

pub use crate::call::{Cancellation, Deadline, Outgoing};
pub use crate::wire::{
    ClientRaw, Dispatch, Incoming, PingPongFailure, PingPongHandler, PingPongOutcome, RawStream,
    ServerRaw, StreamHandler, Supervisor, client, grpc, io, pingpong, ttheader,
};
