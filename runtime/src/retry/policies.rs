//! The policies of a client's methods.

use std::sync::{Arc, Mutex};

use faststr::FastStr;
use tokio::time::Instant;

use super::policy::RetryPolicy;
use crate::breaker::{Counted, Counts, Window};
use crate::error::{Error, ErrorKind, Result};
use crate::sync::lock;

/// The policies of methods, by their IDL names.
#[derive(Debug, Default)]
pub(crate) struct Policies(Vec<(FastStr, Arc<RetryPolicy>, Arc<Lately>)>);

impl Policies {
    /// Adds the policy of a method; an earlier one counts no more.
    pub(crate) fn set(&mut self, method: FastStr, policy: RetryPolicy) {
        self.0.retain(|(known, ..)| *known != method);
        self.0.push((method, Arc::new(policy), Arc::default()));
    }

    /// The policy of a method, and how its attempts went lately.
    pub(crate) fn of(&self, method: &str) -> Option<(Arc<RetryPolicy>, Arc<Lately>)> {
        let (_, policy, lately) = self.0.iter().find(|(name, ..)| name == method)?;
        Some((Arc::clone(policy), Arc::clone(lately)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the methods.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, ..)| name.as_str())
    }

    /// # Errors
    /// A policy has a number out of its range.
    pub(crate) fn check(&self) -> Result<()> {
        let mut all = self.0.iter();
        all.try_for_each(|(method, policy, _)| policy.check(method))
    }
}

/// How the attempts of a method went lately.
#[derive(Debug, Default)]
pub(crate) struct Lately(Mutex<Option<Window>>);

impl Lately {
    /// An attempt has ended.
    pub(crate) fn count<T>(&self, made: &Result<T>) {
        let counted = match made.as_ref().map_err(Error::kind) {
            Ok(_) | Err(ErrorKind::BizStatus) => Counted::Success,
            Err(ErrorKind::InvalidArgument) => Counted::Ignored,
            Err(ErrorKind::Timeout) => Counted::Timeout,
            Err(_) => Counted::Failure,
        };
        let now = Instant::now();
        let mut window = lock(&self.0);
        window
            .get_or_insert_with(|| Window::new(now))
            .add(counted, now);
    }

    /// The attempts of the last ten seconds.
    pub(crate) fn counts(&self) -> Counts {
        let mut window = lock(&self.0);
        let counts = window.as_mut().map(|window| window.counts(Instant::now()));
        counts.unwrap_or_default()
    }
}
