//! Settings that have an effect on some wires or some kinds of calls only. A client that could not use
//! one of its settings is not built.

use crate::error::{Error, Result};
use crate::middleware::Direct;
use crate::wire::client::Abilities;
use crate::wire::way_out;

/// A wire of a client, and the kind of calls that it carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub(super) wire: Abilities,
    pub(super) calls: Calls,
}

/// The kinds of calls that settings distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    /// Those that open a stream.
    Streams,
    /// Those of one request and at most one reply.
    PingPong,
    /// Those of one request and one reply over the wire of streams.
    OverStream,
}

/// A setting that the user has made.
#[derive(Debug, Clone, Copy)]
struct Made {
    /// The name of its method.
    name: &'static str,
    /// Whether the setting has an effect on these calls.
    useful: fn(&Use) -> bool,
    /// What the user can do if it has no effect.
    way_out: &'static str,
}

/// The settings that the user has made for a client, of those that not every call can use.
#[derive(Debug, Default)]
pub(super) struct Settings(Vec<Made>);

// Ways out where no wire can use the setting for these calls; for the others, see `way_out`.
const NO_STREAMS: &str = "the client opens no streams: leave it out";
const NO_CALLS: &str = "the client makes no such calls: leave it out";
const NO_STREAMS_TO_HOOK: &str = "the client opens no streams: leave it out, or put it into a set that \
    several clients share (`.hooks(…)`)";
const NO_CALLS_TO_HOOK: &str = "the client makes no calls without stream: leave it out, or put it into a \
    set that several clients share (`.hooks(…)`)";
const NOT_KEPT: &str = "no connection of a call is kept: leave it out";

fn is_stream(at: &Use) -> bool {
    at.calls == Calls::Streams
}

fn is_ping_pong(at: &Use) -> bool {
    at.calls == Calls::PingPong
}

impl Settings {
    /// Notes a setting; an earlier one of the same method counts no more.
    fn made(&mut self, name: &'static str, useful: fn(&Use) -> bool, way_out: &'static str) {
        self.unmade(name);
        self.0.push(Made {
            name,
            useful,
            way_out,
        });
    }

    /// Forgets a setting whose value is the default again.
    fn unmade(&mut self, name: &'static str) {
        self.0.retain(|made| made.name != name);
    }

    /// A setting of streams.
    pub(super) fn of_streams(&mut self, name: &'static str) {
        self.made(name, is_stream, NO_STREAMS);
    }

    /// A setting of ping-pong calls.
    pub(super) fn of_calls(&mut self, name: &'static str) {
        self.made(name, is_ping_pong, NO_CALLS);
    }

    /// Middleware of one kind of call, by the methods that have registered it.
    pub(super) fn middleware(&mut self, direct: Direct) {
        if let Some(name) = direct.streams {
            self.made(name, is_stream, NO_STREAMS_TO_HOOK);
        }
        if let Some(name) = direct.unary {
            self.made(name, |at| !is_stream(at), NO_CALLS_TO_HOOK);
        }
    }

    /// A policy by which calls are made again.
    pub(super) fn retry(&mut self) {
        self.made("retry", |at| !is_stream(at), NO_CALLS);
    }

    /// A policy of the methods that are safe.
    pub(super) fn retry_safe(&mut self) {
        self.made("retry_safe", |at| !is_stream(at), NO_CALLS);
    }

    /// The wire of streams; gRPC takes calls with it.
    pub(super) fn transport(&mut self) {
        let useful = |at: &Use| is_stream(at) || at.wire.http2;
        self.made("transport", useful, NO_STREAMS);
    }

    /// Which streams share a connection. Every wire has as many shared connections as it is told, and a
    /// new connection for each call if it is told so. Only a wire whose connections belong to one
    /// stream at a time keeps them for the next.
    pub(super) fn pool(&mut self, mode: Pool) {
        match mode {
            Pool::Shared => self.made("pool", |at| is_stream(at) || at.wire.http2, NO_STREAMS),
            Pool::Kept => self.made(
                "pool",
                |at| is_stream(at) && !at.wire.http2,
                way_out::STREAMS,
            ),
            Pool::None => self.made("pool", |_| true, NO_STREAMS),
        }
    }

    /// Which calls share a connection; gRPC's always do.
    pub(super) fn unary_pool(&mut self, mode: Pool) {
        match mode {
            Pool::Shared => self.made(
                "unary_pool",
                |at| at.wire.call_headers,
                way_out::CALL_HEADERS,
            ),
            Pool::Kept | Pool::None => {
                self.made(
                    "unary_pool",
                    |at| is_ping_pong(at) && !at.wire.http2,
                    NO_CALLS,
                );
            }
        }
    }

    /// A setting of the connections that wait for the next call.
    pub(super) fn of_idle_connections(&mut self, name: &'static str) {
        self.made(name, |at| at.wire.idle_pool, NOT_KEPT);
    }

    /// A part of the TTHeader of a ping-pong call.
    pub(super) fn of_call_headers(&mut self, name: &'static str, wanted: bool) {
        match wanted {
            true => self.made(name, |at| at.wire.call_headers, way_out::CALL_HEADERS),
            false => self.unmade(name),
        }
    }

    /// The name of this process.
    pub(super) fn caller(&mut self) {
        self.made("caller", |at| at.wire.caller, way_out::CALL_HEADERS);
    }

    /// Metainfo that is sent on hop after hop.
    pub(super) fn propagation(&mut self, wanted: bool) {
        let name = "transient_propagation";
        match wanted {
            true => self.made(name, |at| at.wire.propagation, way_out::MOST_ABLE),
            false => self.unmade(name),
        }
    }

    /// The limit to a reply; gRPC has its own.
    pub(super) fn max_message(&mut self) {
        let useful = |at: &Use| is_ping_pong(at) && !at.wire.http2;
        self.made(
            "max_message",
            useful,
            "set `.grpc_limits(…)` or `.stream_limits(…)`",
        );
    }

    /// Bounds of TTHeader Streaming connections.
    pub(super) fn stream_limits(&mut self) {
        self.made(
            "stream_limits",
            |at| at.wire.stream_limits,
            way_out::STREAMS,
        );
    }

    /// Bounds of gRPC connections.
    pub(super) fn grpc_limits(&mut self) {
        self.made("grpc_limits", |at| at.wire.http2, way_out::MOST_ABLE);
    }

    /// Refuses settings that have no effect on any of these wires.
    pub(super) fn check(&self, wires: &[Use]) -> Result<()> {
        let useless = self.0.iter().find(|made| !wires.iter().any(made.useful));
        let Some(made) = useless.filter(|_| !wires.is_empty()) else {
            return Ok(());
        };
        let mut names: Vec<&str> = wires.iter().map(|at| at.wire.name).collect();
        names.dedup();
        Err(without_effect(
            made.name,
            &names.join(" and "),
            made.way_out,
        ))
    }
}

/// How connections are shared, as far as settings distinguish it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pool {
    /// Many streams or calls on a connection.
    Shared,
    /// One at a time, and then the next.
    Kept,
    /// One for each.
    None,
}

/// The error of a setting that a wire has no use for.
#[cold]
pub(super) fn without_effect(setting: &str, wire: &str, way_out: &str) -> Error {
    let text = format!("`.{setting}(…)` has no effect over {wire}: {way_out}");
    Error::invalid_argument(text)
}
