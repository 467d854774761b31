//! A few connections to each endpoint, shared by all calls.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::timeout;

use crate::error::Result;
use crate::transport::io::{Endpoint, timed_out};
use crate::transport::wire::Attempt;

/// A connection that carries any number of calls at a time.
pub(crate) trait Multiplexed: Send + Sync + 'static {
    /// Whether calls can be made on it, as far as is known.
    fn takes_calls(&self) -> bool;
}

/// The connections to every endpoint that was asked for.
pub(crate) struct Slots<C> {
    /// Connections to an endpoint.
    each: usize,
    endpoints: Mutex<HashMap<Endpoint, Arc<Ring<C>>>>,
}

/// The slots of one endpoint, taken in turn.
struct Ring<C> {
    slots: Box<[Arc<Slot<C>>]>,
    next: AtomicUsize,
}

struct Slot<C>(Mutex<State<C>>);

enum State<C> {
    Vacant,
    /// Everybody who comes meanwhile waits for the same result, an error too.
    Dialling(Dialled<C>),
    Connected(Arc<C>),
}

/// `None` until the dial has ended. Closed without a result if the runtime that dialled is gone.
type Dialled<C> = watch::Receiver<Option<Result<Arc<C>>>>;

impl<C: Multiplexed> Slots<C> {
    /// With `each` slots to an endpoint, at least one.
    pub(crate) fn new(each: usize) -> Self {
        Self {
            each: each.max(1),
            endpoints: Mutex::default(),
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
        timeout(to.patience, slot.wait(|| dial(to.endpoint.clone())))
            .await
            .unwrap_or_else(|_| Err(timed_out(to.endpoint)))
    }

    fn next_slot(&self, endpoint: &Endpoint) -> Arc<Slot<C>> {
        let mut endpoints = lock(&self.endpoints);
        if let Some(ring) = endpoints.get(endpoint) {
            return ring.next();
        }
        let ring = Arc::new(Ring::new(self.each));
        endpoints.insert(endpoint.clone(), Arc::clone(&ring));
        ring.next()
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

impl<C: Multiplexed> Slot<C> {
    fn ready(&self) -> Option<Arc<C>> {
        match &*lock(&self.0) {
            State::Connected(connection) if connection.takes_calls() => {
                Some(Arc::clone(connection))
            }
            _ => None,
        }
    }

    /// Waits for the dial that is under way, or begins one.
    async fn wait<D>(self: &Arc<Self>, dial: impl Fn() -> D) -> Result<Arc<C>>
    where
        D: Future<Output = Result<Arc<C>>> + Send + 'static,
    {
        loop {
            let mut dialled = {
                let mut state = lock(&self.0);
                match &*state {
                    State::Connected(connection) if connection.takes_calls() => {
                        return Ok(Arc::clone(connection));
                    }
                    State::Dialling(dialled) if dialled.has_changed().is_ok() => dialled.clone(),
                    _ => {
                        let dialled = self.begin(dial());
                        *state = State::Dialling(dialled.clone());
                        dialled
                    }
                }
            };
            let ended = dialled.wait_for(Option::is_some).await;
            // Else it was begun on a runtime that is gone, and this one has to dial.
            if let Ok(Some(result)) = ended.as_deref() {
                return result.clone();
            }
        }
    }

    fn begin<D>(self: &Arc<Self>, dial: D) -> Dialled<C>
    where
        D: Future<Output = Result<Arc<C>>> + Send + 'static,
    {
        let (ended, dialled) = watch::channel(None);
        let slot = Arc::clone(self);
        tokio::spawn(async move {
            let result = dial.await;
            *lock(&slot.0) = match &result {
                Ok(connection) => State::Connected(Arc::clone(connection)),
                Err(_) => State::Vacant,
            };
            ended.send_replace(Some(result));
        });
        dialled
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
