//! Calls on connections that carry one call at a time.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::time::Instant;

use super::connection::Connection;
use super::reply::{is_last, judge};
use super::request::{self, next_seq_id};
use super::{PingPongPool, dial};
use crate::call::{Deadline, Outgoing};
use crate::codec::Encode;
use crate::error::Result;
use crate::service::Mode;
use crate::wire::client::{Attempt, Reply};
use crate::wire::io::Endpoint;
use crate::wire::pingpong::events;
use crate::wire::pool::Idle;

impl PingPongPool {
    /// Makes the call on a connection that no other call uses until the reply has arrived.
    pub(super) async fn call_exclusive(
        &self,
        idle: &Arc<Idle<Connection>>,
        to: Attempt<'_>,
        call: &Outgoing,
        args: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        let seq_id = next_seq_id();
        let mut request = BytesMut::new();
        request::put(self, call, args, seq_id, &mut request)?;
        let mut waiting = Waiting {
            idle,
            endpoint: to.endpoint,
            began: Instant::now(),
            deadline: call.deadline,
            heard: false,
            under_way: false,
        };
        let mut connection = self.send(idle, to, &request).await?;
        drop(request);
        if call.method.mode == Mode::OneWay {
            idle.put(to.endpoint, connection);
            return Ok(Reply::default());
        }
        waiting.under_way = true;
        let read = connection.read(&self.config, &mut waiting.heard).await;
        waiting.under_way = false;
        let reply = read.inspect_err(|error| events::connection_broken(to.endpoint, error))?;
        // Like Kitex's client, drops the connection after any error, and when the server asks for
        // it.
        let keep = !is_last(&reply);
        let judged = judge(reply, call.method_name(), seq_id);
        match (keep, &judged) {
            (true, Ok(_)) => idle.put(to.endpoint, connection),
            (false, Ok(_)) => events::not_kept(to.endpoint, "the server asks for it"),
            (_, Err(_)) => events::not_kept(to.endpoint, "the call failed"),
        }
        judged
    }

    /// Sends the request on an idle connection, or else on a new one. If the idle connection took
    /// no byte of the request, no server has seen it, so the request is sent on a new connection.
    async fn send(
        &self,
        idle: &Idle<Connection>,
        to: Attempt<'_>,
        request: &[u8],
    ) -> Result<Connection> {
        if let Some(mut kept) = idle.take(to.endpoint) {
            match kept.write(request, &self.config).await {
                Ok(()) => return Ok(kept),
                Err(error) => {
                    events::connection_broken(to.endpoint, &error);
                    if !error.is_retryable() {
                        return Err(error);
                    }
                }
            }
        }
        let dialling = dial(
            Arc::clone(&self.config),
            to.endpoint.clone(),
            to.connect_limit,
        );
        let io = to.connected(dialling).await?;
        let mut fresh = Connection::new(io);
        let written = fresh.write(request, &self.config).await;
        written.inspect_err(|error| events::connection_broken(to.endpoint, error))?;
        Ok(fresh)
    }
}

/// A call that waits for its reply. If it times out and no byte has come, the pool drops the
/// connections that have been silent since before the call began.
struct Waiting<'a> {
    idle: &'a Idle<Connection>,
    endpoint: &'a Endpoint,
    began: Instant,
    deadline: Option<Deadline>,
    heard: bool,
    /// Whether the request was sent and the reply has not arrived.
    under_way: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.under_way {
            events::not_kept(self.endpoint, "the call was given up");
        }
        if !self.heard && Deadline::is_past(self.deadline) {
            let dropped = self.idle.distrust(self.endpoint, self.began);
            events::connections_suspected(self.endpoint, dropped);
        }
    }
}
