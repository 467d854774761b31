//! The breakers of the methods that a client calls.

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error as _;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use faststr::FastStr;

use super::events;
use super::key::{Key, Named};
use super::moment::Moment;
use super::state::{Breaker, BreakerRule, BreakerState};
use super::window::{Counted, Counts};
use crate::error::{Error, ErrorKind, NoInstance, Result};
use crate::measure;
use crate::middleware::{CallInfo, Calling, Middleware, Next};

/// The most methods of one client that have breakers. A client of bytes may take its methods' names from
/// strangers; the further ones have no breaker.
const MAX_BREAKERS: usize = 10_000;

type Classify = Arc<dyn Fn(&CallInfo, &Result<()>) -> Counted + Send + Sync>;
type OnChange = Arc<dyn Fn(&BreakerChange) + Send + Sync>;

/// Circuit breakers for the calls of a client: a middleware, as Kitex's `CBSuite` is. There is one for each
/// method of each destination. Where half of at least 200 calls have failed within 10 s, the
/// next ones fail at once, without a server; see [`BreakerRule`]. Of a stream, its creation counts.
///
/// Clones are the same breakers, so that one can show them while the client has another.
///
/// ```
/// use streamgen_runtime::breaker::CircuitBreaker;
///
/// # fn set<C>(builder: streamgen_runtime::ClientBuilder<C>) -> streamgen_runtime::ClientBuilder<C> {
/// let breaker = CircuitBreaker::new();
/// let shown = breaker.clone();
/// let builder = builder.middleware(breaker);
/// for status in shown.statuses() {
///     println!("{}: {:?}", status.key, status.state);
/// }
/// # builder
/// # }
/// ```
#[derive(Clone)]
pub struct CircuitBreaker(Arc<Suite>);

#[derive(Clone)]
struct Suite {
    rule: BreakerRule,
    methods: Vec<(FastStr, Option<BreakerRule>)>,
    /// `None`: as Kitex does.
    classify: Option<Classify>,
    on_change: Option<OnChange>,
    breakers: Arc<RwLock<HashMap<Key, Arc<Breaker>>>>,
}

/// A change of a breaker's state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerChange {
    /// Whose breaker it is: `caller/destination/method`, as Kitex writes it.
    pub key: String,
    /// The new state.
    pub state: BreakerState,
    /// The calls of the last 10 s.
    pub counts: Counts,
}

/// What a breaker is like now.
pub type BreakerStatus = BreakerChange;

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self::new()
    }
}

impl CircuitBreaker {
    /// Breakers by Kitex's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Suite {
            rule: BreakerRule::default(),
            methods: Vec::new(),
            classify: None,
            on_change: None,
            breakers: Arc::default(),
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Suite)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Sets the rule of all methods that have none of their own.
    #[must_use]
    pub fn rule(self, rule: BreakerRule) -> Self {
        self.with(|suite| suite.rule = rule)
    }

    /// Sets the rule of the methods with this IDL name. `None`: they have no breaker.
    #[must_use]
    pub fn method(self, name: impl Into<FastStr>, rule: impl Into<Option<BreakerRule>>) -> Self {
        let entry = (name.into(), rule.into());
        self.with(|suite| {
            suite.methods.retain(|(known, _)| *known != entry.0);
            suite.methods.push(entry);
        })
    }

    /// Sets how a call counts, as Kitex's `WithServiceGetErrorType` does. Default: each error is a failure
    /// or a timeout, but an [`InvalidArgument`](ErrorKind::InvalidArgument), and that there is no instance.
    /// A business status and an exception of the IDL are no errors here.
    #[must_use]
    pub fn classify(
        self,
        classify: impl Fn(&CallInfo, &Result<()>) -> Counted + Send + Sync + 'static,
    ) -> Self {
        self.with(|suite| suite.classify = Some(Arc::new(classify)))
    }

    /// Calls `told` with each change of a state. It runs on the task of the call, and should not wait.
    #[must_use]
    pub fn on_change(self, told: impl Fn(&BreakerChange) + Send + Sync + 'static) -> Self {
        self.with(|suite| suite.on_change = Some(Arc::new(told)))
    }

    /// All breakers so far, in the order of their keys.
    #[must_use]
    pub fn statuses(&self) -> Vec<BreakerStatus> {
        let now = Moment::now();
        let breakers = self.0.breakers.read();
        let breakers = breakers.unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = breakers
            .iter()
            .map(|(key, breaker)| key.says(breaker.state(now)))
            .collect();
        all.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        all
    }
}

