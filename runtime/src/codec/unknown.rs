//! Fields that an IDL does not have, kept as they came.

use std::fmt;

use super::value::HEAD_LEN;
use super::wire_type;

/// The fields of a struct that its IDL does not have: the bytes of each, head included, in the order
/// of arrival. They are written back behind the known ones, as Kitex does under
/// `keep_unknown_fields` (kitex tool/internal_pkg/pluginmode/thriftgo/struct_tpl.go).
///
/// They take as much memory as they took on the wire.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownFields {
    bytes: Vec<u8>,
    /// The ids, parallel to the fields in `bytes`.
    ids: Vec<i16>,
}

impl UnknownFields {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ids: Vec::new(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ids of the fields, in the order of arrival. A peer may have sent one twice.
    #[must_use]
    pub fn ids(&self) -> &[i16] {
        &self.ids
    }

    /// The bytes of all fields, one behind the other.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets the fields.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ids.clear();
    }

    /// Adds one field, head included, that was found to be well-formed.
    pub(super) fn push(&mut self, field: &[u8]) {
        debug_assert!(field.len() > HEAD_LEN && field[0] != wire_type::STOP);
        if let [_, high, low, ..] = *field {
            self.ids.push(i16::from_be_bytes([high, low]));
            self.bytes.extend_from_slice(field);
        }
    }
}

/// Ids and length: the values may be secret.
impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownFields")
            .field("ids", &self.ids)
            .field("len", &self.bytes.len())
            .finish()
    }
}
