//! What a call, a stream and a message of a stream cost: client and server are in one process and on one
//! thread, and their connection is in memory. So a run executes nearly the same instructions each time, which callgrind counts.

pub mod counted;
pub mod governed;
pub mod pair;
pub mod table;
pub mod timed;
pub mod workload;
