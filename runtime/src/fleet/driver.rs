//! A fleet at work: the list that its resolver tells, and picks from it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use faststr::FastStr;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::backoff::registry_backoff;
use super::budget::Account;
use super::change::Change;
use super::events;
use super::instance::Instance;
use super::member::{Mark, Member};
use super::members::Members;
use super::no_instance;
use super::picked::Picked;
use super::resolver::{ErasedResolver, Updates};
use super::settings::Fleet;
use super::used::Used;
use crate::call::Outgoing;
use crate::companion::Companion;
use crate::error::{Error, Result};
use crate::measure::{self, KnownInstances, Retried};
use crate::middleware::CallInfo;
use crate::wire::io::Endpoint;

/// A call that asks for an instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) call: &'a Outgoing,
    /// The call as its middleware sees it, if it has some.
    pub(crate) info: Option<&'a CallInfo>,
    /// The instances where earlier attempts of the same call were made, if a policy makes it again.
    pub(crate) used: Option<&'a Used>,
}

/// The fleet of a channel. Its resolver runs from the first call on, until this is dropped.
pub(crate) struct Driven {
    inner: Arc<Inner>,
    task: Companion,
}

pub(super) struct Inner {
    destination: FastStr,
    /// What stands for an address where there is none yet.
    nowhere: Endpoint,
    settings: Fleet,
    /// Calls read it while the resolver's task changes it, and none waits for another.
    members: ArcSwap<Members>,
    known: watch::Sender<Known>,
    /// Whether there has been a list, which is what calls look at.
    listed: AtomicBool,
    account: Account,
    counted: KnownInstances,
}

/// What the resolver has told so far.
#[derive(Debug, Clone)]
enum Known {
    Nothing,
    /// It failed before it told anything.
    Failed(Error),
    List,
}

impl Driven {
    pub(crate) fn new(destination: FastStr, settings: Fleet) -> Self {
        let inner = Inner {
            nowhere: Endpoint::named(destination.clone()),
            destination,
            settings,
            members: ArcSwap::default(),
            known: watch::Sender::new(Known::Nothing),
            listed: AtomicBool::new(false),
            account: Account::default(),
            counted: KnownInstances::new(),
        };
        Self {
            inner: Arc::new(inner),
            task: Companion::default(),
        }
    }

    /// The endpoint in errors of calls that went to no instance.
    pub(crate) fn nowhere(&self) -> &Endpoint {
        &self.inner.nowhere
    }

    /// All instances, once they are known; waits for at most `limit`.
    ///
    /// # Errors
    /// The resolver's; that it took too long.
    pub(crate) async fn members(&self, limit: Duration) -> Result<Vec<Arc<Member>>> {
        self.known(limit).await?;
        Ok(self.inner.members().all.clone())
    }

    /// What is known now.
    pub(crate) fn members_now(&self) -> Vec<Arc<Member>> {
        self.inner.members().all.clone()
    }

    /// Whether instances are known, and whoever tells of changes is at work.
    #[inline]
    pub(crate) fn is_known(&self) -> bool {
        self.task.runs() && self.inner.listed.load(Ordering::Acquire)
    }

    /// Waits until instances are known, for at most `limit`.
    ///
    /// # Errors
    /// The resolver's; that it took too long.
    pub(crate) async fn known(&self, limit: Duration) -> Result<()> {
        if self.is_known() {
            return Ok(());
        }
        // Boxed, so that calls are no larger for what only the first of them waits for.
        Box::pin(self.learned(limit)).await
    }

    async fn learned(&self, limit: Duration) -> Result<()> {
        self.watch();
        let mut known = self.inner.known.subscribe();
        let told = known.wait_for(|known| !matches!(known, Known::Nothing));
        let told = match timeout(limit, told).await {
            Ok(Ok(told)) => told.clone(),
            _ => Known::Nothing,
        };
        match told {
            Known::List => Ok(()),
            Known::Failed(error) => Err(error),
            Known::Nothing => Err(no_instance::not_yet(&self.inner.destination)),
        }
    }

