//! `-compile-well-known-types`: messages of `google.protobuf` that this crate may add to.

use option_proto_well_known::stream_gen::google::protobuf::{Duration, StringValue, Timestamp};
use option_proto_well_known::stream_gen::samples::times::Span;
use streamgen_runtime::prost::{DecodeError, Message as _};
use streamgen_runtime::prost_types;

#[test]
fn they_are_on_the_wire_what_prosts_are() -> Result<(), DecodeError> {
    let ours = Timestamp {
        seconds: 1_700_000_000,
        nanos: 5,
    };
    let theirs = prost_types::Timestamp::decode(ours.encode_to_vec().as_slice())?;
    assert_eq!((theirs.seconds, theirs.nanos), (ours.seconds, ours.nanos));
    Ok(())
}

/// prost's own would be a `String`.
#[test]
fn wrappers_are_messages() -> Result<(), DecodeError> {
    let span = Span {
        start: Some(Timestamp::default()),
        length: Some(Duration::default()),
        name: Some(StringValue {
            value: "noon".to_owned(),
        }),
    };
    assert_eq!(Span::decode(span.encode_to_vec().as_slice())?, span);
    Ok(())
}
