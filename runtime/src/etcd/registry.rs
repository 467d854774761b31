//! The entries of servers in etcd.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Etcd;
use super::api::{CALL, Session, in_time};
use super::layout;
use super::stream_gen::etcdserverpb::LeaseKeepAliveRequest;
use crate::error::{Error, Result};
use crate::fleet::{Listing, Registration, Registry};
use crate::sync::lock;

/// A lease is renewed at least so many times while it would last, as in etcd's own client.
const RENEWALS: u32 = 3;
/// The longest time until it is looked again whether the entry is still there: registry-etcd's `ObserveDelay`.
const OBSERVE: Duration = Duration::from_secs(30);
/// The most leases of one entry that may be left of attempts that failed.
const MAX_LEASES: usize = 16;

impl Registry for Etcd {
    /// Puts the entry under a lease and renews that. It fails when the lease is gone, when nobody answers
    /// a renewal, and when somebody else has removed the entry.
    async fn register(&self, registration: &Registration, listing: &mut Listing) -> Result<()> {
        let (key, value) = layout::entry(&self.settings.prefix, registration)?;
        let session = self.api()?.session().await?;
        let (lease, seconds) = session.grant(self.lease_seconds()).await?;
        self.granted(&key, lease);
        session.put(&key, &value, lease).await?;
        // The entry is no longer under those of earlier attempts, which end by themselves.
        lock(&self.shared.leases).insert(key.clone(), vec![lease]);
        listing.confirm();
        let seconds = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
        renew(&session, &key, lease, Duration::from_secs(seconds.into())).await
    }

    /// Ends the lease, and the entry with it. An entry that another process has made meanwhile at the same
    /// address is under a lease of its own, and stays.
    async fn deregister(&self, registration: &Registration) -> Result<()> {
        let (key, _) = layout::entry(&self.settings.prefix, registration)?;
        let leases = lock(&self.shared.leases).remove(&key).unwrap_or_default();
        if leases.is_empty() {
            return Ok(());
        }
        let session = self.api()?.session().await?;
        let mut ended = Ok(());
        for lease in leases {
            // One that is gone was no entry of ours any more.
            match session.revoke(lease).await {
                Err(error) if !error.message().contains(NO_LEASE) => ended = Err(error),
                _ => {}
            }
        }
        ended
    }
}

/// What etcd says of a lease that it does not know.
const NO_LEASE: &str = "requested lease not found";

impl Etcd {
    fn granted(&self, key: &str, lease: i64) {
        let mut leases = lock(&self.shared.leases);
        let of_key = leases.entry(key.to_owned()).or_default();
        if of_key.len() == MAX_LEASES {
            of_key.remove(0);
        }
        of_key.push(lease);
    }
}

/// Renews a lease of this duration for as long as there is one.
///
/// # Errors
/// etcd's; that the lease or the entry is gone.
async fn renew(session: &Session<'_>, key: &str, lease: i64, time: Duration) -> Result<()> {
    let pause = (time / RENEWALS).min(OBSERVE);
    let mut renewals = session.keep_alive().await?;
    let mut observed = Instant::now();
    loop {
        sleep(pause).await;
        let renewed = in_time(CALL.min(pause), async {
            renewals.send(LeaseKeepAliveRequest { id: lease }).await?;
            renewals.recv().await
        });
        let renewed = renewed.await?;
        if renewed.is_none_or(|renewed| renewed.ttl <= 0) {
            return Err(Error::application("etcd has ended the lease"));
        }
        // The next renewal would be too late.
        if observed.elapsed() + pause > OBSERVE {
            observed = Instant::now();
            if session.range(key, Vec::new(), 1).await?.kvs.is_empty() {
                return Err(Error::application("somebody has removed the entry"));
            }
        }
    }
}
