//! What a call tells its wire, from the call's options.

use std::time::Duration;

use super::checks;
use super::options::CallOptions;
use super::service_client::{Bound, ServiceClient};
use super::targets::Targets;
use crate::call::Outgoing;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::metainfo::TransientPropagation;
use crate::propagation;
use crate::service::{MethodInfo, Mode};
use crate::wire::client::Wire;

impl ServiceClient {
    /// Returns the address that the call's own options set.
    ///
    /// # Errors
    /// The address cannot be understood, or the wire cannot use it.
    pub(super) fn own_target(
        &self,
        options: &mut CallOptions,
        wire: &(impl Wire + ?Sized),
    ) -> Result<Option<Box<Targets>>> {
        let Some(endpoint) = options.address.take().transpose()? else {
            return Ok(None);
        };
        let channel = &self.0.channel;
        channel.check_endpoint(&endpoint, wire)?;
        Ok(Some(Box::new(Targets::of(endpoint))))
    }

    /// Describes a call.
    ///
    /// # Errors
    /// The method has another mode, the wire cannot carry an option, or the context was cancelled
    /// before.
    pub(super) fn outgoing(
        &self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
        wire: &(impl Wire + ?Sized),
        limit: Option<Duration>,
    ) -> Result<Outgoing> {
        let method = self.method(method, mode)?;
        checks::call(&options, wire.abilities())?;
        let ended = |reason: Error| wire.parent_ended(&reason);
        options.check_context().map_err(ended)?;
        let Bound {
            methods, channel, ..
        } = &*self.0;
        let defaults = channel.defaults();
        let propagation = match wire.abilities().propagation {
            true => defaults.propagation,
            false => TransientPropagation::SingleHop,
        };
        let context = options.context.as_ref();
        let caller_method = context.map(Context::shared_method);
        let parent = context.and_then(Context::cancellation).cloned();
        let mut call = Outgoing {
            metainfo: options.metainfo(propagation),
            header: std::mem::take(&mut options.header),
            caller: defaults.caller.clone(),
            caller_method: caller_method.unwrap_or_default(),
            destination: channel.destination().clone(),
            encoding: options.encoding.or(defaults.encoding),
            deadline: options.deadline(limit),
            connect_timeout: options.connect_timeout.or(defaults.connect_timeout),
            parent,
            names: options.names.take(),
            ..Outgoing::new(methods.service, method)
        };
        if let Some(context) = &options.context {
            propagation::pass_on(context, &mut call, wire.abilities().http2);
        }
        Ok(call)
    }

    fn method(&self, index: usize, mode: Mode) -> Result<&'static MethodInfo> {
        let service = self.0.methods.service;
        let Some(method) = service.methods.get(index) else {
            let text = format!("service {} has no method number {index}", service.name);
            return Err(Error::invalid_argument(text));
        };
        if method.mode == mode {
            return Ok(method);
        }
        Err(Error::invalid_argument(format!(
            "method {} of service {} is {:?}, called as {mode:?}",
            method.name, service.name, method.mode
        )))
    }
}
