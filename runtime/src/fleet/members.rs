//! The instances of a service at one time, with what picks among them.

use std::collections::BTreeMap;
use std::sync::Arc;

use faststr::FastStr;
use tokio::time::Instant;

use super::balance::{Picker, Picking};
use super::driver::Asked;
use super::instance::Instance;
use super::member::{Mark, Member};
use super::settings::{Fleet, Rules};
use crate::error::Result;

/// A list of instances.
#[derive(Default)]
pub(super) struct Members {
    /// All instances of the list, in the order of their addresses.
    pub(super) all: Vec<Arc<Member>>,
    /// Those that may get calls: the preferred ones first.
    groups: Vec<Group>,
}

/// A call that has begun at an instance.
pub(super) struct Begun {
    pub(super) member: Member,
    /// Whether the picker knows of it.
    pub(super) is_told: bool,
}

/// Instances that one picker picks from.
struct Group {
    members: Vec<Arc<Member>>,
    picker: Box<dyn Picker>,
}

impl Members {
    /// The list behind `self`. An instance that is the same in both keeps its member.
    pub(super) fn followed_by(&self, instances: Vec<Instance>, rules: &Rules) -> Self {
        let known = |member: &Member| {
            let at = self
                .all
                .binary_search_by(|it| it.key().cmp(member.key()))
                .ok()?;
            let known = &self.all[at];
            (known.instance() == member.instance()).then(|| Arc::clone(known))
        };
        let mut all: BTreeMap<FastStr, Arc<Member>> = BTreeMap::new();
        for instance in instances {
            let member = Member::new(instance);
            let member = known(&member).unwrap_or_else(|| Arc::new(member));
            all.insert(member.key().clone(), member);
        }
        let all: Vec<_> = all.into_values().collect();
        let groups = Group::all(&all, rules);
        Self { all, groups }
    }

    /// Picks an instance that has not been tried, where the call begins. `None` if there is none left that may get
    /// the call.
    pub(super) fn pick(
        &self,
        asked: Asked<'_>,
        tried: &[Mark],
        settings: &Fleet,
    ) -> Result<Option<Begun>> {
        for group in &self.groups {
            let picking = Picking::new(&group.members, asked, tried, settings);
            if let Some(index) = group.picker.pick(&picking)?
                && index < group.members.len()
                && !picking.is_tried(index)
            {
                let (member, is_told) = picking.begun(index, &*group.picker);
                return Ok(Some(Begun { member, is_told }));
            }
        }
        let member = self.last_resort(tried, settings);
        Ok(member.map(|member| Begun {
            member: member.begin_call(),
            is_told: false,
        }))
    }

    /// Where a picker finds none, such as where chance left out all that return slowly: any that is not
    /// ejected. Where all are ejected, any of them: a call that may fail is better than one that must, and one
    /// that is served shows that they are back.
    fn last_resort(&self, tried: &[Mark], settings: &Fleet) -> Option<&Arc<Member>> {
        let now = Instant::now();
        let usable = self.groups.iter().flat_map(|group| &group.members);
        // An open breaker lets nothing through, whatever else there is.
        let usable = usable.filter(|member| member.breaker_allows(settings));
        let times = usable.map(|member| (member, member.health().ejected_until(now)));
        let times: Vec<_> = times.collect();
        let is_tried = |member: &Member| tried.iter().any(|mark| member.has(mark));
        let untried = times.iter().filter(|(member, _)| !is_tried(member));
        let all_ejected = times.iter().all(|(_, until)| until.is_some());
        let usable: Vec<_> = untried
            .filter(|(_, until)| all_ejected || until.is_none())
            .collect();
        let (member, until) = fastrand::choice(usable)?;
        if until.is_some() {
            member.health().tried_early(now);
        }
        Some(member)
    }

    /// If one instance has returned and all others are ejected, there was an outage of all, and it is over:
    /// each may be tried at once.
    pub(super) fn one_returned(&self) {
        if self.all.len() > 1 && self.ejected() + 1 == self.all.len() {
            let now = Instant::now();
            let all = self.all.iter();
            all.for_each(|member| member.health().may_be_tried(now));
        }
    }

    /// How many are ejected now.
    pub(super) fn ejected(&self) -> usize {
        let now = Instant::now();
        let ejected = |member: &&Arc<Member>| member.health().ejected_until(now).is_some();
        self.all.iter().filter(ejected).count()
    }

    /// Finds the picker that the client tells of the calls at `member`. Returns it with the index by which the picker
    /// knows the instance, and with the list's own `Member` of the instance: only further clones of that one are
    /// calls.
    pub(super) fn picker_of(&self, member: &Member) -> Option<(&dyn Picker, usize, &Member)> {
        let (group, index) = member.place()?;
        let group = self.groups.get(group)?;
        let known = group.members.get(index)?;
        known
            .is_same(member)
            .then_some((&*group.picker, index, &**known))
    }
}

impl Group {
    fn all(all: &[Arc<Member>], rules: &Rules) -> Vec<Self> {
        let usable = all.iter().filter(|member| {
            let instance = member.instance();
            instance.weight() > 0 && rules.admits(instance)
        });
        let (preferred, others): (Vec<_>, Vec<_>) = usable
            .cloned()
            .partition(|member| rules.prefers(member.instance()));
        let groups = [preferred, others].into_iter().filter(|it| !it.is_empty());
        let group = |(at, members): (usize, Vec<Arc<Member>>)| {
            let picker = rules.balancer.picker(&members);
            for (index, member) in members.iter().enumerate() {
                member.placed(picker.listens().then_some((at, index)));
            }
            Self { members, picker }
        };
        groups.enumerate().map(group).collect()
    }
}
