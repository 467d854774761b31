//! prost, as generated messages name it: with map entries that are whole.
//!
//! Of an entry prost writes what differs from its default, as the specification allows. What Kitex
//! v0.16.3 generates reads only entries that have a key and a value, in this order, and fails at
//! any other; all official encoders write both.

pub use ::prost::*;

pub mod encoding {
    //! prost's encoding, but for what a map writes and for a count of what is built.

    pub use super::super::counted::{
        bool, bytes, double, fixed32, fixed64, float, group, int32, int64, message, sfixed32,
        sfixed64, sint32, sint64, string, uint32, uint64,
    };
    pub use ::prost::encoding::*;

    pub mod hash_map {
        //! Fields that are a `HashMap`.

        use std::collections::HashMap;

        super::super::whole_entries!(HashMap);
        super::super::counted_entries!(HashMap, hash_map, hash_table);
    }

    pub mod btree_map {
        //! Fields that are a `BTreeMap`.

        use std::collections::BTreeMap;

        super::super::whole_entries!(BTreeMap);
        super::super::counted_entries!(BTreeMap, btree_map, b_tree);
    }
}

/// What prost's derive calls to write a map, under prost's names. Those `with_default` are for
/// values of an enum whose default is not 0: no value is left out here, whatever it is.
macro_rules! whole_entries {
    ($map:ident) => {
        use ::prost::bytes::BufMut;
        use ::prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len};

        /// Writes the entries, each with its key and its value.
        pub fn encode<K, V, B: BufMut>(
            key_encode: impl Fn(u32, &K, &mut B),
            key_encoded_len: impl Fn(u32, &K) -> usize,
            val_encode: impl Fn(u32, &V, &mut B),
            val_encoded_len: impl Fn(u32, &V) -> usize,
            tag: u32,
            values: &$map<K, V>,
            buf: &mut B,
        ) {
            for (key, value) in values {
                let len = key_encoded_len(1, key) + val_encoded_len(2, value);
                encode_key(tag, WireType::LengthDelimited, buf);
                encode_varint(len as u64, buf);
                key_encode(1, key, buf);
                val_encode(2, value, buf);
            }
        }

        /// The bytes that [`encode`] writes.
        pub fn encoded_len<K, V>(
            key_encoded_len: impl Fn(u32, &K) -> usize,
            val_encoded_len: impl Fn(u32, &V) -> usize,
            tag: u32,
            values: &$map<K, V>,
        ) -> usize {
            let entry = |(key, value)| {
                let len = key_encoded_len(1, key) + val_encoded_len(2, value);
                encoded_len_varint(len as u64) + len
            };
            key_len(tag) * values.len() + values.iter().map(entry).sum::<usize>()
        }

        /// [`encode`], whatever the default of the values.
        #[expect(clippy::too_many_arguments, reason = "prost's derive calls it so")]
        pub fn encode_with_default<K, V, B: BufMut>(
            key_encode: impl Fn(u32, &K, &mut B),
            key_encoded_len: impl Fn(u32, &K) -> usize,
            val_encode: impl Fn(u32, &V, &mut B),
            val_encoded_len: impl Fn(u32, &V) -> usize,
            _default: &V,
            tag: u32,
            values: &$map<K, V>,
            buf: &mut B,
        ) {
            encode(
                key_encode,
                key_encoded_len,
                val_encode,
                val_encoded_len,
                tag,
                values,
                buf,
            );
        }

        /// The bytes that [`encode_with_default`] writes.
        pub fn encoded_len_with_default<K, V>(
            key_encoded_len: impl Fn(u32, &K) -> usize,
            val_encoded_len: impl Fn(u32, &V) -> usize,
            _default: &V,
            tag: u32,
            values: &$map<K, V>,
        ) -> usize {
            encoded_len(key_encoded_len, val_encoded_len, tag, values)
        }
    };
}
use whole_entries;

