//! `-bytes-type vec`.

use option_proto_types::stream_gen::samples::types::{Store, store::Key};
use streamgen_runtime::prost::{DecodeError, Message as _};

#[test]
fn bytes_are_vectors() -> Result<(), DecodeError> {
    let store = Store {
        blob: vec![0xff],
        blobs: vec![Vec::new(), vec![3]],
        checksum: Some(Vec::new()),
        by_name: [("a".to_owned(), vec![1, 2])].into(),
        by_number: [(-1, Store::default())].into(),
        key: Some(Key::Raw(vec![7])),
    };
    assert_eq!(Store::decode(store.encode_to_vec().as_slice())?, store);
    Ok(())
}
