//! The wires. The folder of each protocol implements the traits of [`stream`], [`client`] and
//! [`dispatch`]. The parts above the wires (typed streams, client, server) exist once, for all
//! protocols. So do dialling and the pools of connections below the clients' wires.

mod ahead;
mod append;
mod arrival;
pub mod client;
pub(crate) mod detect;
mod dispatch;
mod ending;
pub mod grpc;
mod guard;
mod ids;
pub mod io;
mod outbox;
mod overdue;
pub mod pingpong;
mod pool;
pub(crate) mod protocol;
mod room;
mod send_timed;
mod share;
mod stall;
mod stream;
mod supervisor;
mod table;
#[cfg(feature = "tls")]
pub(crate) mod tls;
pub mod ttheader;

use ahead::{Ahead, TakenAhead};
pub use arrival::MinRate;
use arrival::{ArrivalTimer, Late};
use dispatch::Pending;
pub use dispatch::{
    CallResult, Dispatch, PingPongFailure, PingPongHandler, PingPongOutcome, Route, SharedAnswer,
    StreamHandler, Target,
};
pub(crate) use ending::end_all;
use ending::{Turn, Turns};
use overdue::overdue_limit;
pub(crate) use room::Room;
pub(crate) use send_timed::SendTimed;
use share::spare_of;
use stall::{DISCARD_FOR, SEND_TIMEOUT, STALL_TIMEOUT, close, discard, not_taken, send, taken};
pub(crate) use stream::handed_on;
pub use stream::{ClientRaw, RawStream, ServerRaw};
pub use supervisor::Supervisor;
pub use table::{GrpcLimits, Limits, PoolMode};
pub(crate) use table::{MOST_ABLE, ServerWires, WireSettings, Wires, way_out};

/// OpenTelemetry's name of the system that Kitex's own wires belong to.
const KITEX: &str = "kitex";
