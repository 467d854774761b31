//! The bounds of a call that is being made: its deadline, the handler that makes it, and its channel.
//!
//! What is bounded is pinned where it is: an `async fn` that is given a future has room for it twice, and so
//! each of these functions would double the memory of every call.

use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::time::{sleep, timeout_at};

use super::reach::At;
use crate::call::{Cancellation, Deadline, Outgoing};
use crate::error::{Error, Result};
use crate::wire::client::Wire;
use crate::wire::io::Endpoint;

impl<W: Wire + ?Sized> At<'_, W> {
    /// Runs the middleware of a call, which makes the call, within the same bounds as an attempt.
    pub(super) async fn bounded<T>(
        self,
        call: &Outgoing,
        made: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        match self.within(call, made).await {
            Ok(made) => made,
            Err(early) => Err(self.early(early, call, self.first())),
        }
    }

    /// Waits before the call, which must be over at `whole`, is made again.
    ///
    /// # Errors
    /// The call ends before.
    pub(super) async fn pause(
        self,
        time: Duration,
        whole: Option<Deadline>,
        call: &Outgoing,
    ) -> Result<()> {
        if time.is_zero() {
            return Ok(());
        }
        let sleeping = pin!(sleep(time));
        let paused = self.until(whole, call.parent.as_ref(), sleeping).await;
        paused.map_err(|early| self.early(early, call, self.first()))
    }

    /// Makes the call, unless its deadline, its parent or its channel ends it before.
    pub(super) async fn within<M: Future>(
        &self,
        call: &Outgoing,
        made: Pin<&mut M>,
    ) -> Result<M::Output, Early> {
        self.until(call.deadline, call.parent.as_ref(), made).await
    }

    async fn until<M: Future>(
        &self,
        deadline: Option<Deadline>,
        parent: Option<&Cancellation>,
        made: Pin<&mut M>,
    ) -> Result<M::Output, Early> {
        tokio::select! {
            biased;
            made = until(deadline, parent, made) => made,
            reason = self.client.channel().life().killed() => Err(Early::ByParent(reason)),
        }
    }

    /// The error of a call that ended before it was made.
    pub(super) fn early(&self, early: Early, call: &Outgoing, endpoint: &Endpoint) -> Error {
        match early {
            Early::DeadlinePassed => self.wire.deadline_passed(call, endpoint),
            Early::ByParent(reason) => self.wire.parent_ended(&reason),
        }
    }
}

/// Why a call ended before it was made.
pub(super) enum Early {
    DeadlinePassed,
    ByParent(Error),
}

async fn until<M: Future>(
    deadline: Option<Deadline>,
    parent: Option<&Cancellation>,
    made: Pin<&mut M>,
) -> Result<M::Output, Early> {
    let made = async {
        match deadline {
            None => Ok(made.await),
            Some(deadline) => {
                let made = timeout_at(deadline.at, made).await;
                made.map_err(|_| Early::DeadlinePassed)
            }
        }
    };
    match parent {
        None => made.await,
        Some(parent) => tokio::select! {
            biased;
            made = made => made,
            reason = parent.cancelled() => Err(Early::ByParent(reason)),
        },
    }
}
