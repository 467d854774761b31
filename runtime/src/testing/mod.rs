//! A network in memory for real clients and servers, with faults that a seed chooses.
//!
//! Clients and servers are those that run in production, with their frames and their timeouts; only
//! the bytes between them stay in the process. A [`Network`] has hosts and links between them. A link
//! can be slow, stall, lose its connections at any byte and be parted. Everything that the network
//! does by chance follows from one seed. On tokio's paused clock and its current-thread runtime, the
//! same seed gives the same run, and hours of waiting take no time:
//!
//! ```
//! # use std::time::Duration;
//! # use streamgen_runtime::client::{ClientBuilder, ServiceClient};
//! # use streamgen_runtime::{Result, Server, server::Service};
//! use streamgen_runtime::testing::{Cut, Network};
//!
//! # async fn run<C: From<ServiceClient>>(echo: impl Service, builder: ClientBuilder<C>) -> Result<()> {
//! let network = Network::new(7);
//! let server = network.serve("b:80", Server::builder().add_service(echo)).await?;
//! let client = builder.dial(network.host("a")).address("b:80").build()?;
//!
//! network.link("a", "b").cut_next("b", 100, Cut::Reset); // after the first 100 bytes to `b`
//! // … calls
//! server.stop().await
//! # }
//! ```
//!
//! [`check`] runs a test for many seeds. One that fails is named in the message of the panic, with the
//! command that runs it alone: `STREAMGEN_SEED=17 cargo test …`.
//!
//! To call a single handler without faults, one line is enough: a generated client's `in_memory`, which does
//! not need this module.
//!
//! The module is behind the feature `testing`, which turns on tokio's `test-util`. That makes every
//! reading of tokio's clock ask whether it is paused, so a program in production should not have it:
//! set it in `[dev-dependencies]`.

mod connection;
mod end;
mod faults;
mod incoming;
mod link;
mod link_state;
mod network;
mod pipe;
mod seeds;
mod serving;
mod state;
mod trace;
mod writing;

pub use faults::{Cut, FOUND_DEAD_AFTER, Faults};
pub use incoming::Incoming;
pub use link::Link;
pub use network::{Host, Network};
pub use seeds::{FailedSeed, SEED, TIME_LIMIT, check, first_failure, seed_or};
pub use serving::Serving;
pub use trace::{Event, TRACE_EVENTS, What};
