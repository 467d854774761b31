//! What running calls keep of the headers that the peer has sent.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Ledger;
use crate::error::{Code, Error};
use crate::wire::grpc::status::grpc;

/// The headers of one call, which count until this is dropped.
pub(in super::super) struct HeaderCharge {
    ledger: Arc<Ledger>,
    bytes: usize,
}

impl HeaderCharge {
    pub(in super::super) fn new(ledger: &Arc<Ledger>) -> Self {
        Self {
            ledger: Arc::clone(ledger),
            bytes: 0,
        }
    }

    /// Counts so many bytes more.
    ///
    /// # Errors
    /// All calls of the connection keep too much together; these bytes do not count then.
    pub(in super::super) fn add(&mut self, bytes: usize) -> Result<(), Error> {
        let (headers, most) = (&self.ledger.headers, self.ledger.most_headers);
        let before = headers.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > most {
            headers.fetch_sub(bytes, Ordering::Relaxed);
            let text = format!("headers of the connection's running calls exceed {most} bytes");
            let error = grpc(Code::RESOURCE_EXHAUSTED, text);
            self.ledger.pace.tell_headers(&error);
            return Err(error);
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for HeaderCharge {
    fn drop(&mut self) {
        self.ledger.headers.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
