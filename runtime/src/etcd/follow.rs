//! Keys of etcd that are followed: read first, and then each change of them.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::sleep;

use super::api::Session;
use super::stream_gen::etcdserverpb::{Event, RangeResponse, WatchResponse};
use crate::error::{Error, Result};
use crate::trace::cut;

/// How long to wait before the keys are read again. The member that is asked for changes may be behind the one
/// that has told the keys, which looks as if etcd had begun anew: it gets time to catch up.
const REREAD: Duration = Duration::from_millis(500);

/// Keys that are read together.
#[derive(Debug, Clone)]
pub(super) struct Range {
    /// The first one.
    pub(super) key: String,
    /// The one behind the last one; empty: there is only the first one.
    pub(super) end: Vec<u8>,
    /// The most that are read.
    pub(super) limit: i64,
}

/// Learns what keys hold, and what becomes of them.
pub(super) trait Follower: Send {
    /// Takes what each range holds now, in their order, instead of what was known before.
    ///
    /// # Errors
    /// Any, which ends the following.
    fn read(&mut self, lists: Vec<RangeResponse>) -> Result<()>;

    /// Takes changes, of keys of any range.
    ///
    /// # Errors
    /// Any, which ends the following.
    fn changed(&mut self, events: Vec<Event>) -> Result<()>;
}

/// Reads the keys of these ranges and follows their changes. When etcd cannot tell all changes (after a
/// compaction), the keys are read again. Whoever calls this does so again after an error: the keys are read
/// again then, too.
///
/// # Errors
/// etcd's, those of the follower, and that etcd ends the watch.
pub(super) async fn follow(
    session: &Session<'_>,
    ranges: &[Range],
    follower: &mut impl Follower,
) -> Result<Infallible> {
    loop {
        let (mut lists, mut watched) = (Vec::new(), Vec::new());
        for range in ranges {
            let list = session
                .range(&range.key, range.end.clone(), range.limit)
                .await?;
            let revision = list.header.map_or(0, |header| header.revision);
            lists.push(list);
            watched.push((range, revision));
        }
        follower.read(lists)?;
        changes(session, &watched, follower).await?;
        sleep(REREAD).await;
    }
}

/// Follows the changes of each range since its revision, until the ranges have to be read again.
///
/// # Errors
/// Those of [`follow`].
async fn changes(
    session: &Session<'_>,
    watched: &[(&Range, i64)],
    follower: &mut impl Follower,
) -> Result<()> {
    let mut changes = session.watch(watched).await?;
    let last = watched.iter().map(|(_, revision)| *revision).max();
    while let Some(response) = changes.recv().await? {
        if is_compacted(&response, last.unwrap_or(0)) {
            return Ok(());
        }
        if response.canceled {
            let text = format!("etcd ends the watch: {}", cut(&response.cancel_reason));
            return Err(Error::application(text));
        }
        if !response.events.is_empty() {
            follower.changed(response.events)?;
        }
    }
    Err(Error::application("etcd has ended the watch"))
}

/// Whether etcd cannot tell all changes since `revision`: it has forgotten some, or it has begun anew and
/// counts from 1.
fn is_compacted(response: &WatchResponse, revision: i64) -> bool {
    let now = response.header.map_or(revision, |header| header.revision);
    response.compact_revision != 0 || (response.created && now < revision)
}
