//! The policies of a client's methods.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::policy::RetryPolicy;
use crate::breaker::{Counted, Counts, Moment, Window};
use crate::error::{Error, ErrorKind, Result};
use crate::sync::lock;
use faststr::FastStr;

/// The most methods of one client whose attempts are counted. A client of bytes may take its methods' names
/// from strangers; the calls of the further ones are not made again.
const MAX_METHODS: usize = 10_000;

/// The policies of methods, by their IDL names.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    named: Vec<Named>,
    /// Of the methods that the IDL declares safe, and that have none of their own.
    safe: Option<Arc<RetryPolicy>>,
    /// How the attempts of each other method went lately, whatever its policy is now.
    lately: Mutex<HashMap<FastStr, Arc<Lately>>>,
}

/// A method with a policy of its own.
#[derive(Debug)]
struct Named {
    method: FastStr,
    policy: Arc<RetryPolicy>,
    /// How its attempts went lately, whatever its policy is now.
    lately: Arc<Lately>,
}

/// The policy of a call, and how the attempts of its method went lately. Calls share what the client keeps,
/// without a count of who uses it.
pub(crate) type Policy<'a> = (Cow<'a, Arc<RetryPolicy>>, Cow<'a, Arc<Lately>>);

/// The policy of a method, which a client looks up once.
#[derive(Debug)]
pub(crate) struct Kept {
    policy: Arc<RetryPolicy>,
    lately: Arc<Lately>,
}

impl Kept {
    pub(crate) fn policy(&self) -> Policy<'_> {
        (Cow::Borrowed(&self.policy), Cow::Borrowed(&self.lately))
    }
}

/// What a configuration says of a method. An inner `None`: its calls are not made again.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Configured<'a> {
    /// By its name.
    pub(crate) named: Option<&'a Option<Arc<RetryPolicy>>>,
    /// As of all methods that it does not name.
    pub(crate) others: Option<&'a Option<Arc<RetryPolicy>>>,
}

impl Policies {
    /// Adds the policy of a method; an earlier one counts no more.
    pub(crate) fn set(&mut self, method: FastStr, policy: RetryPolicy) {
        self.named.retain(|known| known.method != method);
        self.named.push(Named {
            method,
            policy: Arc::new(policy),
            lately: Arc::default(),
        });
    }

    /// Sets the policy of the methods that the IDL declares safe.
    pub(crate) fn set_safe(&mut self, policy: RetryPolicy) {
        self.safe = Some(Arc::new(policy));
    }

    /// Whether there is a policy of the methods that the IDL declares safe.
    pub(crate) fn has_safe(&self) -> bool {
        self.safe.is_some()
    }

    /// The policy of a method, which is `safe` if the IDL declares it so, and how its attempts went lately. What a
    /// configuration says of the method replaces what the program has set. What it says of all methods is for those that may run twice.
    pub(crate) fn of(
        &self,
        method: &str,
        safe: bool,
        configured: Configured<'_>,
    ) -> Option<Policy<'_>> {
        let named = self.named.iter().find(|named| named.method == method);
        let own = named.map(|named| &named.policy);
        let may_run_twice = safe || own.is_some();
        let own = own.or(self.safe.as_ref().filter(|_| safe));
        let others = configured.others.filter(|_| may_run_twice);
        let policy = match (configured.named.or(others), own) {
            (Some(policy), None) => Cow::Owned(Arc::clone(policy.as_ref()?)),
            // Which errors count, only the program can say.
            (Some(policy), Some(own)) => {
                let policy = RetryPolicy::clone(policy.as_ref()?);
                Cow::Owned(Arc::new(policy.after_errors_of(own)))
            }
            (None, own) => Cow::Borrowed(own?),
        };
        let lately = match named {
            Some(named) => Cow::Borrowed(&named.lately),
            None => Cow::Owned(self.lately(method)?),
        };
        Some((policy, lately))
    }

    /// The same, for as long as no configuration says anything of the method.
    pub(crate) fn kept(&self, method: &str, safe: bool) -> Option<Kept> {
        let (policy, lately) = self.of(method, safe, Configured::default())?;
        Some(Kept {
            policy: policy.into_owned(),
            lately: lately.into_owned(),
        })
    }

    /// `None`: there are [`MAX_METHODS`] already.
    fn lately(&self, method: &str) -> Option<Arc<Lately>> {
        let mut all = lock(&self.lately);
        if let Some(known) = all.get(method) {
            return Some(Arc::clone(known));
        }
        if all.len() >= MAX_METHODS {
            return None;
        }
        let new = all.entry(FastStr::new(method)).or_default();
        Some(Arc::clone(new))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.safe.is_none()
    }

    /// The names of the methods.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|named| named.method.as_str())
    }

    /// # Errors
    /// A policy has a number out of its range.
    pub(crate) fn check(&self) -> Result<()> {
        let named = self.named.iter();
        let named = named.map(|it| (format!(".retry({:?}, …)", it.method), &it.policy));
        let safe = self
            .safe
            .iter()
            .map(|policy| (".retry_safe(…)".to_owned(), policy));
        let mut all = named.chain(safe);
        all.try_for_each(|(setting, policy)| policy.check(&setting))
    }
}

/// How an attempt counts that has ended with this error.
pub(crate) fn counted(error: &Error) -> Counted {
    match error.kind() {
        ErrorKind::BizStatus => Counted::Success,
        ErrorKind::InvalidArgument => Counted::Ignored,
        ErrorKind::Timeout => Counted::Timeout,
        _ => Counted::Failure,
    }
}

/// How the attempts of a method went lately. Nothing is kept before the first one.
#[derive(Debug, Default)]
pub(crate) struct Lately(OnceLock<Window>);

impl Lately {
    /// An attempt has ended, now.
    #[inline]
    pub(crate) fn count(&self, counted: Counted, now: Moment) {
        self.0.get_or_init(|| Window::new(now)).add(counted, now);
    }

    /// The attempts of the last ten seconds.
    pub(crate) fn counts(&self) -> Counts {
        let counts = self.0.get().map(|window| window.counts(Moment::now()));
        counts.unwrap_or_default()
    }
}
