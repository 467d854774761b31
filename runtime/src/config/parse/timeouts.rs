//! `rpc_timeout`: Kitex's `pkg/rpctimeout`.

use std::time::Duration;

use super::{Node, Problem, Unused};
use crate::config::settings::Timeouts;

/// In Kitex, a time that is left out is 0, and 0 is no limit. Here, what is left out is what the program
/// has set.
pub(super) fn read(node: &Node<'_>, unused: &mut Unused) -> Result<Timeouts, Problem> {
    let mut fields = node.fields()?;
    let mut millis = |name| {
        let time = fields.take(name);
        time.map(|time| time.whole(0..=u32::MAX)).transpose()
    };
    let (rpc, connect) = (millis("rpc_timeout_ms")?, millis("conn_timeout_ms")?);
    fields.unused(unused);
    let time = |millis: u32| (millis > 0).then(|| Duration::from_millis(millis.into()));
    Ok(Timeouts {
        rpc: rpc.map(time),
        connect: connect.and_then(time),
    })
}
