//! Internals that our own tests, fuzzing and benchmarks use beyond the API. They may change at any
//! time.

pub use crate::call::{
    Answer, CallAbilities, Cancellation, Deadline, Incoming, Names, Outgoing, Shape, cascade,
};
pub use crate::fleet::picks::{Pick, Picks};
pub use crate::wire::{
    CallResult, ClientRaw, Dispatch, PingPongFailure, PingPongHandler, PingPongOutcome, RawStream,
    Route, ServerRaw, SharedAnswer, StreamHandler, Supervisor, Target, client, grpc, io, pingpong,
    ttheader,
};
