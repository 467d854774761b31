//! Making connections.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::attempts::Attempts;
use super::endpoint::{Endpoint, Place};
use super::stream::ByteStream;
use super::{events, race, socket};
use crate::error::{Error, Result};
use crate::measure;

/// How long connecting may take, unless the user says otherwise; Kitex's number.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection attempt.
pub type Dialling<'a> = Pin<Box<dyn Future<Output = io::Result<ByteStream>> + Send + 'a>>;

/// How a client reaches a server. The default is [`Direct`]; others go through a proxy, or stay
/// in memory.
pub trait Dial: Send + Sync + 'static {
    /// Connects to `to`. The caller puts its own timeout to it, by dropping the future.
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a>;

    /// The address of a client that is given none, if all connections lead to one place anyway. Default:
    /// `None`, and such a client cannot be built.
    fn only_address(&self) -> Option<&str> {
        None
    }
}

/// Plain TCP and Unix sockets. Of the addresses of a name, the one that answers first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Direct;

impl Dial for Direct {
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a> {
        Box::pin(connect(to))
    }
}

async fn connect(to: &Endpoint) -> io::Result<ByteStream> {
    let socket = match to.place() {
        Place::Tcp(address) => race::connect(&[*address]).await?,
        Place::Name(name) => {
            let addresses = name.resolve().await?;
            let connected = race::connect(&addresses).await;
            let socket = connected.inspect_err(|_| name.forget())?;
            name.prefer(socket.peer_addr()?);
            socket
        }
        #[cfg(unix)]
        Place::Unix(path) => {
            return Ok(tokio::net::UnixStream::connect(path).await?.into());
        }
    };
    events::connected(to, &socket);
    socket::prepare(&socket)?;
    Ok(socket.into())
}

/// Lets `connecting`, all that has to happen before a call can be sent to `to`, take at most `limit`.
///
/// # Errors
/// A connection error of which nothing reached a handler, whatever went wrong: no other function
/// says so for a client's dial.
pub(crate) async fn bounded<T>(
    to: &Endpoint,
    limit: Duration,
    attempts: &Attempts,
    connecting: impl Future<Output = io::Result<T>>,
) -> Result<T> {
    let (attempt, began) = (attempts.begin(), Instant::now());
    let connected = match timeout(limit, connecting).await {
        Ok(Ok(connected)) => Ok(connected),
        Ok(Err(cause)) => Err(failed(to, cause)),
        Err(_) => Err(timed_out(to)),
    };
    measure::dialled(connected.is_ok(), began.elapsed());
    attempt.ended(connected.as_ref().err());
    connected.inspect_err(|error| events::dial_failed(to, error))
}

/// Whoever waited for a connection to `to` waits no longer.
pub(crate) fn timed_out(to: &Endpoint) -> Error {
    failed(to, io::Error::new(io::ErrorKind::TimedOut, "timeout"))
}

#[cold]
pub(crate) fn failed(to: &Endpoint, cause: io::Error) -> Error {
    Error::connection(format!("dial {to}: {cause}"), cause).before_handler()
}
