//! The signals of the system that stop a server.

use std::future::pending;
use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

/// SIGTERM and SIGINT; on Windows Ctrl-C.
#[derive(Debug)]
struct Listened {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(windows)]
    ctrl_c: CtrlC,
}

impl Listened {
    /// From here on these signals do not end the process by themselves.
    fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(windows)]
            ctrl_c: ctrl_c()?,
        })
    }

    /// Waits for the next signal, and returns its name. Cancel safe.
    async fn next(&mut self) -> &'static str {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
        #[cfg(windows)]
        {
            self.ctrl_c.recv().await;
            "Ctrl-C"
        }
    }
}

/// The signals that a server listens to, if it was told to.
#[derive(Debug, Default)]
pub(super) struct Signals(Option<Listened>);

impl Signals {
    /// # Errors
    /// The system does not let the process listen to a signal.
    pub(super) fn listen() -> io::Result<Self> {
        Listened::new().map(|listened| Self(Some(listened)))
    }

    /// Waits for the next signal, and returns its name; for ever if the server listens to none. Cancel
    /// safe.
    pub(super) async fn next(&mut self) -> &'static str {
        match &mut self.0 {
            Some(listened) => listened.next().await,
            None => pending().await,
        }
    }
}
