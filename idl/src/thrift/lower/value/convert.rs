//! Value of a constant → value at the place where the constant is named.

use super::{Evaluator, MAX_COPIED_VALUES};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, StructFieldValue, TypeKind, TypeRef, Value, ValueKind};
use crate::source::Span;

impl Evaluator<'_> {
    /// The value of a constant, as the expected type; `None`, reported, when it does not fit, and
    /// not reported again when the constant itself is wrong.
    pub(super) fn constant(&mut self, id: DefId, span: Span, expected: &TypeKind) -> Option<Value> {
        let value = self.constants.remove(&id)?;
        let kind = self.convert(&value.kind, span, expected);
        self.constants.insert(id, value);
        Some(Value {
            kind: kind?,
            constant: Some(id),
            span,
        })
    }

    /// Recursion is bounded: a constant nests no deeper than [`MAX_NESTING`].
    ///
    /// [`MAX_NESTING`]: crate::thrift::scan::MAX_NESTING
    fn convert(&mut self, kind: &ValueKind, span: Span, expected: &TypeKind) -> Option<ValueKind> {
        self.count_copy(span)?;
        match (kind, expected) {
            (ValueKind::Bool(_), TypeKind::Bool)
            | (ValueKind::Double(_), TypeKind::Double)
            | (ValueKind::Uuid(_), TypeKind::Uuid) => Some(kind.clone()),
            (ValueKind::Enum { def, .. }, TypeKind::Named(id)) if def == id => Some(kind.clone()),
            (
                ValueKind::Enum { number, .. },
                TypeKind::I8 | TypeKind::I16 | TypeKind::I32 | TypeKind::I64,
            ) => self.integer(i64::from(*number), span, expected),
            (ValueKind::Int(number), _) => self.integer(*number, span, expected),
            (ValueKind::String(text), TypeKind::String | TypeKind::Binary | TypeKind::Uuid) => {
                self.bytes(text.clone().into_bytes(), span, expected)
            }
            (ValueKind::Binary(bytes), TypeKind::String | TypeKind::Binary | TypeKind::Uuid) => {
                self.bytes(bytes.clone(), span, expected)
            }
            (ValueKind::List(values) | ValueKind::Set(values), TypeKind::List(element)) => {
                self.warn_of_collection(kind, span, expected);
                let values = self.convert_elements(values, span, element)?;
                Some(ValueKind::List(values))
            }
            (ValueKind::Set(values) | ValueKind::List(values), TypeKind::Set(element)) => {
                self.warn_of_collection(kind, span, expected);
                // Conversion may make elements equal: 2 and 3 are both `true`.
                let values = self.convert_elements(values, span, element)?;
                Some(ValueKind::Set(self.without_duplicates(values)))
            }
            (ValueKind::Map(entries), TypeKind::Map(key, value)) => {
                self.convert_map(entries, span, key, value)
            }
            (ValueKind::Struct { def, fields }, TypeKind::Named(id)) if def == id => {
                self.copy_struct(*def, fields, span)
            }
            _ => {
                let found = self.value_name(kind);
                self.mismatch(expected, &found, span);
                None
            }
        }
    }

    fn convert_value(&mut self, value: &Value, span: Span, ty: &TypeRef) -> Option<Value> {
        let definitions = self.definitions;
        let kind = self.convert(&value.kind, span, definitions.resolve(ty)?)?;
        Some(Value {
            kind,
            constant: value.constant,
            span,
        })
    }

    fn convert_elements(
        &mut self,
        values: &[Value],
        span: Span,
        ty: &TypeRef,
    ) -> Option<Vec<Value>> {
        values
            .iter()
            .map(|value| self.convert_value(value, span, ty))
            .collect()
    }

    /// A set is a slice in Kitex's Go, so that a constant of one stands for the other.
    fn warn_of_collection(&mut self, kind: &ValueKind, span: Span, expected: &TypeKind) {
        let is_list = matches!(kind, ValueKind::List(_));
        if is_list == matches!(expected, TypeKind::List(_)) || self.list_as_set == Some(span) {
            return;
        }
        self.list_as_set = Some(span);
        let (found, wanted) = (self.value_name(kind), self.type_name(expected));
        let message = format!("the constant is {found}, {wanted} is expected");
        let found = Diagnostic::new(Code::ListAsSet, message).label(span, "");
        self.report
            .add(found.help("give the constant the type that is expected where it is used"));
    }

    fn convert_map(
        &mut self,
        entries: &[(Value, Value)],
        span: Span,
        key: &TypeRef,
        value: &TypeRef,
    ) -> Option<ValueKind> {
        let convert = |(k, v): &(Value, Value)| {
            Some((
                self.convert_value(k, span, key)?,
                self.convert_value(v, span, value)?,
            ))
        };
        Some(ValueKind::Map(
            entries.iter().map(convert).collect::<Option<_>>()?,
        ))
    }

    /// The fields have the right types already; only the copies are counted and the spans replaced.
    fn copy_struct(
        &mut self,
        def: DefId,
        fields: &[StructFieldValue],
        span: Span,
    ) -> Option<ValueKind> {
        let definitions = self.definitions;
        let types = definitions.struct_like(def)?;
        let mut copies = Vec::with_capacity(fields.len());
        for field in fields {
            let ty = &types.field(field.id)?.ty;
            let value = self.convert_value(&field.value, span, ty)?;
            copies.push(StructFieldValue {
                id: field.id,
                value,
            });
        }
        Some(ValueKind::Struct {
            def,
            fields: copies,
        })
    }

    /// Counts one copied value; `None`, reported once, when there are too many.
    fn count_copy(&mut self, span: Span) -> Option<()> {
        self.copied += 1;
        if self.copied == MAX_COPIED_VALUES + 1 {
            let message =
                format!("constants that use constants hold more than {MAX_COPIED_VALUES} values");
            self.report
                .add(Diagnostic::new(Code::ValueTooLarge, message).label(span, ""));
        }
        (self.copied <= MAX_COPIED_VALUES).then_some(())
    }
}
