//! Calls over gRPC: all modes on one wire.

use std::sync::Arc;

use http::Uri;
use tokio::time::timeout_at;

use super::channel::Defaults;
use super::options::CallOptions;
use super::targets::Targets;
use crate::codec::Encode;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::error::{CancelReason, Error, Result};
use crate::service::{Mode, PayloadCodec, ServiceInfo};
use crate::transport::RawStream;
use crate::transport::grpc::client::{Call, Config, Connector, Reply};
use crate::transport::grpc::{metadata, of_cancel, of_parent, path};

/// The gRPC wire of a client.
#[derive(Debug)]
pub(super) struct GrpcCalls {
    connector: Connector,
    payload: PayloadCodec,
    /// Of each method, by its index.
    uris: Vec<Uri>,
}

impl GrpcCalls {
    /// # Errors
    /// A destination that is no authority; over TLS, one that is no name of a server either.
    pub(super) fn new(service: &ServiceInfo, destination: &str, config: Config) -> Result<Self> {
        let (scheme, config) = secured(destination, config)?;
        let uri = |path: String| {
            Uri::builder()
                .scheme(scheme)
                .authority(destination)
                .path_and_query(path)
                .build()
                .map_err(|error| unusable(destination, &error))
        };
        let methods = service.methods.iter();
        let paths = methods.map(|method| path::format(service, method.name));
        Ok(Self {
            connector: Connector::new(config),
            payload: service.payload,
            uris: paths.map(uri).collect::<Result<_>>()?,
        })
    }

    /// Describes a call of the method number `method`.
    ///
    /// # Errors
    /// A header that cannot travel.
    pub(super) fn call(
        &self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
        defaults: &Defaults,
        deadline: Option<Deadline>,
    ) -> Result<Call> {
        metadata::check(&options.header)?;
        let mut metadata = std::mem::take(&mut options.header);
        metadata.merge(options.metainfo(defaults.propagation));
        let context = options.context.as_ref();
        Ok(Call {
            uri: self.uris[method].clone(),
            payload: self.payload,
            parent: context.and_then(Context::cancellation).cloned(),
            metadata,
            caller: defaults.caller.clone(),
            encoding: options.encoding.or(defaults.encoding),
            deadline,
            single: matches!(mode, Mode::ClientStreaming | Mode::PingPong | Mode::OneWay),
        })
    }

    /// Opens a stream.
    pub(super) async fn open(&self, targets: &Targets, call: Call) -> Result<Arc<dyn RawStream>> {
        let deadline = call.deadline;
        let open = async { self.connector.open(targets.pick().await?, call).await };
        within(deadline, open).await.map_err(Error::into_status)
    }

    /// Makes a call with one request and one response.
    pub(super) async fn unary(
        &self,
        targets: &Targets,
        call: Call,
        request: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        let made = async {
            let address = targets.pick().await?;
            self.connector.call(address, &call, request).await
        };
        let made = within(call.deadline, made);
        let made = async { made.await.map_err(Error::into_status) };
        match &call.parent {
            None => made.await,
            Some(parent) => tokio::select! {
                biased;
                reply = made => reply,
                reason = parent.cancelled() => Err(of_parent(&reason)),
            },
        }
    }
}

/// The scheme of calls, and the configuration with the name of the server in it.
fn secured(destination: &str, config: Config) -> Result<(&'static str, Config)> {
    #[cfg(feature = "tls")]
    if let Some(tls) = config.tls.clone() {
        let tls = Some(tls.named(destination)?);
        return Ok(("https", Config { tls, ..config }));
    }
    let _ = destination;
    Ok(("http", config))
}

async fn within<T>(deadline: Option<Deadline>, call: impl Future<Output = Result<T>>) -> Result<T> {
    let Some(deadline) = deadline else {
        return call.await;
    };
    timeout_at(deadline.at, call)
        .await
        .unwrap_or_else(|_| Err(of_cancel(&CancelReason::Deadline(Some(deadline.timeout)))))
}

#[cold]
fn unusable(destination: &str, cause: &http::Error) -> Error {
    let text = format!("destination `{destination}` cannot be named over gRPC: {cause}");
    Error::invalid_argument(text)
}
