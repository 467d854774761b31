//! What runs inside a server or client process.
//!
//! The driver and the Kitex program share this contract: a server prints `listening ADDRESS` and
//! ends when its standard input does; a client prints `begin`, then `end messages=… nanos=… …`.

pub mod load;
pub mod meter;
pub mod serve;

use std::future::Future;

/// Runs `main` on a one-thread runtime, which is all that one pinned core can use.
fn block_on(main: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(main)
}
