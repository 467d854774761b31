//! How values look in JSON, and the limits of a conversion.

use crate::schema::Codec;

/// Deepest nesting of a message, in structs, lists, sets and maps. It bounds the stack that a message can
/// take, and is the most that the parser of JSON takes. The runtime reads 64 structs in each other, so
/// that all it reads has a form in JSON unless there is more than a container around each of them.
pub const MAX_DEPTH: usize = 126;

/// Longest message by default, in bytes: 64 MiB. It holds for the JSON and for the Thrift bytes, each
/// by itself: a few bytes of one may be many of the other, when an IDL has long default values.
pub const DEFAULT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// How values look in JSON.
///
/// The default is that of the IDL's language. Of Thrift, it is Kitex's mapping: 64-bit integers and enums as
/// numbers. Of Protobuf, it is proto3's JSON mapping: 64-bit integers as strings, enums as names, fields in
/// lowerCamelCase; [`kitex`](Self::kitex) is what Kitex does instead. In both, binary is base64, and members
/// that the IDL does not know are skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonOptions {
    pub(crate) binary: BinaryForm,
    enums: Option<EnumForm>,
    i64_as_text: Option<bool>,
    pub(crate) names: NameForm,
    pub(crate) deny_unknown: bool,
    pub(crate) max_bytes: usize,
}

/// How `binary` looks in JSON, in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BinaryForm {
    /// Standard base64 with padding.
    #[default]
    Base64,
    /// The bytes themselves as a string, as with Kitex's `SetBinaryWithBase64(g, false)`. Bytes that
    /// are not UTF-8 have no such form: they are an error.
    Text,
}

/// How the names of Protobuf's fields are written to JSON. Both forms are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameForm {
    /// `json_name`, which is the name in lowerCamelCase if the IDL gives none.
    #[default]
    Json,
    /// The name in the IDL.
    Idl,
}

/// How the values of enums are written to JSON. Both forms are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EnumForm {
    /// The number, as Kitex writes it.
    #[default]
    Number,
    /// The name in the IDL; the number, if it has none.
    Name,
}

impl Default for JsonOptions {
    fn default() -> Self {
        Self {
            binary: BinaryForm::default(),
            enums: None,
            i64_as_text: None,
            names: NameForm::default(),
            deny_unknown: false,
            max_bytes: DEFAULT_MAX_BYTES,
        }
    }
}

impl JsonOptions {
    /// The mapping of the IDL's language.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What Kitex's JSON generic calls make of both languages: 64-bit integers and enums are written as
    /// numbers.
    #[must_use]
    pub fn kitex() -> Self {
        Self::new().enums(EnumForm::Number).i64_as_text(false)
    }

    /// How the names of Protobuf's fields are written.
    #[must_use]
    pub fn names(mut self, form: NameForm) -> Self {
        self.names = form;
        self
    }

    /// How the messages of this codec have their enums.
    pub(crate) fn enum_form(&self, codec: Codec) -> EnumForm {
        self.enums.unwrap_or(match codec {
            Codec::Thrift => EnumForm::Number,
            Codec::Protobuf => EnumForm::Name,
        })
    }

    /// Whether the messages of this codec have integers of 64 bits as strings.
    pub(crate) fn large_as_text(&self, codec: Codec) -> bool {
        self.i64_as_text.unwrap_or(codec == Codec::Protobuf)
    }

    /// How `binary` looks, in both directions.
    #[must_use]
    pub fn binary(mut self, form: BinaryForm) -> Self {
        self.binary = form;
        self
    }

    /// How enums are written.
    #[must_use]
    pub fn enums(mut self, form: EnumForm) -> Self {
        self.enums = Some(form);
        self
    }

    /// Whether every integer of 64 bits is written as a string, for readers that hold numbers as doubles. In
    /// Thrift, the annotation `api.js_conv` asks for it field by field. Strings are always read.
    #[must_use]
    pub fn i64_as_text(mut self, yes: bool) -> Self {
        self.i64_as_text = Some(yes);
        self
    }

    /// Whether a member that the IDL does not know is an error. Kitex, and the default, skip it.
    #[must_use]
    pub fn deny_unknown_fields(mut self, yes: bool) -> Self {
        self.deny_unknown = yes;
        self
    }

    /// Longest message, in bytes, of the JSON and of the Thrift bytes, each by itself. The default is
    /// [`DEFAULT_MAX_BYTES`], and the most 2 GiB - 1: Thrift's lengths go no further.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes.min(i32::MAX as usize);
        self
    }
}
