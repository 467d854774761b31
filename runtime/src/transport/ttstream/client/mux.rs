//! A few connections to one address, shared by all streams (mux mode, Kitex's default, 5.1).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::connection::Connection;
use crate::error::Result;
use crate::transport::ttstream::sync::lock;

/// The slots of one address. Each holds a connection from its first use on, and a new one when
/// that has died.
pub(super) struct Slots {
    slots: Box<[Slot]>,
    next: AtomicUsize,
}

#[derive(Default)]
struct Slot {
    connection: Mutex<Option<Arc<Connection>>>,
    /// Held while dialling, so that one dial serves everybody who waits for the slot. A failed
    /// dial lets go of it (statement 81; Kitex's pool deadlocks here, defect 9.1).
    dialling: tokio::sync::Mutex<()>,
}

impl Slots {
    pub(super) fn new(count: usize) -> Arc<Self> {
        let slots = (0..count.max(1)).map(|_| Slot::default()).collect();
        Arc::new(Self {
            slots,
            next: AtomicUsize::new(0),
        })
    }

    /// The connection of the next slot, round robin; dials where there is none alive.
    pub(super) async fn connection<D>(&self, dial: impl Fn() -> D) -> Result<Arc<Connection>>
    where
        D: Future<Output = Result<Arc<Connection>>>,
    {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = &self.slots[next % self.slots.len()];
        if let Some(connection) = slot.alive() {
            return Ok(connection);
        }
        let _dialling = slot.dialling.lock().await;
        if let Some(connection) = slot.alive() {
            return Ok(connection);
        }
        let connection = dial().await?;
        *lock(&slot.connection) = Some(Arc::clone(&connection));
        Ok(connection)
    }
}

impl Slot {
    fn alive(&self) -> Option<Arc<Connection>> {
        lock(&self.connection)
            .clone()
            .filter(|connection| connection.is_alive())
    }
}
