//! How values look in JSON, and the limits of a conversion.

/// Deepest nesting of a message, in structs, lists, sets and maps. It bounds the stack that a message can
/// take, and is the most that the parser of JSON takes. The runtime reads 64 structs in each other, so
/// that all it reads has a form in JSON unless there is more than a container around each of them.
pub const MAX_DEPTH: usize = 126;

/// Longest message by default, in bytes: 64 MiB. It holds for the JSON and for the Thrift bytes, each
/// by itself: a few bytes of one may be many of the other, when an IDL has long default values.
pub const DEFAULT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// How values look in JSON. The default is Kitex's: 64-bit integers and enums as numbers, binary as
/// base64, members that the IDL does not know are skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonOptions {
    pub(crate) binary: BinaryForm,
    pub(crate) enums: EnumForm,
    pub(crate) i64_as_text: bool,
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
            enums: EnumForm::default(),
            i64_as_text: false,
            deny_unknown: false,
            max_bytes: DEFAULT_MAX_BYTES,
        }
    }
}

impl JsonOptions {
    /// Kitex's mapping.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
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
        self.enums = form;
        self
    }

    /// Whether every `i64` is written as a string, for readers that hold numbers as doubles. The
    /// annotation `api.js_conv` asks for it field by field. Strings are always read.
    #[must_use]
    pub fn i64_as_text(mut self, yes: bool) -> Self {
        self.i64_as_text = yes;
        self
    }

    /// Whether a member that the IDL does not know is an error. Kitex, and the default, skip it.
    #[must_use]
    pub fn deny_unknown_fields(mut self, yes: bool) -> Self {
        self.deny_unknown = yes;
        self
    }

    /// Longest message, in bytes, of the JSON and of the Thrift bytes, each by itself. The default is
    /// [`DEFAULT_MAX_BYTES`].
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }
}
