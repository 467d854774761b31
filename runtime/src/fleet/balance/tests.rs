//! Distributions, and how they change with the list.

use std::cell::RefCell;
use std::sync::Arc;

use super::*;
use crate::call::Outgoing;
use crate::fleet::StaticList;
use crate::fleet::driver::Asked;
use crate::fleet::ejection::Ejection;
use crate::fleet::instance::Instance;
use crate::fleet::member::Mark;
use crate::fleet::settings::Fleet;
use crate::metadata::Metadata;
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

static SERVICE: ServiceInfo = ServiceInfo::new(
    "Users",
    "users",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[MethodInfo::new("Get", Mode::PingPong)],
);

/// Some instances, with one picker for them, and one call after the other.
struct Setup {
    members: Vec<Arc<Member>>,
    picker: Box<dyn Picker>,
    settings: Fleet,
    /// The calls that run, and their instances.
    calls: RefCell<Vec<(usize, Member)>>,
}

/// A call with that key, if there is one.
fn call(key: &str) -> Outgoing {
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
    call.metainfo = Metadata::new();
    if !key.is_empty() {
        call.metainfo.insert("RPC_TRANSIT_USER", key.to_owned());
    }
    call
}

/// Instances of these weights at the ports from 1 on.
fn members(weights: &[u32]) -> Vec<Arc<Member>> {
    let instance = |(index, weight): (usize, &u32)| {
        let address = format!("10.0.0.1:{}", index + 1);
        let instance = Instance::parse(address).unwrap().with_weight(*weight);
        Arc::new(Member::new(instance))
    };
    weights.iter().enumerate().map(instance).collect()
}

impl Setup {
    fn new(balancer: impl Balancer, weights: &[u32]) -> Self {
        Self::of(balancer, members(weights))
    }

    fn of(balancer: impl Balancer, members: Vec<Arc<Member>>) -> Self {
        fastrand::seed(7);
        let picker = balancer.picker(&members);
        let settings = Fleet::new(StaticList::new([])).ejection(Ejection::default().failures(1));
        Self {
            members,
            picker,
            settings,
            calls: RefCell::default(),
        }
    }

    fn call_begins(&self, index: usize) {
        let call = self.members[index].begin_call();
        self.calls.borrow_mut().push((index, call));
    }

    fn call_ends(&self, index: usize) {
        let calls = &mut *self.calls.borrow_mut();
        let call = calls.iter().position(|(it, _)| *it == index);
        drop(calls.swap_remove(call.expect("a call runs there")));
    }

    fn try_pick(&self, key: &str, tried: &[Mark]) -> Result<Option<usize>> {
        let call = call(key);
        self.picker.pick(&self.picking(&call, tried))
    }

    fn picking<'a>(&'a self, call: &'a Outgoing, tried: &'a [Mark]) -> Picking<'a> {
        let (info, used) = (None, None);
        let asked = Asked { call, info, used };
        Picking::new(&self.members, asked, tried, &self.settings)
    }

    /// Picks, and lets the call begin there.
    fn begin(&self) -> usize {
        let call = call("any");
        let picking = self.picking(&call, &[]);
        let index = self.picker.pick(&picking).unwrap().expect("an instance");
        let (member, is_told) = picking.begun(index, &*self.picker);
        assert!(is_told, "the picker has let it begin");
        self.calls.borrow_mut().push((index, member));
        index
    }

    /// A call ends there.
    fn end(&self, index: usize) {
        self.call_ends(index);
        self.picker
            .done(index, &self.members[index], Outcome::Served);
    }

    fn pick(&self) -> usize {
        self.try_pick("any", &[]).unwrap().expect("an instance")
    }

    /// How often each is picked of `picks`.
    fn counts(&self, picks: usize) -> Vec<usize> {
        let mut counts = vec![0; self.members.len()];
        (0..picks).for_each(|_| counts[self.pick()] += 1);
        counts
    }

    fn eject(&self, index: usize) {
        let now = tokio::time::Instant::now();
        let ejected = self.members[index]
            .health()
            .failed(now, &self.settings.ejection, || true);
        assert!(ejected.is_some());
    }
}

/// Pearson's statistic of these counts against shares by weight.
fn chi_squared(counts: &[usize], weights: &[u32]) -> f64 {
    let (all, total) = (
        counts.iter().sum::<usize>() as f64,
        weights.iter().sum::<u32>(),
    );
    let terms = counts.iter().zip(weights).map(|(count, weight)| {
        let expected = all * f64::from(*weight) / f64::from(total);
        (*count as f64 - expected).powi(2) / expected
    });
    terms.sum()
}

