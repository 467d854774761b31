//! `limit`: Kitex's `pkg/limiter`; `degradation`: that of `kitex-contrib/config-etcd`.

use super::{Node, Problem, Unused, flag};
use crate::config::settings::{Degradation, Limit};

/// Reads the limits of a server. A limit of 0 limits nothing, as in Kitex.
pub(super) fn read(node: &Node<'_>, unused: &mut Unused) -> Result<Limit, Problem> {
    let mut fields = node.fields()?;
    let mut most = |name| {
        let most = fields.take(name).map(|most| most.whole(0..=u32::MAX));
        most.transpose().map(|most| most.filter(|most| *most > 0))
    };
    let (connections, per_second) = (most("connection_limit")?, most("qps_limit")?);
    fields.unused(unused);
    Ok(Limit {
        connections: connections.map(|most| most as usize),
        per_second,
    })
}

pub(super) fn degradation(node: &Node<'_>, unused: &mut Unused) -> Result<Degradation, Problem> {
    let mut fields = node.fields()?;
    let enabled = flag(&mut fields, "enable")?;
    let percentage = fields.take("percentage").map(|node| node.whole(0..=100));
    let percentage = percentage.transpose()?.unwrap_or_default();
    fields.unused(unused);
    Ok(Degradation(if enabled { percentage } else { 0 }))
}