/// What prost's derive calls to read an entry of a map, and a charge for the entry.
macro_rules! counted_entries {
    ($map:ident, $module:ident, $memory:ident) => {
        use std::hash::Hash;

        use ::prost::DecodeError;
        use ::prost::bytes::Buf;
        use ::prost::encoding::DecodeContext;

        use crate::codec::budget::$memory;
        use crate::codec::protobuf::budget::charge;

        /// Reads an entry.
        ///
        /// # Errors
        /// Bytes that are none; more is built than the message may.
        pub fn merge<K, V, B>(
            key_merge: impl Fn(WireType, &mut K, &mut B, DecodeContext) -> Result<(), DecodeError>,
            val_merge: impl Fn(WireType, &mut V, &mut B, DecodeContext) -> Result<(), DecodeError>,
            values: &mut $map<K, V>,
            buf: &mut B,
            ctx: DecodeContext,
        ) -> Result<(), DecodeError>
        where
            K: Default + Eq + Hash + Ord,
            V: Default,
            B: Buf,
        {
            merge_with_default(key_merge, val_merge, V::default(), values, buf, ctx)
        }

        /// Reads an entry whose value is `val_default` if it says nothing else.
        ///
        /// # Errors
        /// As of [`merge`].
        pub fn merge_with_default<K, V, B>(
            key_merge: impl Fn(WireType, &mut K, &mut B, DecodeContext) -> Result<(), DecodeError>,
            val_merge: impl Fn(WireType, &mut V, &mut B, DecodeContext) -> Result<(), DecodeError>,
            val_default: V,
            values: &mut $map<K, V>,
            buf: &mut B,
            ctx: DecodeContext,
        ) -> Result<(), DecodeError>
        where
            K: Default + Eq + Hash + Ord,
            B: Buf,
        {
            let (count, size) = (values.len(), size_of::<(K, V)>());
            charge($memory(count + 1, size).saturating_sub($memory(count, size)))?;
            ::prost::encoding::$module::merge_with_default(
                key_merge,
                val_merge,
                val_default,
                values,
                buf,
                ctx,
            )
        }
    };
}
use counted_entries;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use crate::prost::{Enumeration, Message};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enumeration)]
    #[prost(prost_path = "crate::prost")]
    #[repr(i32)]
    enum Colour {
        Red = 0,
        Blue = 5,
    }

    #[derive(Clone, PartialEq, Message)]
    #[prost(prost_path = "crate::prost")]
    struct Maps {
        #[prost(map = "string, int64", tag = "1")]
        counts: HashMap<String, i64>,
        #[prost(btree_map = "int32, message", tag = "2")]
        inner: BTreeMap<i32, Maps>,
        #[prost(map = "bool, enumeration(Colour)", tag = "300")]
        colours: HashMap<bool, i32>,
    }

    crate::protobuf_messages! { Maps }

    #[test]
    fn an_entry_has_its_key_and_its_value_also_where_they_are_zero() {
        let maps = Maps {
            counts: HashMap::from([(String::new(), 0)]),
            inner: BTreeMap::from([(0, Maps::default()), (1, Maps::default())]),
            colours: HashMap::from([(false, Colour::Red.into())]),
        };
        let bytes = maps.encode_to_vec();
        let entries = [
            &b"\x0a\x04\x0a\x00\x10\x00"[..],
            b"\x12\x04\x08\x00\x12\x00",
            b"\x12\x04\x08\x01\x12\x00",
            b"\xe2\x12\x04\x08\x00\x10\x00",
        ];
        assert_eq!(bytes, entries.concat());
        assert_eq!(bytes.len(), maps.encoded_len());
        assert_eq!(Maps::decode(&bytes[..]).unwrap(), maps);
    }

    #[test]
    fn an_entry_without_key_or_value_is_read() {
        let maps = Maps::decode(&b"\x0a\x00\x12\x02\x08\x07\xe2\x12\x02\x10\x05"[..]).unwrap();
        assert_eq!(maps.counts, HashMap::from([(String::new(), 0)]));
        assert_eq!(maps.inner, BTreeMap::from([(7, Maps::default())]));
        assert_eq!(maps.colours, HashMap::from([(false, Colour::Blue.into())]));
    }
}