/// Which values of nine degrees of freedom chance exceeds once in a thousand times.
const NINE_DEGREES: f64 = 27.88;

const WEIGHTS: [u32; 10] = [10, 20, 5, 40, 10, 10, 1, 3, 100, 25];

#[test]
fn draws_are_distributed_by_weight() {
    let random = Setup::new(WeightedRandom, &WEIGHTS).counts(100_000);
    let statistic = chi_squared(&random, &WEIGHTS);
    assert!(statistic < NINE_DEGREES, "{statistic}: {random:?}");
    // The test can fail: other weights are told apart.
    assert!(chi_squared(&random, &[22; 10]) > 1000.0);
    // Two draws with nothing running are one draw.
    let choices = Setup::new(TwoChoices, &WEIGHTS).counts(100_000);
    let statistic = chi_squared(&choices, &WEIGHTS);
    assert!(statistic < NINE_DEGREES, "{statistic}: {choices:?}");
}

#[test]
fn turns_are_distributed_by_weight_exactly() {
    let total: usize = WEIGHTS.iter().sum::<u32>() as usize;
    let counts = Setup::new(RoundRobin, &WEIGHTS).counts(3 * total);
    let expected: Vec<_> = WEIGHTS.iter().map(|weight| 3 * *weight as usize).collect();
    assert_eq!(counts, expected);
}

#[test]
fn of_two_the_one_with_fewer_calls_for_its_weight_is_picked() {
    let setup = Setup::new(TwoChoices, &[10, 20]);
    setup.call_begins(0);
    assert_eq!(setup.counts(100)[0], 0, "calls for the weight: 1/10 and 0");
    setup.call_begins(1);
    assert_eq!(setup.counts(100)[0], 0, "1/10 and 1/20");
    (0..2).for_each(|_| setup.call_begins(1));
    // Where both draws are of the heavy one, there is no choice.
    let counts = setup.counts(1000);
    assert!(counts[0] > 900, "1/10 and 3/20: {counts:?}");
}

#[test]
fn streams_go_where_the_fewest_are() {
    let setup = Setup::new(LeastStreams, &[10, 10, 20]);
    for _ in 0..40 {
        setup.begin();
    }
    let running = || setup.members.iter().map(|member| member.running());
    assert_eq!(running().collect::<Vec<_>>(), [10, 10, 20]);
    (0..3).for_each(|_| setup.end(1));
    assert_eq!([(); 3].map(|()| setup.begin()), [1; 3]);
}

#[test]
fn of_instances_with_as_many_streams_for_their_weight_the_one_that_waits_longest_is_picked() {
    let setup = Setup::new(LeastStreams, &[3, 9]);
    // Four rounds of four streams, after each of which both have one for a weight of 3.
    for round in 1..=4 {
        let light = (0..4).filter(|_| setup.begin() == 0).count();
        assert_eq!(light, 1, "round {round}");
    }
    let last = setup.calls.borrow().last().map(|(index, _)| *index);
    assert_ne!(Some(setup.begin()), last);
}

#[test]
fn a_stream_that_no_picker_picked_counts_where_it_is() {
    let setup = Setup::new(LeastStreams, &[10, 10]);
    for _ in 0..2 {
        setup.call_begins(1);
        setup.picker.begun(1, &setup.members[1]);
    }
    assert_eq!([(); 2].map(|()| setup.begin()), [0; 2]);
}

#[test]
fn a_picker_around_another_one_has_the_last_word() {
    let setup = Setup::new(LeastStreams, &[10; 3]);
    let call = call("any");
    let picking = setup.picking(&call, &[]);
    let other = (setup.picker.pick(&picking).unwrap().unwrap() + 1) % 3;
    let (member, is_told) = picking.begun(other, &*setup.picker);
    assert!(member.is_same(&setup.members[other]) && !is_told);
    let running = setup.members.iter().map(|it| it.running());
    assert_eq!(running.sum::<usize>(), 1);
}

#[test]
fn instances_without_streams_are_picked_in_turn() {
    let setup = Setup::new(LeastStreams, &[10; 5]);
    let turn = |_| {
        let index = setup.begin();
        setup.end(index);
        index
    };
    let mut picked: Vec<usize> = (0..5).map(turn).collect();
    picked.sort_unstable();
    assert_eq!(picked, [0, 1, 2, 3, 4]);
}

fn by_user() -> ConsistentHash {
    ConsistentHash::by_metainfo("USER")
}

