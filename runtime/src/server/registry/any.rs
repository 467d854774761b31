//! Services whose methods nobody has listed: a request says itself how its call is named.

use std::sync::Arc;

use bytes::Bytes;

use super::hosted::{Hosted, Shared};
use crate::call::{Cancellation, Incoming, Names};
use crate::codec::ApplicationException;
use crate::server::binary::{AnyService, index_of};
use crate::service::PayloadCodec;
use crate::wire::{PingPongHandler, Route, ServerRaw, SharedAnswer, StreamHandler, Target};

/// What takes every call of a service, or every call that no other service takes. It has a service for
/// each codec, because a service takes messages of one codec only.
pub(in crate::server) struct AnyMethod {
    thrift: Arc<Hosted>,
    protobuf: Arc<Hosted>,
}

impl AnyMethod {
    pub(super) fn new(service: AnyService, name: &str, shared: &Shared<'_>) -> Self {
        let AnyService { thrift, protobuf } = service;
        let hosted = |service| Hosted::new(service, false, Some(name), shared);
        Self {
            thrift: hosted(thrift),
            protobuf: hosted(protobuf),
        }
    }

    /// The route of any request. What its wire cannot tell from a bidirectional stream is one, as in
    /// Kitex's handler of unknown services.
    pub(super) fn route(&self, incoming: &Incoming) -> Route {
        let hosted = match incoming.payload {
            PayloadCodec::Thrift => &self.thrift,
            PayloadCodec::Protobuf => &self.protobuf,
        };
        let names = Arc::new(Names::of(incoming));
        let target = Named {
            hosted: Arc::clone(hosted),
            names: Arc::clone(&names),
        };
        let index = index_of(incoming.shape);
        Route::new(Arc::new(target), hosted.info, index).named(names)
    }
}

/// The service for one request.
struct Named {
    hosted: Arc<Hosted>,
    names: Arc<Names>,
}

impl Target for Named {
    fn stream(
        &self,
        method: usize,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler {
        let names = Some(&self.names);
        self.hosted
            .open(method, names, incoming, stream, cancellation)
    }

    fn call(
        &self,
        method: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        let names = Some(&self.names);
        self.hosted
            .call(method, names, incoming, args, cancellation)
    }

    fn refused(&self, method: usize, why: &ApplicationException) {
        self.hosted.refused(method, why);
    }
}
