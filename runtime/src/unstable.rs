//! What our own tests, fuzzing and benchmarks reach past the API. No promise holds for it.

pub use crate::call::{Answer, CallAbilities, Cancellation, Deadline, Incoming, Outgoing, cascade};
pub use crate::wire::{
    CallResult, ClientRaw, Dispatch, PingPongFailure, PingPongHandler, PingPongOutcome, RawStream,
    Route, ServerRaw, SharedAnswer, StreamHandler, Supervisor, Target, client, grpc, io, pingpong,
    ttheader,
};
