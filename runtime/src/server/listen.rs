//! Where a server listens.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use faststr::FastStr;
use futures_core::Stream;
use tokio::net::{TcpListener, TcpSocket, lookup_host};

use super::listener::{Listener, Owner};
#[cfg(unix)]
use super::unix::UnixSocket;
use crate::error::{Error, Result};
use crate::wire::io::{Accepted, Endpoint};

/// Connections the system completes before they are accepted.
pub(super) const BACKLOG: u32 = 1024;

/// Where a server listens: an address to be bound, or a listener that exists already.
///
/// Addresses are texts such as `0.0.0.0:8888`, `localhost:8888` and, on Unix, `unix:path` or
/// `unix:///path`; socket addresses; and pairs of a host and a port. If a name stands for several
/// addresses, the server uses the first one that it can bind. Listeners are those of `std` and
/// tokio, for TCP and Unix sockets, and [`ListenOn::incoming`].
///
/// If nobody listens on the file of a Unix socket, a killed server has left it: the new server
/// replaces it. A server removes its file when it stops, but not the file of a listener that it was
/// given.
///
/// ```no_run
/// # use streamgen_runtime::{Result, Server, server::Service};
/// # async fn run(echo: impl Service, other: impl Service) -> Result<()> {
/// # #[cfg(unix)] {
/// Server::builder().add_service(echo).serve("unix:/run/echo.sock").await?;
///
/// // A socket on which another part of the program listens already. One that systemd or an earlier
/// // process hands over is `ListenOn::inherited_or(…)`.
/// let socket = std::net::TcpListener::bind("0.0.0.0:8888")?;
/// Server::builder().add_service(other).serve(socket).await
/// # }
/// # #[cfg(not(unix))] Ok(())
/// # }
/// ```
pub struct ListenOn(Place);

enum Place {
    /// `host:port` or `unix:path`.
    Text(FastStr),
    Addresses(Vec<SocketAddr>),
    Tcp(std::net::TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener),
    Listening(Listener),
    /// Why there is no place.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nobody hands sockets over"))]
    Refused(Error),
}

impl ListenOn {
    /// Connections that other code accepts. An error of the stream either concerns one connection
    /// or passes, so the server asks for the next connection. At the end of the stream, the server
    /// serves the connections that it has until they are closed.
    pub fn incoming<C: Into<Accepted>>(
        connections: impl Stream<Item = io::Result<C>> + Send + 'static,
    ) -> Self {
        Self(Place::Listening(Listener::incoming(connections)))
    }

    /// The next socket that the process was given when it began, as systemd gives it to a service that has
    /// a `.socket` unit (`LISTEN_FDS`, with `LISTEN_PID` and `LISTEN_FDS_FIRST_FD` where they are set);
    /// `other` if it was given none, or no more. On Windows it is always `other`.
    ///
    /// Whoever keeps the socket open hands it from one process to the next: clients that connect between
    /// the two wait in its queue, and none is refused. `docs/restarts.md` in the repository shows how.
    ///
    /// Call it at the beginning of `main`: the variables are removed from the environment, so that child
    /// processes do not take the socket for theirs.
    ///
    /// ```no_run
    /// # use streamgen_runtime::{Result, Server, server::Service};
    /// use streamgen_runtime::server::ListenOn;
    ///
    /// # async fn run(echo: impl Service) -> Result<()> {
    /// let on = ListenOn::inherited_or("0.0.0.0:8888");
    /// println!("listening on {on}");
    /// Server::builder().add_service(echo).serve(on).await
    /// # }
    /// ```
    pub fn inherited_or(other: impl Into<Self>) -> Self {
        #[cfg(unix)]
        match super::inherited::next() {
            Ok(Some(socket)) => return socket,
            Ok(None) => {}
            Err(error) => return Self(Place::Refused(error)),
        }
        other.into()
    }

    /// # Errors
    /// The address cannot be resolved or bound, or tokio cannot take over the listener.
    pub(super) async fn listen(self) -> Result<Listener> {
        match self.0 {
            Place::Text(text) => listen_on_text(&text).await,
            Place::Addresses(addresses) => listen_on_one_of(addresses),
            Place::Tcp(listener) => {
                listener.set_nonblocking(true)?;
                let listener = TcpListener::from_std(listener)?;
                Ok(Listener::Tcp(listener, Owner::Program))
            }
            #[cfg(unix)]
            Place::Unix(listener) => {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::UnixListener::from_std(listener)?;
                Ok(Listener::Unix(listener.into()))
            }
            Place::Listening(listener) => Ok(listener),
            Place::Refused(error) => Err(error),
        }
    }
}

