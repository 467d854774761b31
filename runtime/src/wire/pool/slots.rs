//! A few connections to each endpoint, shared by all calls.

use std::error::Error as _;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Mutex as Queue;

use super::ByEndpoint;
use crate::error::{Error, Result};
use crate::sync::lock;
use crate::wire::client::Attempt;
use crate::wire::io::{Endpoint, failed};

/// A connection that carries any number of calls at a time.
pub(crate) trait Multiplexed: Send + Sync + 'static {
    /// Whether calls can be made on it, as far as is known.
    fn takes_calls(&self) -> bool;
}

/// So many endpoints are remembered whether they have a connection or not. There must be a limit,
/// because each call may name an address of its own. An entry without a connection takes some 100
/// bytes and a slot.
const REMEMBERED: usize = 64;

/// The connections to every endpoint that was asked for.
pub(crate) struct Slots<C> {
    /// Connections to an endpoint.
    each: usize,
    endpoints: Mutex<Endpoints<C>>,
}

struct Endpoints<C> {
    rings: ByEndpoint<Arc<Ring<C>>>,
    /// When there are this many rings, the rings without a connection are removed.
    sweep_at: usize,
}

/// The slots of one endpoint, taken in turn.
struct Ring<C> {
    slots: Box<[Arc<Slot<C>>]>,
    next: AtomicUsize,
}

struct Slot<C>(Mutex<State<C>>);

enum State<C> {
    Vacant,
    /// All calls that come meanwhile wait for this result, even if it is an error. The time is how long
    /// the call that began the dial may spend on connecting.
    Dialling(Dialled<C>, Duration),
    Connected(Arc<C>),
}

/// The result of a dial. It is locked while the dial is under way, and stays empty if the runtime
/// of the dial is gone.
///
/// Waiting calls get the lock, and so the result, one after the other. If all began at once, they
/// would be sent and answered in one burst, and client and server would work by turns from then on.
type Dialled<C> = Arc<Queue<Option<Result<Arc<C>>>>>;

/// Whether the dial has succeeded or failed, or is still under way.
fn is_alive<C>(dialled: &Dialled<C>) -> bool {
    dialled.try_lock().map_or(true, |ended| ended.is_some())
}

impl<C: Multiplexed> Slots<C> {
    /// With `each` slots to an endpoint, at least one.
    pub(crate) fn new(each: usize) -> Self {
        Self {
            each: each.max(1),
            endpoints: Mutex::new(Endpoints {
                rings: ByEndpoint::default(),
                sweep_at: REMEMBERED,
            }),
        }
    }

    /// The connection of the next slot, round robin; dials where there is none that takes calls.
    ///
    /// The dial runs in a task of its own: it ends for those who still wait when whoever began it
    /// has given up. Cancel safe.
    ///
    /// # Errors
    /// That of the dial, for everybody who waited for it; a timeout when patience ends.
    pub(crate) async fn connection<D>(
        &self,
        to: Attempt<'_>,
        dial: impl Fn(Endpoint) -> D,
    ) -> Result<Arc<C>>
    where
        D: Future<Output = Result<Arc<C>>> + Send + 'static,
    {
        let slot = self.next_slot(to.endpoint);
        if let Some(connection) = slot.ready() {
            return Ok(connection);
        }
        to.connected(slot.wait(to, dial)).await
    }

    /// Lets go of all connections. They close with their last call.
    pub(crate) fn clear(&self) {
        let rings: Vec<_> = {
            let mut endpoints = lock(&self.endpoints);
            endpoints.rings.drain().collect()
        };
        // Not under the lock: a connection may be dropped here.
        drop(rings);
    }

    fn next_slot(&self, endpoint: &Endpoint) -> Arc<Slot<C>> {
        let mut endpoints = lock(&self.endpoints);
        if let Some(ring) = endpoints.rings.get(endpoint) {
            return ring.next();
        }
        endpoints.make_room();
        let ring = Arc::new(Ring::new(self.each));
        let next = ring.next();
        endpoints.rings.insert(endpoint.clone(), ring);
        next
    }
}

