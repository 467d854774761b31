//! Making connections.

use std::io;
use std::pin::Pin;

use tokio::net::{TcpStream, UnixStream};

use super::address::Address;
use crate::transport::ttstream::socket::Socket;

/// A connection attempt.
pub type Dialling<'a> = Pin<Box<dyn Future<Output = io::Result<Socket>> + Send + 'a>>;

/// How a client reaches a server. The default is [`Direct`]; others go through a proxy, or stay
/// in memory.
pub trait Dial: Send + Sync + 'static {
    /// Connects to `address`. The pool puts its own timeout to it, by dropping the future.
    fn dial<'a>(&'a self, address: &'a Address) -> Dialling<'a>;
}

/// Plain TCP and Unix sockets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Direct;

impl Dial for Direct {
    fn dial<'a>(&'a self, address: &'a Address) -> Dialling<'a> {
        Box::pin(async move {
            Ok(match address {
                Address::Tcp(address) => TcpStream::connect(address).await?.into(),
                Address::Unix(path) => UnixStream::connect(path).await?.into(),
            })
        })
    }
}
