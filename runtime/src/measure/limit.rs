//! The bounds whose hits are counted.

/// A bound of `docs/limits.md` that ends a call or a connection, or refuses one. Bounds at which one
/// side only waits for the other, such as the window of a stream, belong to normal operation and
/// are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Calls,
    ConnectionHeaders,
    ConnectionOutput,
    ConnectionQueue,
    ConnectionWindow,
    Decoded,
    Depth,
    DetectionTimeout,
    ExitWait,
    FrameTimeout,
    HandshakeTimeout,
    IdleTimeout,
    Informational,
    KeepaliveTimeout,
    MaxConnections,
    MaxFrame,
    MaxMessage,
    MaxStreams,
    MinRate,
    QueueBytes,
    QueueMessages,
    RunningCalls,
    RunningRequests,
    SendTimeout,
    StallTimeout,
}

#[cfg(feature = "metrics")]
impl Limit {
    /// The value of the label `limit`: where it is a setting, the setting's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Calls => "call_limit",
            Self::ConnectionHeaders => "connection_headers",
            Self::ConnectionOutput => "connection_output",
            Self::ConnectionQueue => "connection_queue",
            Self::ConnectionWindow => "connection_window",
            Self::Decoded => "decoded_max",
            Self::Depth => "depth",
            Self::DetectionTimeout => "detection_timeout",
            Self::ExitWait => "exit_wait",
            Self::FrameTimeout => "frame_timeout",
            Self::HandshakeTimeout => "handshake_timeout",
            Self::IdleTimeout => "idle_timeout",
            Self::Informational => "informational_responses",
            Self::KeepaliveTimeout => "keepalive_timeout",
            Self::MaxConnections => "max_connections",
            Self::MaxFrame => "max_frame",
            Self::MaxMessage => "max_message",
            Self::MaxStreams => "max_streams",
            Self::MinRate => "min_rate",
            Self::QueueBytes => "queue.max_bytes",
            Self::QueueMessages => "queue.max_messages",
            Self::RunningCalls => "running_calls",
            Self::RunningRequests => "running_requests",
            Self::SendTimeout => "send_timeout",
            Self::StallTimeout => "stall_timeout",
        }
    }
}
