//! `-bytes-type vec` and `-map-type btree`.

use std::collections::BTreeMap;

use option_proto_types::stream_gen::samples::types::shelf::State;
use option_proto_types::stream_gen::samples::types::{Shelf, Store, store::Key};
use streamgen_runtime::prost::{DecodeError, Message as _};

fn store(names: &[&str]) -> Store {
    let by_name = names.iter().map(|name| ((*name).to_owned(), vec![1, 2]));
    let by_number: BTreeMap<i32, Store> = BTreeMap::from([(-1, Store::default())]);
    Store {
        blob: vec![0xff],
        blobs: vec![Vec::new(), vec![3]],
        checksum: Some(Vec::<u8>::new()),
        by_name: by_name.collect(),
        by_number,
        key: Some(Key::Raw(vec![7])),
    }
}

#[test]
fn bytes_are_vectors_and_maps_are_sorted() -> Result<(), DecodeError> {
    let store = store(&["b", "a"]);
    assert_eq!(Store::decode(store.encode_to_vec().as_slice())?, store);
    let first = store.by_name.first_key_value();
    assert_eq!(first, Some((&"a".to_owned(), &vec![1, 2])));
    Ok(())
}

#[test]
fn bytes_do_not_depend_on_the_order_of_insertion() {
    let (up, down) = (store(&["a", "b", "c"]), store(&["c", "b", "a"]));
    assert_eq!(up.encode_to_vec(), down.encode_to_vec());
}

/// Where prost's derive would ask for a dependency on prost, with the words that it has.
#[test]
fn debug_shows_enums_by_their_names() {
    let shelf = Shelf {
        parts: [("left".to_owned(), 1), ("right".to_owned(), 5)].into(),
        state: State::Full.into(),
        history: vec![0, 1],
        next: Some(State::Empty.into()),
        r#type: None,
    };
    assert_eq!(
        format!("{shelf:?}"),
        "Shelf { parts: {\"left\": Full, \"right\": 5}, state: Full, history: [Empty, Full], \
         next: Some(Empty), r#type: None }"
    );
}
