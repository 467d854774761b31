//! The addresses of a client, and which one the next call goes to.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use faststr::FastStr;
use tokio::net::lookup_host;
use tokio::time::Instant;

use crate::error::{Error, Result};

/// How long a resolved host name is trusted.
const RESOLVED_FOR: Duration = Duration::from_secs(10);

/// Addresses, taken in turn.
#[derive(Debug)]
pub(super) struct Targets {
    list: Vec<Target>,
    next: AtomicUsize,
}

#[derive(Debug)]
enum Target {
    Address(SocketAddr),
    Host(Host),
}

/// `name:port`.
#[derive(Debug)]
struct Host {
    text: FastStr,
    resolved: Mutex<Option<(SocketAddr, Instant)>>,
}

impl Targets {
    /// # Errors
    /// No address, or a text that is neither `ip:port` nor `host:port`.
    pub(super) fn parse(texts: &[FastStr]) -> Result<Self> {
        if texts.is_empty() {
            return Err(Error::invalid_argument("the client has no address"));
        }
        let list = texts.iter().map(Target::parse).collect::<Result<_>>()?;
        Ok(Self {
            list,
            next: AtomicUsize::new(0),
        })
    }

    /// The next address. Resolves a host name if that was not done lately.
    pub(super) async fn pick(&self) -> Result<SocketAddr> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        match &self.list[turn % self.list.len()] {
            Target::Address(address) => Ok(*address),
            Target::Host(host) => host.resolve().await,
        }
    }
}

impl Target {
    fn parse(text: &FastStr) -> Result<Self> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        if port.is_none_or(|(_, port)| port.parse::<u16>().is_err()) {
            return Err(Error::invalid_argument(format!(
                "`{text}` is not of the form host:port"
            )));
        }
        Ok(Self::Host(Host {
            text: text.clone(),
            resolved: Mutex::new(None),
        }))
    }
}

impl Host {
    async fn resolve(&self) -> Result<SocketAddr> {
        let lately = *self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        match lately {
            Some((address, at)) if at.elapsed() < RESOLVED_FOR => return Ok(address),
            _ => {}
        }
        let address = self.look_up().await?;
        let resolved = Some((address, Instant::now()));
        *self.resolved.lock().unwrap_or_else(PoisonError::into_inner) = resolved;
        Ok(address)
    }

    /// The first IPv4 address, else the first: `localhost` is both, and servers listen on 127.0.0.1.
    async fn look_up(&self) -> Result<SocketAddr> {
        let failed = |cause: io::Error| {
            Error::connection(format!("resolve {}: {cause}", self.text), cause).before_handler()
        };
        let found = lookup_host(self.text.as_str()).await.map_err(failed)?;
        let found: Vec<_> = found.collect();
        let first = found
            .iter()
            .find(|address| address.is_ipv4())
            .or(found.first());
        first
            .copied()
            .ok_or_else(|| failed(io::Error::new(io::ErrorKind::NotFound, "no address")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(texts: &[&'static str]) -> Result<Targets> {
        let texts: Vec<_> = texts
            .iter()
            .map(|text| FastStr::from_static_str(text))
            .collect();
        Targets::parse(&texts)
    }

    #[tokio::test]
    async fn addresses_are_taken_in_turn() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        let mut ports = Vec::new();
        for _ in 0..4 {
            ports.push(targets.pick().await.unwrap().port());
        }
        assert_eq!(ports, [1, 2, 1, 2]);
    }

    #[tokio::test]
    async fn host_names_are_resolved() {
        let address = parse(&["localhost:7"]).unwrap().pick().await.unwrap();
        assert!(address.ip().is_loopback());
        assert_eq!(address.port(), 7);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert_eq!(
            parse(&[]).unwrap_err().to_string(),
            "the client has no address"
        );
        for text in ["", "localhost", ":80", "localhost:http", "localhost:70000"] {
            let error = parse(&[text]).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("`{text}` is not of the form host:port")
            );
        }
    }
}
