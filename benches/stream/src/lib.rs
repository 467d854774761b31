//! Streaming benchmark: candidates side by side, a server and a client process each.
//!
//! [`command`] is the command line, [`driver`] starts the processes and takes samples, [`child`] is
//! what runs inside them, [`candidate`] holds one module per candidate, [`report`] prints Markdown.

pub mod allocation;
pub mod candidate;
pub mod child;
pub mod command;
pub mod driver;
pub mod report;
pub mod workload;
