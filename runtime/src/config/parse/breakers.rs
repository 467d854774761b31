//! `circuit_break`: Kitex's `pkg/circuitbreak`.

use super::{Node, Problem, Unused, flag};
use crate::breaker::BreakerRule;

/// In Kitex, a number that is left out is 0, with which the first failure would open the breaker. Here,
/// it is Kitex's default.
pub(super) fn read(node: &Node<'_>, unused: &mut Unused) -> Result<Option<BreakerRule>, Problem> {
    let mut fields = node.fields()?;
    let enabled = flag(&mut fields, "enable")?;
    let mut rule = BreakerRule::default();
    if let Some(node) = fields.take("err_rate") {
        let share = node.number()?;
        if !(share > 0.0 && share <= 1.0) {
            return Err(node.expected("a share above 0, at most 1"));
        }
        rule = rule.error_rate(share);
    }
    if let Some(node) = fields.take("min_sample") {
        rule = rule.min_samples(node.whole(0..=u32::MAX)?.into());
    }
    fields.unused(unused);
    Ok(enabled.then_some(rule))
}
