//! A server's services by their names.

use std::collections::HashMap;
use std::sync::Arc;

use super::hosted::Hosted;
use crate::error::{Error, Result};
use crate::service::PayloadCodec;

/// Finds services, by their places on the server's list.
pub(super) struct Index {
    by_name: HashMap<&'static str, usize>,
    /// Protobuf services by package and name, which is how gRPC tells them apart.
    by_full_name: HashMap<(&'static str, &'static str), usize>,
}

impl Index {
    /// # Errors
    /// Two services of one name; of two Protobuf services, of one name in one package.
    pub(super) fn new(services: &[Arc<Hosted>]) -> Result<Self> {
        let (mut by_name, mut by_full_name) = (HashMap::new(), HashMap::new());
        let mut ambiguous = Vec::new();
        for (at, hosted) in services.iter().enumerate() {
            let info = hosted.info;
            let name = info.name;
            let twice = match info.payload {
                PayloadCodec::Protobuf => {
                    if by_name.insert(name, at).is_some() {
                        ambiguous.push(name);
                    }
                    by_full_name.insert((info.package, name), at)
                }
                PayloadCodec::Thrift => by_name.insert(name, at),
            };
            if twice.is_some() {
                return Err(added_twice(name));
            }
        }
        // Who calls one of these has to say its package.
        by_name.retain(|name, _| !ambiguous.contains(name));
        Ok(Self {
            by_name,
            by_full_name,
        })
    }

    /// The service of this name, unless services of several packages have it.
    pub(super) fn named(&self, service: &str) -> Option<usize> {
        self.by_name.get(service).copied()
    }

    /// The Protobuf service of this name in this package.
    pub(super) fn in_package(&self, package: &str, service: &str) -> Option<usize> {
        self.by_full_name.get(&(package, service)).copied()
    }
}

/// The error for a second service of one name.
pub(super) fn added_twice(name: &str) -> Error {
    Error::invalid_argument(format!("service {name} is added twice"))
}
