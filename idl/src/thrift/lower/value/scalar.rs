//! Numbers and strings.

use super::super::integer::integer;
use super::Evaluator;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, TypeKind, ValueKind};
use crate::source::Span;
use crate::thrift::literal::{InvalidEscape, decode_string, parse_double, parse_uuid};
use crate::wording::shown;

impl Evaluator<'_> {
    pub(super) fn integer_literal(
        &mut self,
        text: &str,
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        let number = integer(text, span, self.report)?;
        self.integer(number, span, expected)
    }

    /// An integer where a type is expected (thrift-idl.md 6). Also for integer constants and enum
    /// values.
    pub(super) fn integer(
        &mut self,
        number: i64,
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        let in_range = |min: i64, max: i64| (min..=max).contains(&number);
        let fits = match expected {
            TypeKind::Bool => return self.integer_as_bool(number, span),
            TypeKind::Double => return Some(ValueKind::Double(number as f64)),
            TypeKind::Named(id) if self.index.enumeration(*id).is_some() => {
                return self.integer_as_enum(number, span, *id);
            }
            TypeKind::I8 => in_range(i8::MIN.into(), i8::MAX.into()),
            TypeKind::I16 => in_range(i16::MIN.into(), i16::MAX.into()),
            TypeKind::I32 => in_range(i32::MIN.into(), i32::MAX.into()),
            TypeKind::I64 => true,
            _ => {
                self.mismatch(expected, "an integer", span);
                return None;
            }
        };
        if !fits {
            self.out_of_range(number, span, &self.type_name(expected));
        }
        fits.then_some(ValueKind::Int(number))
    }

    /// 0 and 1 are `false` and `true`; Kitex reads any positive number as `true`.
    fn integer_as_bool(&mut self, number: i64, span: Span) -> Option<ValueKind> {
        if number < 0 {
            self.mismatch(&TypeKind::Bool, "a negative integer", span);
            return None;
        }
        if number > 1 {
            let message = format!("`{number}` stands for `true`");
            let found = Diagnostic::new(Code::IntegerAsBool, message).label(span, "");
            self.report.add(found.suggest("write `true`", span, "true"));
        }
        Some(ValueKind::Bool(number > 0))
    }

    fn integer_as_enum(&mut self, number: i64, span: Span, def: DefId) -> Option<ValueKind> {
        let name = self.symbols.get(def).name;
        let Ok(number) = i32::try_from(number) else {
            self.out_of_range(number, span, &format!("the enum `{name}`"));
            return None;
        };
        let variant = self
            .index
            .enumeration(def)
            .and_then(|found| found.numbered(number));
        if variant.is_none() {
            let message = format!("the enum `{name}` has no name for {number}");
            self.report
                .add(Diagnostic::new(Code::UnnamedEnumNumber, message).label(span, ""));
        }
        Some(ValueKind::Enum {
            def,
            number,
            variant,
        })
    }

    fn out_of_range(&mut self, number: i64, span: Span, type_name: &str) {
        let message = format!("{number} does not fit {type_name}");
        self.report
            .add(Diagnostic::new(Code::ValueOutOfRange, message).label(span, ""));
    }

    pub(super) fn double_literal(
        &mut self,
        text: &str,
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        if *expected != TypeKind::Double {
            self.mismatch(expected, "a double", span);
            return None;
        }
        let Some(value) = parse_double(text) else {
            let message = format!("the double `{text}` is too large");
            self.report
                .add(Diagnostic::new(Code::NumberTooLarge, message).label(span, ""));
            return None;
        };
        if let Some(at) = text.find(['e', 'E']) {
            let exponent = text[at + 1..].trim_start_matches('+');
            let message = format!("`{text}` is {value:?} here, but Kitex reads it as {exponent}");
            let found = Diagnostic::new(Code::DoubleExponent, message).label(span, "");
            // Beyond that, the digits would be harder to read than the exponent.
            let plain = format!("{value}");
            self.report.add(match plain.len() {
                0..=20 => found.suggest("write the number without exponent", span, plain),
                _ => found.help("write the number without exponent"),
            });
        }
        Some(ValueKind::Double(value))
    }

    pub(super) fn string_literal(
        &mut self,
        raw: &str,
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        if !matches!(
            expected,
            TypeKind::String | TypeKind::Binary | TypeKind::Uuid
        ) {
            self.mismatch(expected, "a string", span);
            return None;
        }
        match decode_string(raw) {
            Ok(bytes) => self.bytes(bytes, span, expected),
            Err(InvalidEscape { start, end }) => {
                let message = format!("`{}` is not an escape", shown(&raw[start..end]));
                // The raw text starts after the opening quote.
                let at = |offset: usize| span.start + 1 + offset as u32;
                let span = Span::new(span.file, at(start), at(end));
                let found = Diagnostic::new(Code::InvalidEscape, message).label(span, "");
                let after = Span::new(span.file, span.start, span.start);
                self.report
                    .add(found.suggest("write `\\\\` for a backslash", after, "\\"));
                None
            }
        }
    }

    /// Bytes where a string, a binary or a uuid is expected.
    pub(super) fn bytes(
        &mut self,
        bytes: Vec<u8>,
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        if *expected == TypeKind::Binary {
            return Some(ValueKind::Binary(bytes));
        }
        let Ok(text) = String::from_utf8(bytes) else {
            self.mismatch(expected, "bytes that are not UTF-8", span);
            return None;
        };
        if *expected == TypeKind::String {
            return Some(ValueKind::String(text));
        }
        let uuid = parse_uuid(&text);
        if uuid.is_none() {
            let message = format!("`{}` is not a uuid", shown(&text));
            let found = Diagnostic::new(Code::InvalidUuid, message).label(span, "");
            self.report
                .add(found.help("write 8-4-4-4-12 hexadecimal digits"));
        }
        uuid.map(ValueKind::Uuid)
    }
}
