//! From the settings to a client or a channel. Settings that have no effect are refused here.

use std::sync::Arc;

use super::ClientBuilder;
use crate::client::channel::{Channel, Servers};
use crate::client::configured::Guard;
use crate::client::gates::AllGates;
use crate::client::service_client::ServiceClient;
use crate::client::settings::Settings;
use crate::client::targets::Targets;
use crate::config::Watching;
use crate::error::{Error, Result};
use crate::fleet::Driven;
use crate::middleware::{BuildContext, Hooks};
use crate::wire::Wires;
use crate::wire::io::Attempts;

impl<C: From<ServiceClient>> ClientBuilder<C> {
    /// Makes the client, over a channel of its own. Nothing is dialled before the first call.
    ///
    /// # Errors
    /// No address, or one that cannot be understood; over gRPC, a destination that cannot be the
    /// name of a host; settings that the wire has no use for, such as TLS, compression or a URL over
    /// another wire than gRPC, or a Protobuf service there; middleware of calls that the client does
    /// not make; a retry policy of no method, or of one that is never made again; [`hooks`](Self::hooks) that only a server has a use for.
    pub fn build(self) -> Result<C> {
        let methods = self.methods;
        let (channel, made) = self.into_channel()?;
        let methods = methods.ok_or_else(|| Error::invalid_argument("a client of no service"))?;
        made.check(&channel.uses_for(methods)?)?;
        let client = ServiceClient::of(methods, channel);
        client.check()?;
        client.check_retries()?;
        Ok(C::from(client))
    }
}

impl ClientBuilder<Channel> {
    /// Makes the channel. Nothing is dialled before the first call.
    ///
    /// # Errors
    /// No address, or one that cannot be understood. If the wires of both kinds of call are named,
    /// also settings that they have no use for. If they are left to the services of the clients,
    /// TLS, compression and URLs are errors of the calls on a wire that has no use for them.
    pub fn build(self) -> Result<Channel> {
        let (channel, made) = self.into_channel()?;
        let uses = channel.chosen_uses()?;
        made.check(&uses)?;
        for at in uses {
            channel.check_settings(at.wire)?;
        }
        Ok(channel)
    }
}

impl<C> ClientBuilder<C> {
    /// Makes the channel. Also returns the settings that only some wires can use.
    fn into_channel(mut self) -> Result<(Channel, Settings)> {
        let servers = self.servers()?;
        let attempts = Attempts::default();
        self.settings.set_attempts(&attempts);
        let wires = Wires::new(self.settings, self.destination.clone());
        let (mut defaults, transports) = (self.defaults, self.transports);
        let service = self.methods.map(|methods| methods.service);
        if !self.hooks.read_stream.is_empty() {
            let text = "on_read_stream has no effect at a client: only servers read streams";
            return Err(Error::invalid_argument(text));
        }
        let cx = BuildContext::client(service, &self.destination, &defaults.caller);
        self.made.middleware(self.hooks.direct);
        defaults.retries.check()?;
        let hooks = guarded(self.hooks, defaults.config.as_ref());
        defaults.middleware = hooks.build(&cx).finish();
        let gates = defaults.middleware.as_deref().map(AllGates::of);
        defaults.gates = gates.unwrap_or_default();
        let channel = Channel::new(
            self.destination,
            servers,
            defaults,
            transports,
            wires,
            attempts,
        );
        Ok((channel, self.made))
    }

    /// # Errors
    /// No address, or one that cannot be understood; addresses besides a fleet.
    fn servers(&mut self) -> Result<Servers> {
        let mut addresses = std::mem::take(&mut self.addresses);
        let Some(fleet) = self.fleet.take() else {
            if addresses.is_empty() {
                addresses.extend(self.only_address.take());
            }
            return Targets::parse(&addresses).map(Servers::Fixed);
        };
        if !addresses.is_empty() {
            let text =
                "a client has either addresses or a fleet: put the addresses into a `StaticList`";
            return Err(Error::invalid_argument(text));
        }
        Ok(Servers::Fleet(Driven::new(self.destination.clone(), fleet)))
    }
}

/// Puts what a configuration refuses calls by outside of all middleware.
fn guarded(hooks: Hooks, config: Option<&Arc<Watching>>) -> Hooks {
    let Some(watching) = config else {
        return hooks;
    };
    let guard = Guard::new(Arc::clone(watching));
    let mut all = Hooks::new();
    all.unary.add(guard.clone());
    all.streams.add(guard);
    all.extend(hooks);
    all
}