/// The instance of each key, by its address.
fn homes(setup: &Setup, keys: usize) -> Vec<String> {
    let home = |key: usize| {
        let index = setup
            .try_pick(&format!("user-{key}"), &[])
            .unwrap()
            .unwrap();
        setup.members[index].instance().endpoint().to_string()
    };
    (0..keys).map(home).collect()
}

#[test]
fn when_one_of_ten_leaves_only_its_keys_move() {
    const KEYS: usize = 20_000;
    let all = members(&[10; 10]);
    let before = homes(&Setup::of(by_user(), all.clone()), KEYS);
    for leaver in 0..10 {
        let (mut rest, gone) = (all.clone(), all[leaver].instance().endpoint().to_string());
        rest.remove(leaver);
        let after = homes(&Setup::of(by_user(), rest), KEYS);
        let moved = before.iter().zip(&after).filter(|(old, new)| old != new);
        let moved: Vec<_> = moved.collect();
        let share = moved.len() as f64 / KEYS as f64;
        assert!(share <= 1.0 / 9.0 + 0.05, "{share} of the keys moved");
        assert!(
            moved.iter().all(|(old, _)| **old == gone),
            "others moved, too"
        );
        let to: std::collections::BTreeSet<_> = moved.iter().map(|(_, new)| *new).collect();
        assert!(to.len() > 5, "its keys go to many others: {to:?}");
    }
}

#[test]
fn keys_are_spread_by_weight_and_the_order_of_the_list_does_not_matter() {
    const KEYS: usize = 50_000;
    let all = members(&[10, 10, 20]);
    let homes_of =
        |members: Vec<_>| homes(&Setup::of(by_user().virtual_nodes(1000), members), KEYS);
    let there = homes_of(all.clone());
    let heavy = there.iter().filter(|home| home.ends_with(":3")).count();
    let share = heavy as f64 / KEYS as f64;
    assert!((share - 0.5).abs() < 0.05, "{share}");
    let reversed = homes_of(all.into_iter().rev().collect());
    assert_eq!(there, reversed);
}

#[test]
fn a_call_without_key_fails_and_says_what_to_set() {
    let setup = Setup::new(by_user(), &[10; 3]);
    let error = setup.try_pick("", &[]).unwrap_err();
    let text = "the call of Get has no key for the consistent hash, or an empty one: \
        set the metainfo `USER` of the call";
    assert_eq!(error.message(), text);
    let empty = ConsistentHash::by(|_| Some("".into()));
    assert!(Setup::new(empty, &[10]).try_pick("", &[]).is_err());
}

/// All balancers, with many instances of the same weight.
fn each(check: impl Fn(&str, &Setup)) {
    const SAME: [u32; 10] = [10; 10];
    check("in turn", &Setup::new(RoundRobin, &SAME));
    check("by chance", &Setup::new(WeightedRandom, &SAME));
    check("of two", &Setup::new(TwoChoices, &SAME));
    check("streams", &Setup::new(LeastStreams, &SAME));
    check("hash", &Setup::new(by_user(), &SAME));
}

#[tokio::test(start_paused = true)]
async fn an_ejected_instance_gets_no_call_until_its_time() {
    each(|name, setup| {
        (0..9).for_each(|index| setup.eject(index));
        for nth in 0..1000 {
            let picked = setup.try_pick(&format!("{nth}"), &[]).unwrap();
            // Whoever draws may miss the last one; the client looks for it then.
            assert!(matches!(picked, None | Some(9)), "{name}: {picked:?}");
        }
    });
    let setups = RefCell::new(Vec::new());
    each(|name, setup| {
        setup.eject(3);
        let counts = setup.counts(500);
        assert_eq!(counts[3], 0, "{name}: {counts:?}");
        setups
            .borrow_mut()
            .push((name.to_owned(), Arc::clone(&setup.members[3])));
    });
    tokio::time::advance(Ejection::default().time).await;
    for (name, member) in setups.take() {
        let open = member
            .health()
            .is_open(tokio::time::Instant::now, &Ejection::default());
        assert!(open, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_goes_twice_to_the_same_instance() {
    each(|name, setup| {
        let mut tried = Vec::new();
        while let Some(index) = setup.try_pick("a", &tried).unwrap() {
            let member = &setup.members[index];
            assert!(!tried.iter().any(|mark| member.has(mark)), "{name}");
            tried.push(member.mark());
        }
        assert!(tried.len() > 5, "{name}: {}", tried.len());
    });
}