impl<C: Multiplexed> Endpoints<C> {
    /// Removes the endpoints without a connection whenever the number of endpoints has doubled, so
    /// that the cost for each call is small. A call that is about to dial one of the removed
    /// endpoints still dials it.
    fn make_room(&mut self) {
        if self.rings.len() >= self.sweep_at {
            self.rings.retain(|_, ring| ring.is_in_use());
            self.sweep_at = REMEMBERED.max(2 * self.rings.len());
        }
    }
}

impl<C> Ring<C> {
    fn new(count: usize) -> Self {
        let slots = (0..count).map(|_| Arc::new(Slot(Mutex::new(State::Vacant))));
        Self {
            slots: slots.collect(),
            next: AtomicUsize::new(0),
        }
    }

    fn next(&self) -> Arc<Slot<C>> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        Arc::clone(&self.slots[next % self.slots.len()])
    }
}

impl<C: Multiplexed> Ring<C> {
    /// Whether the ring has a connection that takes calls, or dials one.
    fn is_in_use(&self) -> bool {
        self.slots.iter().any(|slot| match &*lock(&slot.0) {
            State::Vacant => false,
            State::Dialling(dialled, _) => is_alive(dialled),
            State::Connected(connection) => connection.takes_calls(),
        })
    }
}

impl<C: Multiplexed> Slot<C> {
    fn ready(&self) -> Option<Arc<C>> {
        match &*lock(&self.0) {
            State::Connected(connection) if connection.takes_calls() => {
                Some(Arc::clone(connection))
            }
            _ => None,
        }
    }

    /// Waits for the dial that is under way, or begins one; also if the dial that was under way had
    /// less time than this call has.
    async fn wait<D>(
        self: &Arc<Self>,
        to: Attempt<'_>,
        dial: impl Fn(Endpoint) -> D,
    ) -> Result<Arc<C>>
    where
        D: Future<Output = Result<Arc<C>>> + Send + 'static,
    {
        loop {
            let (dialled, limit, own) = {
                let mut state = lock(&self.0);
                match &*state {
                    State::Connected(connection) if connection.takes_calls() => {
                        return Ok(Arc::clone(connection));
                    }
                    State::Dialling(dialled, limit) if is_alive(dialled) => {
                        (Arc::clone(dialled), *limit, false)
                    }
                    _ => {
                        let dialled = self.begin(dial(to.endpoint.clone()));
                        *state = State::Dialling(Arc::clone(&dialled), to.connect_limit);
                        (dialled, to.connect_limit, true)
                    }
                }
            };
            match &*dialled.lock().await {
                Some(Err(error)) if limit < to.connect_limit && has_timed_out(error) => {}
                Some(result) => return result.clone(),
                // It was begun on a runtime that is gone, and this one has to dial.
                _ if !own => {}
                _ => {
                    return Err(failed(
                        to.endpoint,
                        io::Error::other("the runtime is shutting down"),
                    ));
                }
            }
        }
    }

    fn begin<D>(self: &Arc<Self>, dial: D) -> Dialled<C>
    where
        D: Future<Output = Result<Arc<C>>> + Send + 'static,
    {
        let dialled = Dialled::default();
        let waiting = Arc::clone(&dialled);
        // No other task knows of this lock yet, so this always gets it.
        let locked = waiting.try_lock_owned();
        let slot = Arc::clone(self);
        tokio::spawn(async move {
            let result = dial.await;
            *lock(&slot.0) = match &result {
                Ok(connection) => State::Connected(Arc::clone(connection)),
                Err(_) => State::Vacant,
            };
            if let Ok(mut ended) = locked {
                *ended = Some(result);
            }
        });
        dialled
    }
}

fn has_timed_out(error: &Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests;