    /// Picks an instance that has not been tried.
    ///
    /// # Errors
    /// No instance is left; the balancer's.
    #[inline]
    pub(crate) fn pick(&self, asked: Asked<'_>, tried: &[Mark]) -> Result<Picked<'_>> {
        match asked.used.and_then(Used::all) {
            None => self.pick_untried(asked, tried),
            Some(before) => self.pick_unused(asked, tried, &before),
        }
    }

    /// Picks for a further attempt of a call.
    #[cold]
    fn pick_unused(&self, asked: Asked<'_>, tried: &[Mark], before: &[Mark]) -> Result<Picked<'_>> {
        let others = [tried, before].concat();
        let other = self.pick_untried(asked, &others);
        other.or_else(|_| self.pick_untried(asked, tried))
    }

    fn pick_untried(&self, asked: Asked<'_>, tried: &[Mark]) -> Result<Picked<'_>> {
        let inner = &self.inner;
        let members = inner.members();
        let picked = members.pick(asked, tried, &inner.settings)?;
        let nobody = || no_instance::nobody(&inner.destination, members.all.len(), tried.len());
        let begun = picked.ok_or_else(nobody)?;
        if let Some(used) = asked.used {
            used.begins(&begun.member);
        }
        Ok(Picked::new(inner, begun, members.all.len()))
    }

    /// Takes a list that no resolver tells.
    pub(super) fn set(&self, instances: Vec<Instance>) {
        self.inner.set(instances);
    }

    /// A call is made for the first time.
    #[inline]
    pub(crate) fn call(&self) {
        self.inner.account.call();
    }

    /// Whether a call may be made again.
    pub(crate) fn may_retry(&self) -> bool {
        let may = self.inner.account.take(&self.inner.settings.budget);
        match may {
            true => measure::retried(Retried::Unreached),
            false => events::no_budget(&self.inner.destination),
        }
        may
    }

    /// How many instances there are.
    pub(crate) fn len(&self) -> usize {
        self.inner.members().all.len()
    }

    /// Runs the resolver on a task, unless it runs.
    fn watch(&self) {
        let Self { inner, task } = self;
        task.begin(|| {
            let resolver = Arc::clone(&inner.settings.resolver);
            watch(resolver, inner.destination.clone(), Arc::downgrade(inner))
        });
    }
}

async fn watch(resolver: Arc<dyn ErasedResolver>, destination: FastStr, fleet: Weak<Inner>) {
    let mut failures = 0;
    loop {
        let mut updates = Updates::new(Weak::clone(&fleet));
        let Err(error) = resolver.watch(&destination, &mut updates).await else {
            // The list is final: nobody has to watch it.
            return;
        };
        if updates.told {
            failures = 0;
        }
        let pause = registry_backoff(failures);
        events::unknown(&destination, &error, pause);
        match fleet.upgrade() {
            Some(inner) => inner.failed(error),
            None => return,
        }
        sleep(pause).await;
        failures = failures.saturating_add(1);
    }
}

impl Inner {
    #[inline]
    pub(super) fn members(&self) -> Guard<Arc<Members>> {
        self.members.load()
    }

    pub(super) fn nowhere(&self) -> &Endpoint {
        &self.nowhere
    }

    pub(super) fn settings(&self) -> &Fleet {
        &self.settings
    }

    /// Whether one more instance may be ejected.
    pub(super) fn may_eject(&self) -> bool {
        let members = self.members();
        members.ejected() < self.settings.ejection.most(members.all.len())
    }

    /// Takes a list that the resolver tells.
    pub(super) fn set(&self, instances: Vec<Instance>) {
        // Only the resolver's task writes, so that nothing is lost between reading and writing.
        let before = self.members();
        let after = Arc::new(before.followed_by(instances, &self.settings.rules));
        let change = Change::between(&before.all, &after.all);
        self.members.store(Arc::clone(&after));
        self.counted.set(&self.destination, after.all.len());
        self.listed.store(true, Ordering::Release);
        self.known.send_replace(Known::List);
        if !change.is_empty() {
            events::changed(&self.destination, &change, after.all.len());
            if let Some(told) = &self.settings.on_change {
                told(&change);
            }
        }
    }

    fn failed(&self, error: Error) {
        self.known.send_if_modified(|known| {
            let nothing = !matches!(known, Known::List);
            if nothing {
                *known = Known::Failed(error);
            }
            nothing
        });
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("destination", &self.destination)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Driven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.inner.members();
        f.debug_struct("Fleet")
            .field("instances", &members.all.len())
            .field("settings", &self.inner.settings)
            .finish()
    }
}

#[cfg(test)]
pub(super) mod tests;
