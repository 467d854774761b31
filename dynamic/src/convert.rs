//! Between JSON and the wire of the IDL.

use crate::decode;
use crate::encode;
use crate::error::{ConvertError, Place};
use crate::options::JsonOptions;
use crate::protobuf;
use crate::schema::{Codec, Compiled, Type};

impl Compiled {
    /// Appends the bytes of a value.
    pub(crate) fn to_wire(
        &self,
        what: (Type, Place),
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        match self.codec {
            Codec::Thrift => encode::encode(self, options, what, json, out),
            Codec::Protobuf => protobuf::encode(self, options, what, json, out),
        }
    }

    /// Appends the JSON of a value.
    pub(crate) fn to_json(
        &self,
        (ty, place): (Type, Place),
        wire: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        match self.codec {
            Codec::Thrift => decode::decode(self, options, wire, out, |decoder| {
                decoder.value(ty, place, false)
            }),
            Codec::Protobuf => protobuf::decode(self, options, (ty, place), wire, out),
        }
    }
}
