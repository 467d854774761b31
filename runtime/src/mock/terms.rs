//! What every expectation has: of which method, how many calls, when, and after which delay.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::expected::{Expected, Recorded, Requests};
use super::queue::{Condition, Expectation};
use super::script::Script;
use super::times::Times;
use crate::sync::lock;

/// What a test has said of an expectation so far. It counts once the test says what answers the calls.
pub struct Terms {
    shared: Arc<Shared>,
    method: usize,
    at: &'static Location<'static>,
    pub(super) times: Times,
    pub(super) ordered: bool,
    pub(super) delay: Duration,
    pub(super) condition: Option<Condition>,
}

impl Terms {
    pub(super) fn new(shared: &Arc<Shared>, method: usize, at: &'static Location<'static>) -> Self {
        Self {
            shared: Arc::clone(shared),
            method,
            at,
            times: Times::ONCE,
            ordered: false,
            delay: Duration::ZERO,
            condition: None,
        }
    }

    /// Adds a condition to those that there are.
    pub(super) fn when<Req: 'static>(
        &mut self,
        holds: impl Fn(&Req) -> bool + Send + Sync + 'static,
    ) {
        let before = self.condition.take();
        self.condition = Some(Arc::new(move |request: &dyn Any| {
            let others = before.as_ref().is_none_or(|before| before(request));
            others && request.downcast_ref().is_some_and(&holds)
        }));
    }

    /// Puts the expectation behind those that the mock has.
    pub(super) fn scripted<In, Out, F, Fut>(self, run: F) -> Expected
    where
        In: 'static,
        Out: 'static,
        F: Fn(In) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Out> + Send + 'static,
    {
        let mut queue = lock(&self.shared.queue);
        let index = queue.expectations.len();
        queue.expectations.push(Expectation {
            method: self.method,
            times: self.times,
            ordered: self.ordered,
            condition: self.condition,
            script: Arc::new(Script::new(self.delay, run)),
            at: self.at,
            calls: 0,
        });
        drop(queue);
        Expected {
            shared: self.shared,
            index,
        }
    }

    /// As [`Terms::scripted`], with requests that `run` keeps.
    pub(super) fn recorded<Req, In, Out, F, Fut>(
        self,
        requests: Requests<Req>,
        run: F,
    ) -> Recorded<Req>
    where
        In: 'static,
        Out: 'static,
        F: Fn(In) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Out> + Send + 'static,
    {
        Recorded {
            expected: self.scripted(run),
            requests,
        }
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods = self.shared.service.methods;
        f.debug_struct("Terms")
            .field(
                "method",
                &methods.get(self.method).map(|method| method.name),
            )
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

/// The methods that every kind of expectation has.
macro_rules! terms_methods {
    () => {
        /// How many calls it takes, as in `2`, `1..` or `..=3`; one unless this is called. A call beyond
        /// that goes to a later expectation of the method, or nobody expects it.
        pub fn times(mut self, times: impl Into<$crate::mock::Times>) -> Self {
            self.terms.times = times.into();
            self
        }

        /// Takes its calls in turn: when those before it that are in order too have had as many calls as
        /// they need, and until the next one has its first. The methods may be different ones.
        pub fn in_order(mut self) -> Self {
            self.terms.ordered = true;
            self
        }

        /// Answers, or begins to answer, after this time on tokio's clock. The call counts at once.
        pub fn delay(mut self, delay: std::time::Duration) -> Self {
            self.terms.delay = delay;
            self
        }
    };
}

/// The method of the kinds whose request is known when the call comes.
macro_rules! when_method {
    ($req:ident) => {
        /// Takes calls only whose request this holds for. Several conditions have to hold together.
        pub fn when(mut self, holds: impl Fn(&$req) -> bool + Send + Sync + 'static) -> Self {
            self.terms.when(holds);
            self
        }
    };
}

/// What makes an expectation of its terms, and `Debug`.
macro_rules! of_terms {
    ($ty:ident<$($param:ident),+>) => {
        impl<$($param),+> From<$crate::mock::Terms> for $ty<$($param),+> {
            fn from(terms: $crate::mock::Terms) -> Self {
                Self { terms, types: std::marker::PhantomData }
            }
        }

        impl<$($param),+> std::fmt::Debug for $ty<$($param),+> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.terms.fmt(f)
            }
        }
    };
}

pub(super) use {of_terms, terms_methods, when_method};
