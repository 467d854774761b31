//! Written value + type → value.

use super::Evaluator;
use crate::model::{TypeKind, TypeRef, Value, ValueKind};
use crate::source::Span;
use crate::thrift::syntax;

impl Evaluator<'_> {
    /// `None`, reported, when the value does not fit the type. Recursion is bounded by the scan.
    pub(super) fn value(&mut self, written: &syntax::Value, ty: &TypeRef) -> Option<Value> {
        // A type that leads nowhere was reported.
        let definitions = self.definitions;
        let expected = definitions.resolve(ty)?;
        let span = written.span;
        let kind = match &written.kind {
            syntax::ValueKind::Name(name) => return self.name(name, span, expected),
            syntax::ValueKind::Integer(text) => self.integer_literal(text, span, expected)?,
            syntax::ValueKind::Double(text) => self.double_literal(text, span, expected)?,
            syntax::ValueKind::Literal(raw) => self.string_literal(raw, span, expected)?,
            syntax::ValueKind::List(values) => self.list(values, span, expected)?,
            syntax::ValueKind::Map(entries) => self.map(entries, span, expected)?,
        };
        Some(Value {
            kind,
            constant: None,
            span,
        })
    }

    /// `[…]`: a list or a set; empty, also a map.
    fn list(
        &mut self,
        values: &[syntax::Value],
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        match expected {
            TypeKind::List(element) => Some(ValueKind::List(self.elements(values, element)?)),
            TypeKind::Set(element) => {
                let values = self.elements(values, element)?;
                Some(ValueKind::Set(self.without_duplicates(values)))
            }
            TypeKind::Map(..) if values.is_empty() => Some(ValueKind::Map(Vec::new())),
            _ => {
                self.mismatch(expected, "a list", span);
                None
            }
        }
    }

    /// All elements are looked at, so that each wrong one is reported.
    fn elements(&mut self, values: &[syntax::Value], ty: &TypeRef) -> Option<Vec<Value>> {
        let values: Vec<Option<Value>> = values.iter().map(|value| self.value(value, ty)).collect();
        values.into_iter().collect()
    }

    /// `{…}`: a map or a struct; empty, also a list or a set.
    fn map(
        &mut self,
        entries: &[(syntax::Value, syntax::Value)],
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        match expected {
            TypeKind::Map(key, value) => self.map_entries(entries, key, value),
            TypeKind::List(_) if entries.is_empty() => Some(ValueKind::List(Vec::new())),
            TypeKind::Set(_) if entries.is_empty() => Some(ValueKind::Set(Vec::new())),
            TypeKind::Named(id) if self.index.struct_like(*id).is_some() => {
                self.struct_value(entries, span, *id)
            }
            _ => {
                self.mismatch(expected, "a map", span);
                None
            }
        }
    }

    fn map_entries(
        &mut self,
        entries: &[(syntax::Value, syntax::Value)],
        key_type: &TypeRef,
        value_type: &TypeRef,
    ) -> Option<ValueKind> {
        let mut evaluated = Vec::new();
        for (key, value) in entries {
            let (key, value) = (self.value(key, key_type), self.value(value, value_type));
            evaluated.push(key.zip(value));
        }
        let entries = evaluated.into_iter().collect::<Option<Vec<_>>>()?;
        self.refuse_duplicate_keys(&entries);
        Some(ValueKind::Map(entries))
    }
}
