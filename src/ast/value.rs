//! Values of constants and defaults.

use serde::Serialize;
use streamgen_idl::model::{DefinitionKind, TypeKind, TypeRef, Value, ValueKind};

use super::Reader;
use super::place::{PlaceView, place};

/// A value, of the type at whose place it stands.
#[derive(Serialize)]
pub(super) struct ValueView<'a> {
    #[serde(flatten)]
    kind: KindView<'a>,
    /// The constant that the IDL names here, as an index into the definitions of the document.
    constant: Option<usize>,
    place: Option<PlaceView>,
}

/// What a value is: `kind` in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KindView<'a> {
    Bool {
        value: bool,
    },
    /// Decimal text: many readers of JSON cannot hold 64 bits in a number.
    Int {
        value: String,
    },
    Double {
        value: Number,
    },
    String {
        value: &'a str,
    },
    /// Two hexadecimal digits a byte.
    Binary {
        value: String,
    },
    Uuid {
        value: String,
    },
    Enum {
        /// An index into the definitions of the document.
        definition: usize,
        number: i32,
        /// `null` where the number has none.
        name: Option<&'a str>,
    },
    List {
        values: Vec<ValueView<'a>>,
    },
    Set {
        values: Vec<ValueView<'a>>,
    },
    Map {
        entries: Vec<EntryView<'a>>,
    },
    Struct {
        /// An index into the definitions of the document.
        definition: usize,
        /// Those that are given.
        fields: Vec<GivenFieldView<'a>>,
    },
}

#[derive(Serialize)]
struct EntryView<'a> {
    key: ValueView<'a>,
    value: ValueView<'a>,
}

#[derive(Serialize)]
struct GivenFieldView<'a> {
    id: i32,
    value: ValueView<'a>,
}

/// A number of JSON, or the word for what is none: `Infinity`, `-Infinity`, `NaN`.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Word(&'static str),
}

impl Number {
    fn new(value: f64) -> Self {
        match value {
            _ if value.is_finite() => Self::Finite(value),
            _ if value.is_nan() => Self::Word("NaN"),
            _ if value > 0.0 => Self::Word("Infinity"),
            _ => Self::Word("-Infinity"),
        }
    }
}

impl<'a> ValueView<'a> {
    /// A value of the type `ty`.
    pub(super) fn new(reader: Reader<'a>, ty: &TypeRef, of: &'a Value) -> Self {
        let unsigned = matches!(reader.schema.resolve(ty), TypeKind::U64);
        Self {
            kind: match &of.kind {
                // The same 64 bits.
                ValueKind::Int(value) if unsigned => KindView::Int {
                    value: value.cast_unsigned().to_string(),
                },
                kind => view(reader, kind),
            },
            constant: of.constant.map(|constant| constant.index()),
            place: place(reader, of.span),
        }
    }

    /// A value within another one. Only Thrift has those, whose integers have signs.
    fn inner(reader: Reader<'a>, of: &'a Value) -> Self {
        Self {
            kind: view(reader, &of.kind),
            constant: of.constant.map(|constant| constant.index()),
            place: place(reader, of.span),
        }
    }
}

fn view<'a>(reader: Reader<'a>, of: &'a ValueKind) -> KindView<'a> {
    let all = |values: &'a [Value]| {
        let values = values.iter().map(|value| ValueView::inner(reader, value));
        values.collect()
    };
    match of {
        ValueKind::Bool(value) => KindView::Bool { value: *value },
        ValueKind::Int(value) => KindView::Int {
            value: value.to_string(),
        },
        ValueKind::Double(value) => KindView::Double {
            value: Number::new(*value),
        },
        ValueKind::String(value) => KindView::String { value },
        ValueKind::Binary(bytes) => KindView::Binary { value: hex(bytes) },
        ValueKind::Uuid(bytes) => KindView::Uuid { value: uuid(bytes) },
        ValueKind::Enum {
            def,
            number,
            variant,
        } => KindView::Enum {
            definition: def.index(),
            number: *number,
            name: match &reader.schema.def(*def).kind {
                DefinitionKind::Enum(of) => {
                    let variant = variant.and_then(|index| of.variants.get(index));
                    variant.map(|variant| variant.name.as_str())
                }
                _ => None,
            },
        },
        ValueKind::List(values) => KindView::List {
            values: all(values),
        },
        ValueKind::Set(values) => KindView::Set {
            values: all(values),
        },
        ValueKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| EntryView {
                key: ValueView::inner(reader, key),
                value: ValueView::inner(reader, value),
            });
            KindView::Map {
                entries: entries.collect(),
            }
        }
        ValueKind::Struct { def, fields } => {
            let fields = fields.iter().map(|field| GivenFieldView {
                id: field.id,
                value: ValueView::inner(reader, &field.value),
            });
            KindView::Struct {
                definition: def.index(),
                fields: fields.collect(),
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text form: 8, 4, 4, 4 and 12 digits.
fn uuid(bytes: &[u8; 16]) -> String {
    let digits = hex(bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_json_is_a_word() {
        let texts = [1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]
            .map(|value| serde_json::to_string(&Number::new(value)).expect("it is JSON"));
        assert_eq!(texts, ["1.5", "\"Infinity\"", "\"-Infinity\"", "\"NaN\""]);
    }

    #[test]
    fn bytes_are_digits() {
        assert_eq!(hex(&[0, 0xab, 0xff]), "00abff");
        let bytes: Vec<u8> = (0..16).collect();
        let bytes = bytes.try_into().expect("there are sixteen");
        assert_eq!(uuid(&bytes), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    }
}
