//! Which expectation takes a call.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;

use super::call::{Call, KEPT_CALLS};
use super::times::Times;
use crate::service::ServiceInfo;

/// Whether an expectation takes a request.
pub(super) type Condition = Arc<dyn Fn(&dyn Any) -> bool + Send + Sync>;

/// What an expectation says of the calls of a method.
pub(super) enum Candidate {
    OtherMethod,
    Always,
    If(Condition),
}

/// Calls that a test expects.
pub(super) struct Expectation {
    pub(super) method: usize,
    pub(super) times: Times,
    /// Whether it waits for the ordered ones before it.
    pub(super) ordered: bool,
    pub(super) condition: Option<Condition>,
    /// The script: what answers them.
    pub(super) script: Arc<dyn Any + Send + Sync>,
    /// Where the test says so.
    pub(super) at: &'static Location<'static>,
    /// How many came.
    pub(super) calls: usize,
}

/// Why nobody expects a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// No expectation names the method.
    NotNamed,
    /// None of the conditions holds.
    NoConditionHolds,
    /// Those that take such a call have had all of theirs.
    NoFurther,
    /// It comes before, or after, calls of other methods that the test has put in order.
    OutOfOrder,
}

/// The expectations in the order in which the test names them, and what came.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) expectations: Vec<Expectation>,
    calls: VecDeque<Call>,
    /// How many calls nobody expected.
    pub(super) unexpected: usize,
    /// The first of them.
    pub(super) first_unexpected: Vec<(Call, Reason)>,
    /// Whether a test was told already.
    pub(super) reported: bool,
}

/// How many calls that nobody expected a report shows.
const SHOWN: usize = 10;

impl Queue {
    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    /// What each expectation says of a method.
    pub(super) fn conditions(&self, method: usize) -> Vec<Candidate> {
        let candidate = |one: &Expectation| match &one.condition {
            _ if one.method != method => Candidate::OtherMethod,
            None => Candidate::Always,
            Some(condition) => Candidate::If(Arc::clone(condition)),
        };
        self.expectations.iter().map(candidate).collect()
    }

    /// Counts a call for the expectation that takes it. `held` says of each expectation whether its method
    /// and condition are the call's; one that has come since is not asked.
    pub(super) fn claim(
        &mut self,
        service: &ServiceInfo,
        method: usize,
        held: &[bool],
        request: Option<String>,
    ) -> Result<Arc<dyn Any + Send + Sync>, Reason> {
        let found = self.find(method, held);
        self.keep(Call {
            method: service.methods.get(method).map_or("", |method| method.name),
            request,
            expected: found.is_ok(),
        });
        match found {
            Ok(index) => {
                let found = &mut self.expectations[index];
                found.calls += 1;
                Ok(Arc::clone(&found.script))
            }
            Err(reason) => {
                self.unexpected += 1;
                let last = self.calls.back().cloned();
                let room = SHOWN - self.first_unexpected.len();
                let shown = last.map(|call| (call, reason));
                self.first_unexpected.extend(shown.into_iter().take(room));
                Err(reason)
            }
        }
    }

    /// The first expectation that takes the call, or how near the nearest one came.
    fn find(&self, method: usize, held: &[bool]) -> Result<usize, Reason> {
        let mut reason = match self.expectations.iter().any(|one| one.method == method) {
            true => Reason::NoConditionHolds,
            false => Reason::NotNamed,
        };
        let holding = held.iter().enumerate().filter(|(_, holds)| **holds);
        for (index, _) in holding {
            let one = &self.expectations[index];
            reason = match () {
                () if one.calls >= one.times.most => Reason::NoFurther,
                () if !self.is_turn_of(index) => Reason::OutOfOrder,
                () => return Ok(index),
            };
        }
        Err(reason)
    }

    /// Whether the ordered expectations before this one have had their calls, and those behind it none.
    fn is_turn_of(&self, index: usize) -> bool {
        let ordered = |(_, one): &(usize, &Expectation)| one.ordered;
        let mut others = self.expectations.iter().enumerate().filter(ordered);
        !self.expectations[index].ordered
            || others.all(|(other, one)| match other.cmp(&index) {
                std::cmp::Ordering::Less => one.calls >= one.times.least,
                std::cmp::Ordering::Equal => true,
                std::cmp::Ordering::Greater => one.calls == 0,
            })
    }

    fn keep(&mut self, call: Call) {
        if self.calls.len() == KEPT_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// Whether every expectation has had as many calls as it needs.
    pub(super) fn is_satisfied(&self) -> bool {
        let mut expectations = self.expectations.iter();
        expectations.all(|one| one.calls >= one.times.least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{MethodInfo, Mode, PayloadCodec, Transport};

    static SERVICE: ServiceInfo = ServiceInfo::new(
        "Desk",
        "desk",
        PayloadCodec::Thrift,
        Transport::TtHeaderStreaming,
        &[MethodInfo::new("hello", Mode::PingPong)],
    );

    #[test]
    fn the_oldest_calls_are_forgotten_and_all_are_counted() {
        let mut queue = Queue::default();
        for number in 0..KEPT_CALLS + 3 {
            let request = Some(number.to_string());
            let claimed = queue.claim(&SERVICE, 0, &[], request);
            assert_eq!(claimed.err(), Some(Reason::NotNamed));
        }
        let calls = queue.calls();
        assert_eq!(calls.len(), KEPT_CALLS);
        assert_eq!(calls[0].request.as_deref(), Some("3"));
        assert_eq!(queue.unexpected, KEPT_CALLS + 3);
        assert_eq!(queue.first_unexpected.len(), SHOWN);
    }
}
