//! The attacked client: calls a hostile server, and beside that a decent one, on its own connection.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::{Bytes, Error};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attack::{Drive, Wire};
use crate::attacks;
use crate::bystander;
use crate::options::Victim;
use crate::stream_gen::hostile::Msg;
use crate::stream_gen::hostile::target::TargetClient;

/// Time between two attempts at a server that fails.
const PAUSE: Duration = Duration::from_millis(5);
/// Bytes of a message that is sent.
const PAYLOAD: usize = 1024;

/// Prints `ready`, starts at the first line of standard input, and at the second one stops and
/// prints the 99th percentile of the bystander in microseconds.
pub fn run(victim: &Victim) -> io::Result<()> {
    let runtime = super::runtime()?;
    let decent = bystander::client(Wire::Any, &victim.decent).map_err(io::Error::other)?;
    runtime
        .block_on(bystander::call(&decent))
        .map_err(io::Error::other)?;
    let mut lines = io::stdin().lock().lines();
    println!("ready");
    lines.next();
    let (stop, stopped) = watch::channel(false);
    let watching = runtime.spawn(bystander::watch(Arc::new(decent), stopped.clone()));
    let suffering = runtime.spawn(suffer(
        victim.wire,
        victim.drive,
        victim.hostile.clone(),
        stopped,
    ));
    lines.next();
    let _ = stop.send(true);
    let latencies = runtime.block_on(watching).map_err(io::Error::other)?;
    let suffered = runtime.block_on(suffering).map_err(io::Error::other)?;
    suffered.map_err(io::Error::other)?;
    let p99 = bystander::p99(latencies).unwrap_or_default();
    println!("{}", p99.as_micros());
    drop(lines);
    super::wait_for_the_end();
    runtime.shutdown_background();
    Ok(())
}

/// Uses the hostile server until it is told to stop; whatever was open then is dropped.
async fn suffer(
    wire: Wire,
    drive: Drive,
    hostile: String,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let client = bystander::client(wire, &hostile)?;
    let use_it = async {
        loop {
            // The server is hostile: every call may fail.
            let _ = once(&client, drive).await;
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => Ok(()),
        () = use_it => Ok(()),
    }
}

async fn once(client: &TargetClient, drive: Drive) -> Result<(), Error> {
    let payload = Bytes::from(vec![0; PAYLOAD]);
    let message = Msg {
        payload,
        ..Msg::default()
    };
    match drive {
        Drive::Calls => client.call(message).await.map(drop),
        Drive::SendsOnly => {
            let mut stream = client.talk().await?;
            loop {
                stream.send(message.clone()).await?;
                tokio::time::sleep(PAUSE).await;
            }
        }
        Drive::TakesOfOne => {
            let mut slow = client.talk().await?;
            slow.send(message.clone()).await?;
            let mut fast = client.talk().await?;
            fast.send(message).await?;
            while fast.recv().await?.is_some() {}
            Ok(())
        }
        Drive::OpensMany => {
            let mut waiting = JoinSet::new();
            for _ in 0..attacks::OF_CLIENT {
                let mut stream = client.talk().await?;
                waiting.spawn(async move { stream.recv().await.map(drop) });
            }
            waiting.join_all().await;
            Ok(())
        }
    }
}
