//! What a client's configuration says of a call.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::options::CallOptions;
use super::service_client::ServiceClient;
use crate::breaker::{CircuitBreaker, LetThrough, Replaced};
use crate::call::Outgoing;
use crate::config::{Settings, Watching};
use crate::error::{Error, ErrorKind, Result};
use crate::middleware::{Calling, Middleware, Next};
use crate::retry;

/// The configuration that holds for a call of a method.
pub(super) struct Configured {
    settings: Arc<Settings>,
    method: FastStr,
}

impl Configured {
    /// How long the call may take. `None`: the configuration does not say.
    pub(super) fn rpc_timeout(&self) -> Option<Option<Duration>> {
        self.settings.timeouts.of(&self.method)?.rpc
    }

    /// How the call is made again.
    pub(super) fn retries(&self) -> retry::Configured<'_> {
        let retries = &self.settings.retries;
        retry::Configured {
            named: retries.named(&self.method),
            others: retries.others(),
        }
    }
}

impl ServiceClient {
    /// Sets what the configuration says of a call, where the call has set nothing itself. Returns the
    /// configuration, if there is one. A client's first call waits until its source has told something.
    pub(super) async fn configure(
        &self,
        method: usize,
        options: &mut CallOptions,
    ) -> Option<Configured> {
        let watching = self.0.channel.defaults().config.as_ref()?;
        let settings = watching.settings().await;
        let method = self.called(method, options)?;
        if let Some(timeouts) = settings.timeouts.of(&method) {
            options.connect_timeout = options.connect_timeout.or(timeouts.connect);
        }
        Some(Configured { settings, method })
    }

    /// The name of the method that a call calls.
    pub(super) fn called(&self, method: usize, options: &CallOptions) -> Option<FastStr> {
        match &options.names {
            Some(names) => Some(names.method.clone()),
            None => {
                let method = self.0.methods.service.methods.get(method)?;
                Some(FastStr::from_static_str(method.name))
            }
        }
    }
}

/// Breakers and degradation as the configuration says: the outermost middleware of a client.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    watching: Arc<Watching>,
    breakers: CircuitBreaker,
}

impl Guard {
    pub(super) fn new(watching: Arc<Watching>) -> Self {
        let breakers = CircuitBreaker::new();
        Self { watching, breakers }
    }
}

impl Guard {
    /// Asks the configuration. `Break`: it says what the breaker of the method is like, and no other one is
    /// asked.
    ///
    /// # Errors
    /// The configuration refuses the call, or the breaker is open.
    pub(super) fn enter(&self, call: &Outgoing) -> Result<ControlFlow<Option<LetThrough<'_>>>> {
        let settings = self.watching.settings_now();
        if settings.degradation.refuses() {
            return Err(degraded());
        }
        let Some(rule) = settings.breakers.of(call.method_name()) else {
            return Ok(ControlFlow::Continue(()));
        };
        let Some(rule) = rule.clone() else {
            return Ok(ControlFlow::Break(None));
        };
        let entered = self.breakers.enter_by(Cow::Owned(rule), call, None)?;
        Ok(ControlFlow::Break(entered))
    }
}

impl Middleware for Guard {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let settings = self.watching.settings_now();
        if settings.degradation.refuses() {
            return Err(degraded());
        }
        let Some(rule) = settings.breakers.of(calling.call().method()) else {
            return next.run(calling).await;
        };
        calling.insert_extension(Replaced);
        match rule {
            None => next.run(calling).await,
            Some(rule) => self.breakers.guard(rule, calling, next).await,
        }
    }
}

/// The error of a call that is not made, with Kitex's text.
#[cold]
fn degraded() -> Error {
    let text = "request forbidden: rejected by client degradation config";
    Error::new(ErrorKind::Connection, 0, text).before_handler()
}
