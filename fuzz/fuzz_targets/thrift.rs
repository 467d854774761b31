//! A message of every Thrift type through the codec.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use streamgen_runtime::codec::{
    DecodeError, Encode, FieldSink, Message, OrderedF64, Reader, Struct,
};
use streamgen_runtime::{ApplicationException, FastStr};

/// Declares a struct with optional fields, as generated code implements one.
macro_rules! message {
    ($($id:literal $field:ident: $ty:ty,)*) => {
        #[derive(Debug, Default, PartialEq)]
        struct Everything { $($field: Option<$ty>,)* }

        impl Struct for Everything {
            const NAME: &'static str = "Everything";

            fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
                $(sink.optional($id, &self.$field);)*
            }

            fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                let mut fields = r.fields(Self::NAME);
                while fields.more()? {
                    $(fields.optional($id, &mut self.$field)?;)*
                }
                Ok(())
            }
        }
    };
}

message! {
    1 flag: bool,
    2 tiny: i8,
    3 small: i16,
    4 medium: i32,
    5 large: i64,
    6 real: OrderedF64,
    7 text: FastStr,
    8 owned: String,
    9 blob: Bytes,
    10 longs: Vec<i64>,
    11 matrix: Vec<Vec<bool>>,
    12 tags: BTreeSet<FastStr>,
    13 counts: BTreeMap<String, i64>,
    14 next: Box<Everything>,
    15 all: Vec<Everything>,
    16 groups: BTreeMap<i8, Vec<Bytes>>,
    17 exception: ApplicationException,
}

fuzz_target!(|input: &[u8]| {
    let Ok(message) = Everything::decode_from(Bytes::copy_from_slice(input)) else {
        return;
    };
    let bytes = message.encode_to_bytes();
    assert_eq!(bytes.len(), message.encoded_len());
    assert_eq!(Everything::decode_from(bytes), Ok(message));
});
