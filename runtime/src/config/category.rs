//! The kinds of settings that Kitex's configuration suites have.

/// A kind of settings, each of which has a document of its own in a configuration center.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Category {
    /// How long the calls of a client may take.
    RpcTimeout,
    /// When the circuit breakers of a client's methods open.
    CircuitBreak,
    /// Which calls of a client are made again.
    Retry,
    /// Which share of a client's calls is not made.
    Degradation,
    /// How many connections and calls a server takes.
    Limit,
}

impl Category {
    /// Those of a client.
    pub const OF_CLIENTS: &'static [Self] = &[
        Self::RpcTimeout,
        Self::CircuitBreak,
        Self::Retry,
        Self::Degradation,
    ];

    /// Those of a server.
    pub const OF_SERVERS: &'static [Self] = &[Self::Limit];

    /// Its name in the keys of Kitex's `config-etcd`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RpcTimeout => "rpc_timeout",
            Self::CircuitBreak => "circuit_break",
            Self::Retry => "retry",
            Self::Degradation => "degradation",
            Self::Limit => "limit",
        }
    }

    /// Its name in the files of Kitex's `config-file`.
    pub(super) const fn file_name(self) -> &'static str {
        match self {
            Self::RpcTimeout => "timeout",
            Self::CircuitBreak => "circuitbreaker",
            other => other.name(),
        }
    }
}
