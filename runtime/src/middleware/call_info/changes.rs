//! The changes that a middleware makes to its call, before `next`.

use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::{CallInfo, ClientCall, Kind};
use crate::call::Deadline;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::metainfo::Metainfo;
use crate::wire::io::Endpoint;

impl CallInfo {
    pub(in crate::middleware) fn insert_extension<T: Clone + Send + Sync + 'static>(
        &mut self,
        value: T,
    ) {
        match &mut self.0 {
            Kind::Client(call) => drop(Arc::make_mut(call).extensions.insert(value)),
            Kind::Server(cx) => *cx = std::mem::take(cx).with_extension(value),
        }
    }

    pub(in crate::middleware) fn set_metainfo(&mut self, key: FastStr, value: FastStr) {
        match &mut self.0 {
            Kind::Client(call) => {
                Arc::make_mut(call).change(|metainfo| metainfo.set_transient(key, value));
            }
            Kind::Server(cx) => *cx = std::mem::take(cx).with_metainfo(key, value),
        }
    }

    pub(in crate::middleware) fn set_persistent_metainfo(&mut self, key: FastStr, value: FastStr) {
        match &mut self.0 {
            Kind::Client(call) => {
                Arc::make_mut(call).change(|metainfo| metainfo.set_persistent(key, value));
            }
            Kind::Server(cx) => *cx = std::mem::take(cx).with_persistent_metainfo(key, value),
        }
    }

    pub(in crate::middleware) fn set_timeout(&mut self, timeout: Duration) {
        match &mut self.0 {
            Kind::Client(call) => {
                let outgoing = &mut Arc::make_mut(call).outgoing;
                let new = Some(Deadline::after(timeout));
                outgoing.deadline = Deadline::sooner(outgoing.deadline, new);
            }
            Kind::Server(cx) => *cx = std::mem::take(cx).with_timeout(timeout),
        }
    }

    pub(in crate::middleware) fn set_header(&mut self, header: Metadata) -> Result<()> {
        let Kind::Client(call) = &mut self.0 else {
            return Err(of_clients("a header of the request"));
        };
        Arc::make_mut(call).outgoing.header.merge(header);
        Ok(())
    }

    pub(in crate::middleware) fn set_address(&mut self, address: &str) -> Result<()> {
        let Kind::Client(call) = &mut self.0 else {
            return Err(of_clients("an address"));
        };
        Arc::make_mut(call).address = Some(Endpoint::parse(address)?);
        Ok(())
    }
}

impl ClientCall {
    fn change(&mut self, set: impl FnOnce(&mut Metainfo)) {
        set(&mut self.metainfo);
        self.outgoing.metainfo = self.metainfo.to_wire();
    }
}

#[cold]
fn of_clients(what: &str) -> Error {
    Error::invalid_argument(format!("only a client's middleware can set {what}"))
}
