//! What a client says when it opens a stream.

use std::time::Duration;

use faststr::FastStr;
use tokio::time::Instant;

use crate::cancellation::Cancellation;
use crate::frame::IntPairs;
use crate::metadata::Metadata;

/// A stream to be opened.
#[derive(Debug, Clone, Default)]
pub struct OpenRequest {
    /// The IDL's name of the service (`isn`).
    pub service: FastStr,
    /// The IDL's name of the method.
    pub method: FastStr,
    /// String pairs of the HEADER: metainfo with its prefixes, and what a header hook adds. `isn`
    /// is set from `service` and wins.
    pub strings: Metadata,
    /// Integer pairs of the HEADER besides 9 and 27; none by default (statement 22).
    pub ints: IntPairs,
    /// The name this client was configured with; what it adds to the path of a cancel.
    pub caller: FastStr,
    /// When the stream is cancelled with 12015, if it has not ended. Not told to the server (4.1).
    pub deadline: Option<Instant>,
    /// The timeout the deadline was made from, for the text of the error.
    pub timeout: Option<Duration>,
    /// Cancels the stream with its own reason when it fires: the handler that opens this stream,
    /// so that cancels cascade (3.7).
    pub parent: Option<Cancellation>,
}
