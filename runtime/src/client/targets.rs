//! The servers of a client, and in which order a call tries them.

use std::cell::Cell;
use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use faststr::FastStr;
use tokio::time::Instant;

use super::avoid::Avoid;
use super::events::{self, Outage};
use crate::call::{Deadline, FAR_FUTURE};
use crate::error::{Error, Result};
use crate::wire::client::Attempt;
use crate::wire::io::Endpoint;

/// The least time that a call waits for one of many servers, if that leaves as much for others: with
/// less, one that is far away would never be reached. As long as RFC 8305 gives an address.
pub(super) const MIN_PATIENCE: Duration = Duration::from_millis(250);

/// Endpoints, taken in turn.
#[derive(Debug)]
pub(super) struct Targets {
    list: Vec<Target>,
    next: AtomicUsize,
}

#[derive(Debug)]
struct Target {
    endpoint: Endpoint,
    avoid: Avoid,
    outage: Outage,
}

/// The way of one call through the endpoints: each at most once.
pub(super) struct Turn<'a> {
    targets: &'a Targets,
    current: Cell<usize>,
    tried: Vec<usize>,
    /// When the attempt began that is under way.
    began: Instant,
    /// No time for connecting is left from here on.
    until: Instant,
    /// How long the call may spend on connecting.
    limit: Duration,
    /// The call is over then, and whoever makes it sees to that.
    deadline: Option<Deadline>,
}

impl Target {
    fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            avoid: Avoid::default(),
            outage: Outage::default(),
        }
    }
}

impl Targets {
    /// # Errors
    /// No address, or a text that is none.
    pub(super) fn parse(texts: &[FastStr]) -> Result<Self> {
        if texts.is_empty() {
            return Err(Error::invalid_argument("the client has no address"));
        }
        let target = |text: &FastStr| Endpoint::parse(text).map(Target::new);
        Ok(Self {
            list: texts.iter().map(target).collect::<Result<_>>()?,
            next: AtomicUsize::new(0),
        })
    }

    /// The targets of a call that names its own address: only `endpoint`.
    pub(super) fn of(endpoint: Endpoint) -> Self {
        Self {
            list: vec![Target::new(endpoint)],
            next: AtomicUsize::new(0),
        }
    }

    /// One of them, for errors of calls that went to none.
    pub(super) fn first(&self) -> &Endpoint {
        &self.list[0].endpoint
    }

    pub(super) fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.list.iter().map(|target| &target.endpoint)
    }

    /// The next call's turn; it may spend `limit` on connecting.
    pub(super) fn turn(&self, limit: Duration, deadline: Option<Deadline>) -> Turn<'_> {
        let now = Instant::now();
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.list.len();
        let turn = Turn {
            targets: self,
            current: Cell::new(first),
            tried: Vec::new(),
            began: now,
            until: now + limit.min(FAR_FUTURE),
            limit,
            deadline,
        };
        if self.list.len() > 1 && self.list[first].avoid.is_avoided(now) {
            turn.current
                .set(turn.next_from(first, now).unwrap_or(first));
        }
        turn
    }
}

