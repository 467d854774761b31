//! `-bytes-type PATH=TYPE` and `-map-type PATH=TYPE`.

use std::collections::{BTreeMap, HashMap};

use option_proto_field_types::stream_gen::samples::pages::{Index, Page, page::Body};
use streamgen_runtime::Bytes;
use streamgen_runtime::prost::{DecodeError, Message as _};

/// `Page.image=vec` and `Page.raw=vec`: a member of a oneof is a field of its message.
#[test]
fn some_bytes_are_vectors() -> Result<(), DecodeError> {
    let raw = Page {
        image: Vec::from([1]),
        digest: Bytes::from_static(&[2]),
        parts: vec![Bytes::from_static(&[3])],
        body: Some(Body::Raw(Vec::from([4]))),
    };
    let shared = Page {
        body: Some(Body::Shared(Bytes::from_static(&[5]))),
        ..raw.clone()
    };
    for page in [raw, shared] {
        assert_eq!(Page::decode(page.encode_to_vec().as_slice())?, page);
    }
    Ok(())
}

/// `.samples.pages=btree`, and behind it `Index.by_name=hash`, which counts.
#[test]
fn some_maps_are_sorted() -> Result<(), DecodeError> {
    let index = Index {
        by_name: HashMap::from([("a".to_owned(), 1)]),
        by_number: BTreeMap::from([(1, Page::default())]),
    };
    assert_eq!(Index::decode(index.encode_to_vec().as_slice())?, index);
    Ok(())
}