async fn listen_on_text(text: &str) -> Result<Listener> {
    // Only paths are parsed as an endpoint: a client can connect to more kinds of address than a
    // server can listen on.
    if text.starts_with("unix:") {
        let _endpoint = Endpoint::parse(text)?;
        #[cfg(unix)]
        if let Some(path) = _endpoint.unix_path() {
            let socket = UnixSocket::bind(path).await;
            return socket
                .map(Listener::Unix)
                .map_err(|error| failed(&text, error));
        }
    }
    let found = lookup_host(text).await;
    listen_on_one_of(found.map_err(|error| failed(&text, error))?)
}

fn listen_on_one_of(addresses: impl IntoIterator<Item = SocketAddr>) -> Result<Listener> {
    let mut refused = None;
    for address in addresses {
        match bind(address) {
            Ok(listener) => return Ok(Listener::Tcp(listener, Owner::Server)),
            Err(error) => refused = Some(failed(&address, error)),
        }
    }
    Err(refused.unwrap_or_else(|| {
        let text = "the address stands for no socket address";
        Error::connection(text, io::ErrorKind::NotFound.into())
    }))
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As in std, and for the same reason: on Windows it would let others take the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn failed(place: &dyn fmt::Display, cause: io::Error) -> Error {
    Error::connection(format!("listen on {place}: {cause}"), cause)
}

impl fmt::Debug for ListenOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Text(text) => f.write_str(text),
            Place::Addresses(addresses) => addresses.fmt(f),
            Place::Tcp(listener) => listener.fmt(f),
            #[cfg(unix)]
            Place::Unix(listener) => listener.fmt(f),
            Place::Listening(listener) => listener.fmt(f),
            Place::Refused(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for ListenOn {
    /// The address, as a message to a user shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Text(text) => f.write_str(text),
            Place::Addresses(addresses) => {
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                f.write_str(&addresses.join(" or "))
            }
            Place::Tcp(listener) => shown(f, listener.local_addr()),
            #[cfg(unix)]
            Place::Unix(listener) => {
                let address = listener.local_addr().ok();
                match address.as_ref().and_then(|address| address.as_pathname()) {
                    Some(path) => write!(f, "unix:{}", path.display()),
                    None => f.write_str("a Unix socket"),
                }
            }
            Place::Listening(listener) => match listener.local_addr() {
                Ok(address) => write!(f, "{address}"),
                Err(_) => f.write_str("what the program passes"),
            },
            Place::Refused(error) => error.fmt(f),
        }
    }
}

fn shown(f: &mut fmt::Formatter<'_>, address: io::Result<SocketAddr>) -> fmt::Result {
    match address {
        Ok(address) => write!(f, "{address}"),
        Err(_) => f.write_str("a socket without address"),
    }
}

/// Implements the conversion of one type of value into a place.
macro_rules! from {
    ($($type:ty, $value:pat => $place:expr;)+) => {
        $(impl From<$type> for ListenOn {
            fn from($value: $type) -> Self {
                Self($place)
            }
        })+
    };
}

from! {
    FastStr, text => Place::Text(text);
    String, text => Place::Text(text.into());
    &String, text => Place::Text(FastStr::new(text));
    &str, text => Place::Text(FastStr::new(text));
    SocketAddr, address => Place::Addresses(vec![address]);
    &SocketAddr, address => Place::Addresses(vec![*address]);
    SocketAddrV4, address => Place::Addresses(vec![address.into()]);
    SocketAddrV6, address => Place::Addresses(vec![address.into()]);
    (IpAddr, u16), address => Place::Addresses(vec![address.into()]);
    (Ipv4Addr, u16), address => Place::Addresses(vec![address.into()]);
    (Ipv6Addr, u16), address => Place::Addresses(vec![address.into()]);
    &[SocketAddr], addresses => Place::Addresses(addresses.to_vec());
    Vec<SocketAddr>, addresses => Place::Addresses(addresses);
    (&str, u16), (host, port) => host_and_port(host, port);
    (String, u16), (host, port) => host_and_port(&host, port);
    std::net::TcpListener, listener => Place::Tcp(listener);
    TcpListener, listener => Place::Listening(Listener::Tcp(listener, Owner::Program));
}

#[cfg(unix)]
from! {
    std::os::unix::net::UnixListener, listener => Place::Unix(listener);
    tokio::net::UnixListener, listener => Place::Listening(Listener::Unix(listener.into()));
}

fn host_and_port(host: &str, port: u16) -> Place {
    match host.parse::<IpAddr>() {
        Ok(ip) => Place::Addresses(vec![(ip, port).into()]),
        Err(_) => Place::Text(format!("{host}:{port}").into()),
    }
}
