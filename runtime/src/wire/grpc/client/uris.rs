//! The URIs of a client's methods.

use std::collections::HashMap;
use std::fmt;
use std::ptr;
use std::sync::Mutex;

use http::Uri;

use crate::call::Outgoing;
use crate::error::{Error, Result};
use crate::service::{MethodInfo, ServiceInfo};
use crate::sync::lock;
use crate::wire::grpc::path;

/// The URIs of calls to one destination.
pub(super) struct Uris {
    /// The URI without the path.
    base: Uri,
    /// The URIs of the methods called so far. The key consists of the addresses of the service's
    /// description and of the method's description: several services with the same methods may
    /// share the method descriptions.
    known: Mutex<HashMap<(usize, usize), Uri>>,
}

impl Uris {
    /// # Errors
    /// A destination that is no authority.
    pub(super) fn new(scheme: &str, destination: &str) -> Result<Self> {
        let base = Uri::builder()
            .scheme(scheme)
            .authority(destination)
            .path_and_query("/")
            .build()
            .map_err(|error| unusable(destination, &error))?;
        Ok(Self {
            base,
            known: Mutex::default(),
        })
    }

    /// The URI of the call's method. It is made once for each description of a method: descriptions are
    /// static, so that an address never becomes that of another description, and there are only so many of
    /// them. The URI of a call whose names are learned while the program runs is not kept, because there
    /// is no end of such names.
    ///
    /// # Errors
    /// Names that cannot be a path.
    pub(super) fn of(&self, call: &Outgoing) -> Result<Uri> {
        if call.names.is_some() {
            return self.make(call);
        }
        let key = (
            ptr::from_ref::<ServiceInfo>(call.service).addr(),
            ptr::from_ref::<MethodInfo>(call.method).addr(),
        );
        if let Some(uri) = lock(&self.known).get(&key) {
            return Ok(uri.clone());
        }
        let uri = self.make(call)?;
        lock(&self.known).insert(key, uri.clone());
        Ok(uri)
    }

    fn make(&self, call: &Outgoing) -> Result<Uri> {
        let mut parts = self.base.clone().into_parts();
        let path = path::format(call.package(), call.service_name(), call.method_name());
        parts.path_and_query = Some(path.parse().map_err(|error| unnamed(&path, &error))?);
        Uri::from_parts(parts).map_err(|error| unnamed(&path, &error))
    }
}

#[cold]
fn unusable(destination: &str, cause: &http::Error) -> Error {
    let text = format!("destination `{destination}` cannot be named over gRPC: {cause}");
    Error::invalid_argument(text)
}

#[cold]
fn unnamed(path: &str, cause: &dyn fmt::Display) -> Error {
    Error::invalid_argument(format!("`{path}` cannot be a path over gRPC: {cause}"))
}
