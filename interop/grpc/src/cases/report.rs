//! What the server saw of a call. gRPC's suite does not ask; our servers of it tell, on every
//! peer's library, by the header of an `EmptyCall` with [`REPORT`].

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use streamgen_runtime::Metadata;

use super::cancel::one_and_no_more;
use super::streams::has_body;
use crate::client::Clients;
use crate::messages::{CANCELED, REMAINING, REPORT};
use crate::stream_gen::grpc::testing::Empty;

/// The deadline of a call that is asked for it.
const LIMIT: Duration = Duration::from_secs(15);

/// A call that its client cancels is cancelled at the server, though that has more to send.
pub(super) async fn cancel_at_server(clients: &Clients) -> Result<()> {
    let before = canceled(clients).await?;
    let mut stream = clients.test.full_duplex_call().header(asked()).await?;
    stream.send(one_and_no_more()).await?;
    has_body(stream.recv().await?, 1)?;
    stream.cancel();
    let mut after = canceled(clients).await?;
    while after == before {
        after = canceled(clients).await?;
    }
    ensure!(after == before + 1, "{} calls cancelled", after - before);
    Ok(())
}

/// The server knows how much time a call has, if it is limited.
pub(super) async fn deadline_at_server(clients: &Clients) -> Result<()> {
    let limited = report(clients, Some(LIMIT)).await?;
    let left: u128 = text(&limited, REMAINING)?.parse()?;
    ensure!(0 < left && left <= LIMIT.as_millis(), "{left} ms are left");
    let unlimited = report(clients, None).await?;
    let left = text(&unlimited, REMAINING)?;
    ensure!(left == "none", "{left} ms are left without a limit");
    Ok(())
}

/// How many calls were cancelled at the server so far.
async fn canceled(clients: &Clients) -> Result<u64> {
    let header = report(clients, None).await?;
    Ok(text(&header, CANCELED)?.parse()?)
}

async fn report(clients: &Clients, limit: Option<Duration>) -> Result<Metadata> {
    let mut call = clients.test.empty_call(Empty {}).header(asked());
    if let Some(limit) = limit {
        call = call.timeout(limit);
    }
    Ok(call.with_metadata().await?.header)
}

fn asked() -> Metadata {
    Metadata::from([(REPORT, "1")])
}

fn text<'a>(header: &'a Metadata, name: &str) -> Result<&'a str> {
    let value = header.get(name);
    value.with_context(|| format!("the server does not report {name}"))
}
