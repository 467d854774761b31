//! Settings that have an effect on some kinds of methods only. A server without such methods is not
//! built.

use super::registry::{Registered, RegisteredAny};
use super::stream_timeouts::StreamTimeouts;
use crate::error::{Error, Result};
use crate::middleware::Direct;

// Ways out.
const LEAVE_OUT: &str = "leave it out";
const LEAVE_OUT_OR_SHARE: &str =
    "leave it out, or put it into a set that several servers share (`.hooks(…)`)";

/// # Errors
/// A setting that has no effect, because no method of a service is of its kind.
pub(super) fn check(
    services: &[Registered],
    any: &[RegisteredAny],
    timeouts: StreamTimeouts,
    middleware: Direct,
) -> Result<()> {
    let any = any.iter().map(|any| any.service.thrift.info());
    let infos = services.iter().map(|one| one.service.info()).chain(any);
    let mut modes = infos
        .flat_map(|info| info.methods)
        .map(|method| method.mode);
    let has_streams = modes.clone().any(|mode| mode.is_streaming());
    let has_calls = modes.any(|mode| !mode.is_streaming());
    let timeout = timeouts.made().next().map(|name| (name, LEAVE_OUT));
    let hook = |name| (name, LEAVE_OUT_OR_SHARE);
    let of_streams = timeout.or(middleware.streams.map(hook));
    let of_calls = middleware.unary.map(hook);
    let (setting, why) = match (of_streams, of_calls) {
        (Some(setting), _) if !has_streams => (setting, "has a stream"),
        (_, Some(setting)) if !has_calls => (setting, "has a call without stream"),
        _ => return Ok(()),
    };
    let (name, way_out) = setting;
    Err(Error::invalid_argument(format!(
        "`.{name}(…)` has no effect: no service of this server {why}; {way_out}"
    )))
}