impl<'a> Turn<'a> {
    /// Where the call is to be made now. A server that does not answer gets its share of the time
    /// that is left for connecting, so that there is some for the others.
    pub(super) fn attempt(&self) -> Attempt<'a> {
        let left = self.until.saturating_duration_since(self.began);
        let untried = self.targets.list.len() - self.tried.len();
        let patience = match u32::try_from(untried).unwrap_or(u32::MAX) {
            0 | 1 => left,
            untried => {
                let left = self.deadline.map_or(left, |it| left.min(it.remaining()));
                (left / untried).max(MIN_PATIENCE.min(left / 2))
            }
        };
        Attempt {
            endpoint: self.endpoint(),
            patience,
            connect_limit: self.limit,
            waits: None,
        }
    }

    /// Where the call is being made.
    pub(super) fn endpoint(&self) -> &'a Endpoint {
        &self.targets.list[self.current.get()].endpoint
    }

    /// The call has failed, and nothing of it reached a handler. Says whether there is another
    /// endpoint to be tried, and time for it.
    pub(super) fn go_on(&mut self, error: &Error) -> bool {
        let current = self.current.get();
        let Target {
            endpoint,
            avoid,
            outage,
        } = &self.targets.list[current];
        // An error without a source means that the server is reachable and only refused this call.
        let unreachable = error.source().is_some();
        if unreachable {
            outage.begins(endpoint, error);
        }
        if self.targets.list.len() == 1 {
            return false;
        }
        let now = Instant::now();
        if unreachable && let Some(time) = avoid.failed(self.began, now) {
            events::avoided(endpoint, time);
        }
        self.tried.push(current);
        self.began = now;
        let next = self.next_from(current, now).filter(|_| now < self.until);
        if let Some(next) = next {
            self.current.set(next);
        }
        next.is_some()
    }

    /// The call has reached a server.
    pub(super) fn reached(&self) {
        let target = &self.targets.list[self.current.get()];
        target.avoid.reached();
        target.outage.is_over(&target.endpoint);
    }

    /// The next endpoint that has not been tried: one that is not avoided, if there is any; else
    /// the one whose time comes first.
    fn next_from(&self, current: usize, now: Instant) -> Option<usize> {
        let list = &self.targets.list;
        let untried = (0..list.len())
            .map(|step| (current + step) % list.len())
            .filter(|index| !self.tried.contains(index));
        let mut best = None;
        for index in untried {
            if !list[index].avoid.is_avoided(now) {
                return Some(index);
            }
            let key = (list[index].avoid.until(), index);
            best = best
                .into_iter()
                .chain([key])
                .min_by_key(|(until, _)| *until);
        }
        best.map(|(_, index)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(1);

    fn parse(texts: &[&'static str]) -> Result<Targets> {
        let text = |text: &&'static str| FastStr::from_static_str(text);
        Targets::parse(&texts.iter().map(text).collect::<Vec<_>>())
    }

    fn refused() -> Error {
        let cause = std::io::ErrorKind::ConnectionRefused.into();
        Error::connection("refused", cause).before_handler()
    }

    fn port(turn: &Turn<'_>) -> String {
        turn.endpoint().to_string().split_off("127.0.0.1:".len())
    }

    #[test]
    fn a_client_without_address_is_refused() {
        let error = parse(&[]).unwrap_err();
        assert_eq!(error.to_string(), "the client has no address");
    }

    #[tokio::test(start_paused = true)]
    async fn endpoints_are_taken_in_turn() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        let ports = [(); 4].map(|()| port(&targets.turn(LIMIT, None)));
        assert_eq!(ports, ["1", "2", "1", "2"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_tries_each_endpoint_once_and_shares_its_time_among_them() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        let mut turn = targets.turn(LIMIT, None);
        assert_eq!(turn.attempt().patience, LIMIT / 2);
        tokio::time::advance(Duration::from_millis(400)).await;
        assert!(turn.go_on(&refused()));
        assert_eq!(port(&turn), "2");
        assert_eq!(turn.attempt().patience, Duration::from_millis(600));
        assert!(!turn.go_on(&refused()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_with_little_time_leaves_some_of_it_for_the_next_endpoint() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        let deadline = Deadline::after(Duration::from_millis(100));
        let turn = targets.turn(LIMIT, Some(deadline));
        assert_eq!(turn.attempt().patience, Duration::from_millis(50));
        // With the last one the deadline itself is what ends the call.
        let targets = parse(&["127.0.0.1:1"]).unwrap();
        assert_eq!(
            targets.turn(LIMIT, Some(deadline)).attempt().patience,
            LIMIT
        );

        let many: Vec<_> = (1..=10)
            .map(|port| format!("127.0.0.1:{port}").into())
            .collect();
        let targets = Targets::parse(&many).unwrap();
        assert_eq!(targets.turn(LIMIT, None).attempt().patience, MIN_PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn connecting_may_take_for_ever() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        let mut turn = targets.turn(Duration::MAX, None);
        assert!(turn.go_on(&refused()));
    }

    #[tokio::test(start_paused = true)]
    async fn no_endpoint_is_tried_when_the_time_is_over() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        let mut turn = targets.turn(LIMIT, None);
        tokio::time::advance(LIMIT).await;
        assert!(!turn.go_on(&refused()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_endpoint_is_avoided_for_a_while_and_tried_again_by_one_call() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        assert!(targets.turn(LIMIT, None).go_on(&refused()));
        let ports = [(); 4].map(|()| port(&targets.turn(LIMIT, None)));
        assert_eq!(ports, ["2"; 4]);
        tokio::time::advance(crate::fleet::FIRST * 2).await;
        let ports = [(); 4].map(|()| port(&targets.turn(LIMIT, None)));
        assert_eq!(
            ports.iter().filter(|port| *port == "1").count(),
            1,
            "{ports:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_was_reached_is_used_as_before() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        assert!(targets.turn(LIMIT, None).go_on(&refused()));
        tokio::time::advance(crate::fleet::FIRST * 2).await;
        let turns = [(); 2].map(|()| targets.turn(LIMIT, None));
        turns.iter().for_each(Turn::reached);
        let ports = [(); 2].map(|()| port(&targets.turn(LIMIT, None)));
        assert_ne!(ports[0], ports[1]);
    }

    #[tokio::test(start_paused = true)]
    async fn where_all_are_avoided_they_are_tried_all_the_same() {
        let targets = parse(&["127.0.0.1:1", "127.0.0.1:2"]).unwrap();
        for _ in 0..3 {
            let mut turn = targets.turn(LIMIT, None);
            assert!(turn.go_on(&refused()));
            assert!(!turn.go_on(&refused()));
        }
    }
}
