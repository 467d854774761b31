//! Where a server is.

mod parsing;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::sync::Arc;

use faststr::FastStr;

use super::resolve::Name;
use crate::error::Result;

/// The address of a server, as a client is given it. Clones share what a name was resolved to.
///
/// Two endpoints are equal if they name the same place; a URL's scheme does not matter.
#[derive(Clone)]
pub struct Endpoint(Arc<Inner>);

struct Inner {
    /// The normal form: `ip:port`, `host:port` or `unix:path`.
    text: FastStr,
    scheme: Scheme,
    place: Place,
}

pub(super) enum Place {
    Tcp(SocketAddr),
    Name(Name),
    #[cfg(unix)]
    Unix(PathBuf),
}

/// What a URL says of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// It is no URL, and says nothing.
    Any,
    /// HTTP/2 without TLS.
    Http,
    /// HTTP/2 over TLS.
    Https,
}

impl Endpoint {
    /// Reads an address: `ip:port`, `host:port`, `unix:path` or `unix:///path`. Also reads the
    /// forms that users of gRPC write: `dns:///host:port`, `http://host:port`, `https://host:port`.
    ///
    /// # Errors
    /// The text is none of these, or is `unix:` on a system without Unix sockets. The message names
    /// the part that cannot be understood.
    pub fn parse(text: &str) -> Result<Self> {
        parsing::parse(text)
    }

    /// What stands in errors where a service has no address yet: its name. Nobody dials it.
    pub(crate) fn named(service: FastStr) -> Self {
        let place = Place::Name(Name::new(service.clone()));
        Self::new(service, Scheme::Any, place)
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.0.scheme
    }

    /// The path of a Unix socket.
    #[cfg(unix)]
    pub(crate) fn unix_path(&self) -> Option<&Path> {
        match &self.0.place {
            Place::Unix(path) => Some(path),
            _ => None,
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.0.place
    }

    fn new(text: impl Into<FastStr>, scheme: Scheme, place: Place) -> Self {
        let text = text.into();
        Self(Arc::new(Inner {
            text,
            scheme,
            place,
        }))
    }
}

impl From<SocketAddr> for Endpoint {
    fn from(address: SocketAddr) -> Self {
        Self::new(address.to_string(), Scheme::Any, Place::Tcp(address))
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Endpoint {}

impl Hash for Endpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
