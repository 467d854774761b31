//! The hook for META frames.

use bytes::Bytes;

use crate::error::Error;
use crate::wire::ttheader::frame::FrameInfo;

/// Told of META frames, which proxies send to clients about a live stream (2.5).
pub trait MetaHandler: Send + Sync {
    /// Called on the connection's reader task, in the order of arrival: must not block. `info`
    /// holds integer and string pairs, such as `rip`, the server's real address.
    ///
    /// # Errors
    /// An error is fatal for the connection.
    fn on_meta(&self, sid: i32, info: &FrameInfo, payload: &Bytes) -> Result<(), Error>;
}
