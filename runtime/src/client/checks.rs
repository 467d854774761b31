//! Refuses settings that would have no effect, and services and addresses that a wire cannot carry.

use super::channel::Defaults;
use crate::error::{Error, Result};
use crate::service::ServiceInfo;
use crate::wire::MOST_ABLE;
use crate::wire::client::Abilities;
use crate::wire::io::{Endpoint, Scheme};

/// The settings that the user has made and that only some wires can use, by the names of their
/// methods.
#[derive(Clone, Copy, Default)]
pub(super) struct Special {
    pub(super) grpc: Option<&'static str>,
    pub(super) streams: Option<&'static str>,
    pub(super) idle_pool: Option<&'static str>,
    pub(super) call_headers: Option<&'static str>,
    pub(super) checksum: Option<&'static str>,
}

/// Tells whether a wire can use a setting.
type Useful = fn(&Abilities) -> bool;

impl Special {
    /// Refuses settings that none of the given wires can use.
    pub(super) fn check(self, wires: &[Abilities]) -> Result<()> {
        let useful: [(_, Useful); 5] = [
            (self.grpc, |wire| wire.http2),
            (self.streams, |wire| wire.stream_limits),
            (self.idle_pool, |wire| wire.idle_pool),
            (self.call_headers, |wire| wire.call_headers),
            (self.checksum, |wire| wire.call_headers),
        ];
        let useless = useful
            .into_iter()
            .find_map(|(setting, useful)| setting.filter(|_| !wires.iter().any(useful)));
        let Some(setting) = useless else {
            return Ok(());
        };
        let mut names: Vec<&str> = wires.iter().map(|wire| wire.name).collect();
        names.dedup();
        let names = names.join(" and ");
        let text = format!("`.{setting}(…)` has no effect over {names}");
        Err(Error::invalid_argument(text))
    }
}

/// Refuses a service whose messages the wire cannot carry.
pub(super) fn payload(service: &ServiceInfo, wire: Abilities) -> Result<()> {
    match wire.payloads.contains(&service.payload) {
        true => Ok(()),
        false => Err(needs_another_wire(format!(
            "{:?} services are not called over {}",
            service.payload, wire.name
        ))),
    }
}

/// Refuses TLS and compression on a wire that supports neither.
pub(super) fn defaults(defaults: &Defaults, wire: Abilities, secured: bool) -> Result<()> {
    let name = wire.name;
    if secured && !wire.tls {
        Err(needs_another_wire(format!("TLS is not for {name}")))
    } else if defaults.encoding.is_some() && !wire.compression {
        Err(needs_another_wire(format!("{name} compresses nothing")))
    } else {
        Ok(())
    }
}

/// Refuses an address that the wire cannot use.
pub(super) fn endpoint(endpoint: &Endpoint, wire: Abilities, secured: bool) -> Result<()> {
    let why = match endpoint.scheme() {
        Scheme::Http | Scheme::Https if !wire.http2 => {
            format!("{} has no URLs: write it without the scheme", wire.name)
        }
        Scheme::Http if secured => "the client has TLS: write https://".to_owned(),
        Scheme::Https if !secured => "the client has no TLS: set `.tls(…)`".to_owned(),
        _ => return Ok(()),
    };
    let text = format!("address `{endpoint}`: {why}");
    Err(Error::invalid_argument(text))
}

fn needs_another_wire(problem: String) -> Error {
    Error::invalid_argument(format!("{problem}: set {MOST_ABLE}"))
}
