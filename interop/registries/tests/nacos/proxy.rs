//! The way to nacos, which a test can break.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::ours::PATIENCE;

/// How long a connection lives that breaks early: nacos has told its client nothing by then, in which it takes
/// half a second.
const EARLY: Duration = Duration::from_millis(200);
/// nacos takes calls so far above the port that is named.
const RPC_PORT: u16 = 1000;

/// Leads to a nacos on loopback.
pub(crate) struct Proxy {
    /// What is named instead of nacos's port.
    pub(crate) port: u16,
    cut: watch::Sender<()>,
    doomed: Arc<AtomicU32>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// The first `doomed` connections break early.
    pub(crate) async fn start(nacos: u16, doomed: u32) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port() - RPC_PORT;
        let (cut, doomed) = (watch::Sender::new(()), Arc::new(AtomicU32::new(doomed)));
        let (cuts, left) = (cut.clone(), Arc::clone(&doomed));
        let accepting = async move {
            while let Ok((near, _)) = listener.accept().await {
                let is_left = |left: u32| left.checked_sub(1);
                let doomed = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_left);
                let forwarding = forward(near, nacos + RPC_PORT, cuts.subscribe());
                tokio::spawn(async move {
                    match doomed {
                        Ok(_) => drop(timeout(EARLY, forwarding).await),
                        Err(_) => forwarding.await,
                    }
                });
            }
        };
        Ok(Self {
            port,
            cut,
            doomed,
            task: tokio::spawn(accepting),
        })
    }

    /// Breaks all connections; so many of the next ones break early.
    pub(crate) fn cut(&self, doomed: u32) {
        self.doomed.store(doomed, Ordering::Relaxed);
        self.cut.send_replace(());
    }

    /// Waits until all connections that were to break early have begun.
    pub(crate) async fn until_doomed_are_gone(&self) {
        let begun = async {
            while self.doomed.load(Ordering::Relaxed) > 0 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = timeout(PATIENCE, begun).await;
        in_time.expect("all connections that break early begin");
        sleep(EARLY).await;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(mut near: TcpStream, port: u16, mut cut: watch::Receiver<()>) {
    let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = cut.changed() => {}
    }
}
