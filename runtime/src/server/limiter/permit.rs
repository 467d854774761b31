//! One call against all limits that it has.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use tokio::time::Instant;

use super::adaptive::Gradient;
use super::configured::ConfiguredRate;
use super::rate::Rate;
use super::running::Running;
use crate::error::limit::{TOO_FREQUENT, TOO_MANY};

/// What is counted together: the calls of a server, of a service or of a method.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) rate: Option<Rate>,
    /// What the server's configuration says instead.
    pub(super) configured: Option<ConfiguredRate>,
    /// How many may run.
    pub(super) most: Option<usize>,
    pub(super) adaptive: Option<Gradient>,
    pub(super) running: Running,
}

impl Scope {
    /// # Errors
    /// Why the call is one too many.
    fn take(&self, now: Instant) -> Result<(), &'static str> {
        let most = self.adaptive.as_ref().map_or(usize::MAX, Gradient::most);
        if !self.running.take(most.min(self.most.unwrap_or(usize::MAX))) {
            return Err(TOO_MANY);
        }
        if self.rated(|rate| rate.take(now)) == Some(false) {
            self.running.give_back();
            return Err(TOO_FREQUENT);
        }
        Ok(())
    }

    /// Asks the rate that holds now; `None` if none does.
    fn rated<T>(&self, ask: impl Fn(&Rate) -> T) -> Option<T> {
        let configured = self.configured.as_ref().and_then(ConfiguredRate::now);
        configured.as_deref().or(self.rate.as_ref()).map(ask)
    }

    /// Takes back what [`Self::take`] counted.
    fn give_back(&self) {
        self.running.give_back();
        self.rated(Rate::give_back);
    }
}

/// The limits of one method: those of the server, of its service and its own.
#[derive(Debug)]
pub(super) struct MethodLimits(Arc<[Arc<Scope>]>);

impl MethodLimits {
    pub(super) fn new(scopes: Vec<Arc<Scope>>) -> Self {
        Self(scopes.into())
    }

    fn admit(&self) -> Result<Permit, &'static str> {
        // The clock is read once for all of them.
        let (Self(scopes), now) = (self, Instant::now());
        for (at, scope) in scopes.iter().enumerate() {
            if let Err(why) = scope.take(now) {
                scopes[..at].iter().for_each(|scope| scope.give_back());
                return Err(why);
            }
        }
        Ok(Permit {
            scopes: Arc::clone(scopes),
            began: now,
        })
    }
}

/// The limits of the methods of one service.
#[derive(Debug)]
pub(in crate::server) struct ServiceLimits {
    /// Those of methods that have none of their own.
    others: MethodLimits,
    pub(super) methods: HashMap<String, MethodLimits>,
}

impl ServiceLimits {
    pub(super) fn new(scopes: Vec<Arc<Scope>>) -> Self {
        Self {
            others: MethodLimits::new(scopes),
            methods: HashMap::new(),
        }
    }

    /// Counts a call of a method.
    ///
    /// # Errors
    /// Kitex's text for why the call is refused. No limit has counted it then.
    pub(in crate::server) fn admit(&self, method: &str) -> Result<Permit, &'static str> {
        self.methods.get(method).unwrap_or(&self.others).admit()
    }
}

type Handler<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A call that runs. When it is dropped, the call has ended.
#[derive(Debug)]
pub(in crate::server) struct Permit {
    scopes: Arc<[Arc<Scope>]>,
    began: Instant,
}

impl Permit {
    /// A handler of a stream, which is counted until it has returned or is dropped.
    pub(in crate::server) fn stream<T: 'static>(self, handler: Handler<T>) -> Handler<T> {
        Box::pin(async move {
            let _running = self;
            handler.await
        })
    }

    /// A handler of a call without stream. The time that it takes counts, too, if it is not dropped.
    pub(in crate::server) fn call<T: 'static>(self, handler: Handler<T>) -> Handler<T> {
        // Nobody asks how long it takes.
        if self.scopes.iter().all(|scope| scope.adaptive.is_none()) {
            return self.stream(handler);
        }
        Box::pin(async move {
            let result = handler.await;
            self.measured();
            result
        })
    }

    fn measured(&self) {
        let time = self.began.elapsed();
        for scope in &*self.scopes {
            if let Some(adaptive) = &scope.adaptive {
                adaptive.measured(time, scope.running.count());
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.scopes
            .iter()
            .for_each(|scope| scope.running.give_back());
    }
}
