//! `-map-type btree`: sorted maps and sets, so that equal values are equal bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use option_maps::stream_gen::samples::maps::{DIGITS, Index, Maps, NONE, Point, Sample, Unit};
use streamgen_runtime::codec::{DecodeError, Encode as _, OrderedF64, VecMap};
use streamgen_runtime::{FastStr, Message as _};

fn text(text: &'static str) -> FastStr {
    FastStr::from_static_str(text)
}

fn index() -> Index {
    Index {
        points: BTreeMap::from([(text("origin"), Point::default())]),
        units: BTreeSet::from([Unit::SECOND, Unit(99)]),
    }
}

#[test]
fn every_key_has_an_order() -> Result<(), DecodeError> {
    let corners = BTreeSet::from([Point { x: 1, y: 2 }, Point { x: 1, y: -2 }]);
    let maps = Maps {
        counts: BTreeMap::from([(text("a"), 1)]),
        corners: corners.clone(),
        by_value: BTreeMap::from([(OrderedF64(-0.5), Unit::METRE)]),
        nested: BTreeMap::from([(BTreeMap::from([(corners, true)]), vec![index()])]),
        by_index: BTreeMap::from([(index(), text("one"))]),
        by_sample: VecMap::from([(Sample { value: 0.5 }, text("half"))]),
        hashed: HashMap::from([(text("b"), 2)]),
        ..Maps::default()
    };
    assert_eq!(Maps::decode_from(maps.encode_to_bytes())?, maps);
    assert_eq!(maps.units, BTreeSet::from([Unit::METRE]));
    Ok(())
}

#[test]
fn bytes_do_not_depend_on_the_order_of_insertion() {
    let with = |names: &[&'static str]| Maps {
        counts: names.iter().map(|name| (text(name), 1)).collect(),
        ..Maps::default()
    };
    let (up, down) = (with(&["a", "b", "c"]), with(&["c", "b", "a"]));
    assert_eq!(up.encode_to_bytes(), down.encode_to_bytes());
}

#[test]
fn constants_are_sorted_too() {
    assert_eq!(DIGITS.first_key_value(), Some((&text("one"), &1)));
    assert!(NONE.is_empty());
}

/// A key that holds a double is found by looking at each.
#[test]
fn a_key_without_an_order_stands_in_a_list() {
    let map = VecMap::from([(Sample { value: 0.5 }, 1), (Sample { value: 1.5 }, 2)]);
    assert_eq!(map.get(&Sample { value: 1.5 }), Some(&2));
}
