//! Refuses settings that would have no effect, and services and addresses that a wire cannot carry.

use super::channel::Defaults;
use super::options::CallOptions;
use super::settings::without_effect;
use crate::error::{Error, Result};
use crate::service::ServiceInfo;
use crate::wire::client::Abilities;
use crate::wire::io::{Endpoint, Scheme};
use crate::wire::{MOST_ABLE, way_out};

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

/// Refuses options of a call that the wire cannot carry.
pub(super) fn call(options: &CallOptions, wire: Abilities) -> Result<()> {
    let (option, proposal) = match options {
        it if !it.header.is_empty() && !wire.header => ("header", way_out::MOST_ABLE),
        it if it.encoding.is_some() && !wire.compression => ("encoding", way_out::MOST_ABLE),
        it if it.metainfo.has_own() && !wire.metainfo => {
            ("metainfo", way_out::CALL_HEADERS_OF_CLIENT)
        }
        _ => return Ok(()),
    };
    Err(without_effect(option, wire.name, proposal))
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
