//! Calls on connections that carry many calls at a time.

use std::sync::Arc;

use bytes::BytesMut;

use super::multiplexed::Multiplexed;
use super::reply::judge;
use super::request::{self, next_seq_id};
use super::{PingPongPool, dial};
use crate::call::Outgoing;
use crate::codec::Encode;
use crate::error::Result;
use crate::wire::client::{Attempt, Reply};
use crate::wire::pool::Slots;

impl PingPongPool {
    /// A shared connection, if need be a new one.
    pub(super) async fn shared(
        &self,
        slots: &Slots<Multiplexed>,
        to: Attempt<'_>,
    ) -> Result<Arc<Multiplexed>> {
        let dial = |endpoint| {
            let config = Arc::clone(&self.config);
            async move {
                let io = dial(Arc::clone(&config), endpoint, to.connect_limit).await?;
                Ok(Multiplexed::start(io, config))
            }
        };
        slots.connection(to, dial).await
    }

    /// Makes the call on a connection that carries other calls at the same time.
    pub(super) async fn call_shared(
        &self,
        slots: &Slots<Multiplexed>,
        to: Attempt<'_>,
        call: &Outgoing,
        args: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        let seq_id = next_seq_id();
        let request = |out: &mut BytesMut| request::put(self, call, args, seq_id, out);
        let args_len = args.encoded_len();
        let connection = self.shared(slots, to).await?;
        let mut sent = connection.send(call, seq_id, args_len, request).await;
        if sent.is_err() && !connection.is_alive() {
            // The connection ended after it was picked, and nothing was written. So the call is
            // tried once more, on a new connection.
            let connection = self.shared(slots, to).await?;
            sent = connection.send(call, seq_id, args_len, request).await;
            sent = sent.map_err(|error| match connection.is_alive() {
                true => error,
                false => error.before_handler(),
            });
        }
        match sent? {
            Some(waiting) => judge(waiting.reply().await?, call.method_name(), seq_id),
            None => Ok(Reply::default()),
        }
    }
}
