//! `retry`: Kitex's `pkg/retry`.

use std::sync::Arc;
use std::time::Duration;

use super::{Fields, Node, Problem, Unused, flag};
use crate::retry::RetryPolicy;

/// As in Kitex, the type says which of the policies counts, and one that is not enabled says that calls of
/// the method are not made again.
pub(super) fn read(
    node: &Node<'_>,
    unused: &mut Unused,
) -> Result<Option<Arc<RetryPolicy>>, Problem> {
    let mut fields = node.fields()?;
    let enabled = flag(&mut fields, "enable")?;
    let kind = fields.take("type").map(|kind| {
        let number = kind.whole(0..=2);
        number.map_err(|_| kind.expected("0 (failure), 1 (backup) or 2 (mixed)"))
    });
    let kind = kind.transpose()?.unwrap_or_default();
    let names = ["failure_policy", "backup_policy", "mixed_policy"];
    let name = names[kind as usize];
    let policy = fields.take(name);
    let policy = match (policy, enabled) {
        (Some(policy), _) => Some(one(kind, &policy, unused)?),
        (None, true) => return Err(node.missing(name)),
        (None, false) => None,
    };
    // Those that do not count, and what Kitex does not have.
    fields.unused(unused);
    Ok(policy.filter(|_| enabled).map(Arc::new))
}

fn one(kind: u32, node: &Node<'_>, unused: &mut Unused) -> Result<RetryPolicy, Problem> {
    let mut fields = node.fields()?;
    let policy = match kind {
        0 => RetryPolicy::failure(),
        1 => RetryPolicy::backup(delay(node, &mut fields)?),
        _ => RetryPolicy::mixed(delay(node, &mut fields)?),
    };
    let policy = match fields.take("stop_policy") {
        Some(stop) => stopping(policy, &stop, unused)?,
        // Kitex makes no retry of a policy that does not say when to stop.
        None => policy.max_retries(0),
    };
    let policy = match fields.take("backoff_policy") {
        Some(backoff) if kind != 1 => pausing(policy, &backoff, unused)?,
        Some(backoff) => {
            unused.note(&backoff);
            policy
        }
        None => policy,
    };
    // A call that is made again goes to another instance, where there is one.
    if let Some(same) = fields.take("retry_same_node")
        && same.flag()?
    {
        unused.note(&same);
    }
    // Kitex hands the text to the program, which has its own use for it. Here nothing reads it.
    if let Some(extra) = fields.take("extra")
        && !extra.text()?.is_empty()
    {
        unused.note(&extra);
    }
    fields.unused(unused);
    Ok(policy)
}

fn delay(node: &Node<'_>, fields: &mut Fields<'_>) -> Result<Duration, Problem> {
    let name = "retry_delay_ms";
    let delay = fields.take(name).ok_or_else(|| node.missing(name))?;
    let millis = delay.whole(1..=u32::MAX)?;
    Ok(Duration::from_millis(millis.into()))
}

fn stopping(
    mut policy: RetryPolicy,
    node: &Node<'_>,
    unused: &mut Unused,
) -> Result<RetryPolicy, Problem> {
    let mut fields = node.fields()?;
    let most = policy.most_retries();
    let times = fields.take("max_retry_times").map(|it| it.whole(0..=most));
    policy = policy.max_retries(times.transpose()?.unwrap_or_default());
    if let Some(node) = fields.take("max_duration_ms") {
        let millis = node.whole(0..=u32::MAX)?;
        if millis > 0 {
            policy = policy.max_duration(Duration::from_millis(millis.into()));
        }
    }
    if flag(&mut fields, "disable_chain_stop")? {
        policy = policy.without_chain_stop();
    }
    // No attempt begins behind the deadline of the call, whatever this says.
    flag(&mut fields, "ddl_stop")?;
    if let Some(node) = fields.take("cb_policy") {
        policy = breaking(policy, &node, unused)?;
    }
    fields.unused(unused);
    Ok(policy)
}

/// In Kitex, a share that is out of its range is the default; here, that is said of 0 only.
fn breaking(
    mut policy: RetryPolicy,
    node: &Node<'_>,
    unused: &mut Unused,
) -> Result<RetryPolicy, Problem> {
    let mut fields = node.fields()?;
    if let Some(node) = fields.take("error_rate") {
        let share = node.number()?;
        if !(0.0..=0.3).contains(&share) {
            return Err(node.expected("a share of at most 0.3, or 0 for the default, 0.1"));
        }
        if share > 0.0 {
            policy = policy.error_rate(share);
        }
    }
    fields.unused(unused);
    Ok(policy)
}

fn pausing(
    policy: RetryPolicy,
    node: &Node<'_>,
    unused: &mut Unused,
) -> Result<RetryPolicy, Problem> {
    let mut fields = node.fields()?;
    let kind = fields.take("backoff_type");
    let items = fields.take("cfg_items");
    fields.unused(unused);
    let Some(kind) = kind else {
        return Err(node.missing("backoff_type"));
    };
    let random = match kind.text()?.as_str() {
        "none" => return Ok(policy),
        "fixed" => false,
        "random" => true,
        _ => return Err(kind.expected("none, fixed or random")),
    };
    let items = items.ok_or_else(|| node.missing("cfg_items"))?;
    let mut all = items.fields()?;
    let mut millis = |name, least| match all.take(name) {
        Some(item) => item.whole(least..=u32::MAX),
        None => Err(items.missing(name)),
    };
    let (least, most) = match random {
        true => (millis("min_ms", 0)?, millis("max_ms", 1)?),
        false => [millis("fix_ms", 1)?; 2].into(),
    };
    all.unused(unused);
    if random && most <= least {
        return Err(items.expected("a `max_ms` above `min_ms`"));
    }
    let time = |millis: u32| Duration::from_millis(millis.into());
    Ok(policy.backoff(time(least)..=time(most)))
}