impl Suite {
    /// `None`: the method has no breaker.
    fn rule_of(&self, method: &str) -> Option<&BreakerRule> {
        let own = self.methods.iter().find(|(name, _)| name == method);
        own.map_or(Some(&self.rule), |(_, rule)| rule.as_ref())
    }

    /// The same of a call.
    fn rule_for(&self, call: &dyn Named) -> Option<&BreakerRule> {
        // As of nearly all clients, and the call need not say its names.
        if self.methods.is_empty() {
            return Some(&self.rule);
        }
        let [.., method] = call.names();
        self.rule_of(method)
    }

    /// `None`: there are [`MAX_BREAKERS`] already.
    fn breaker_of(&self, call: &dyn Named) -> Option<Arc<Breaker>> {
        let known = self.breakers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(breaker) = known.get(call) {
            return Some(Arc::clone(breaker));
        }
        drop(known);
        let new = self.breakers.write();
        let mut new = new.unwrap_or_else(PoisonError::into_inner);
        if new.len() >= MAX_BREAKERS && !new.contains_key(call) {
            return None;
        }
        let breaker = new
            .entry(Key::of(call))
            .or_insert_with(|| Breaker::new("method", Moment::now()).into());
        Some(Arc::clone(breaker))
    }

    /// The same, which is looked up once: no breaker is ever removed.
    fn known<'a>(&self, call: &dyn Named, known: &'a Known) -> Option<Cow<'a, Arc<Breaker>>> {
        if let Some(breaker) = known.0.get() {
            return Some(Cow::Borrowed(breaker));
        }
        let breaker = self.breaker_of(call)?;
        Some(Cow::Borrowed(known.0.get_or_init(|| breaker)))
    }

    #[inline]
    fn told(&self, call: &dyn Named, turned: Option<(BreakerState, Counts)>) {
        if let Some(turned) = turned {
            self.turned(call, turned);
        }
    }

    #[cold]
    fn turned(&self, call: &dyn Named, turned: (BreakerState, Counts)) {
        let change = Key::of(call).says(turned);
        events::turned(&change.key, change.state, change.counts);
        if let Some(told) = &self.on_change {
            told(&change);
        }
    }
}

/// The breaker of the calls of one method, once it was looked up: where a client keeps it that makes calls of
/// the method under the same names only.
#[derive(Debug, Default)]
pub(crate) struct Known(OnceLock<Arc<Breaker>>);

/// A call that a breaker has let through. The breaker learns how it ended, unless the call is given up.
pub(crate) struct LetThrough<'a> {
    suite: &'a Suite,
    breaker: Cow<'a, Arc<Breaker>>,
    rule: Cow<'a, BreakerRule>,
}

impl LetThrough<'_> {
    /// The call has succeeded. `false`: whoever is told of breakers may have to learn of it, and so it has to be
    /// [`ended`](Self::ended).
    #[inline]
    pub(crate) fn succeeded(&self, now: Moment) -> bool {
        self.breaker.count_success(now)
    }

    /// The call has ended, with this error if with one.
    pub(crate) fn ended(self, call: &dyn Named, error: Option<&Error>, now: Moment) {
        self.counts(call, counted(error), now);
    }

    fn counts(self, call: &dyn Named, counted: Counted, now: Moment) {
        let turned = self.breaker.count(&self.rule, counted, now);
        self.suite.told(call, turned);
    }
}

impl Middleware for CircuitBreaker {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let rule = self.0.rule_of(calling.call().method());
        let replaced = calling.call().extensions().get::<Replaced>().is_some();
        match rule.filter(|_| !replaced) {
            None => next.run(calling).await,
            Some(rule) => self.guard(rule, calling, next).await,
        }
    }
}

/// Stands among the extensions of a call for whose method a configuration says what the breaker is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replaced;

impl CircuitBreaker {
    /// Whether the breakers need nothing of a call but its names and its error. Then they can be asked
    /// without a middleware around the call.
    pub(crate) fn is_gate(&self) -> bool {
        self.0.classify.is_none()
    }

    /// Lets a call through whose breaker has been looked up before and is closed, as nearly all are. Nobody is told of
    /// that. `None`: it has to [`enter`](Self::enter).
    #[inline]
    pub(crate) fn passes<'a>(&'a self, known: Option<&'a Known>) -> Option<LetThrough<'a>> {
        let suite = &*self.0;
        let breaker = known?.0.get()?;
        (suite.methods.is_empty() && breaker.is_closed()).then_some(LetThrough {
            suite,
            breaker: Cow::Borrowed(breaker),
            rule: Cow::Borrowed(&suite.rule),
        })
    }

    /// Lets a call through. `None`: its method has no breaker.
    ///
    /// # Errors
    /// The breaker is open.
    pub(crate) fn enter<'a>(
        &'a self,
        call: &dyn Named,
        known: Option<&'a Known>,
    ) -> Result<Option<LetThrough<'a>>> {
        match self.0.rule_for(call) {
            None => Ok(None),
            Some(rule) => self.enter_by(Cow::Borrowed(rule), call, known),
        }
    }

    /// The same, by the rule that the breaker has now.
    pub(crate) fn enter_by<'a>(
        &'a self,
        rule: Cow<'a, BreakerRule>,
        call: &dyn Named,
        known: Option<&'a Known>,
    ) -> Result<Option<LetThrough<'a>>> {
        let suite = &*self.0;
        let breaker = match known {
            Some(known) => suite.known(call, known),
            None => suite.breaker_of(call).map(Cow::Owned),
        };
        let Some(breaker) = breaker else {
            return Ok(None);
        };
        let (allowed, turned) = breaker.allow(&rule, Moment::now);
        suite.told(call, turned);
        if !allowed {
            measure::breaker_refused();
            return Err(refused(&Key::of(call)));
        }
        Ok(Some(LetThrough {
            suite,
            breaker,
            rule,
        }))
    }

    /// Makes a call, unless its breaker, which has this rule now, is open.
    pub(crate) async fn guard(
        &self,
        rule: &BreakerRule,
        calling: &mut Calling,
        next: Next<'_>,
    ) -> Result<()> {
        let Some(through) = self.enter_by(Cow::Borrowed(rule), calling.call(), None)? else {
            return next.run(calling).await;
        };
        let result = next.run(calling).await;
        let counted = match &self.0.classify {
            Some(classify) => classify(calling.call(), &result),
            None => counted(result.as_ref().err()),
        };
        through.counts(calling.call(), counted, Moment::now());
        result
    }
}

/// How a call counts by Kitex's `ErrorTypeOnServiceLevel`, which ignores internal exceptions of the client,
/// and that no instance is found.
fn counted(error: Option<&Error>) -> Counted {
    match error {
        None => Counted::Success,
        Some(error) if error.source().is_some_and(|it| it.is::<NoInstance>()) => Counted::Ignored,
        Some(error) => match error.kind() {
            ErrorKind::InvalidArgument => Counted::Ignored,
            ErrorKind::Timeout => Counted::Timeout,
            _ => Counted::Failure,
        },
    }
}

#[cold]
fn refused(key: &Key) -> Error {
    let text = format!("service circuitbreak: the breaker of {key} is open");
    Error::new(ErrorKind::Connection, 0, text).before_handler()
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("rule", &self.0.rule)
            .field("methods", &self.0.methods)
            .finish_non_exhaustive()
    }
}
