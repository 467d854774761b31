//! `{"field": value}` where a struct, union or exception is expected.

use std::collections::HashMap;

use super::Evaluator;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, Field, StructFieldValue, StructKind, ValueKind};
use crate::source::Span;
use crate::thrift::literal::decode_string_leniently;
use crate::thrift::syntax;
use crate::wording::{all_of, shown};

type Entry = (syntax::Value, syntax::Value);

impl<'a> Evaluator<'a> {
    pub(super) fn struct_value(
        &mut self,
        entries: &[Entry],
        span: Span,
        def: DefId,
    ) -> Option<ValueKind> {
        let mut given: HashMap<i32, Span> = HashMap::new();
        let mut fields = Vec::new();
        let mut complete = true;
        for (key, value) in entries {
            let Some(field) = self.field_of_key(key, def) else {
                complete = false;
                continue;
            };
            if let Some(first) = given.insert(field.id, key.span) {
                let message = format!("`{}` is given twice", field.name);
                let found = Diagnostic::new(Code::DuplicateKey, message).label(key.span, "");
                self.report.add(found.label(first, "first given here"));
            }
            match self.value(value, &field.ty) {
                Some(value) => fields.push(StructFieldValue {
                    id: field.id,
                    value,
                }),
                None => complete = false,
            }
        }
        // A wrong key may be the missing one, misspelt.
        if complete {
            self.check_members(&given, span, def);
        }
        complete.then_some(ValueKind::Struct { def, fields })
    }

    fn field_of_key(&mut self, key: &syntax::Value, def: DefId) -> Option<&'a Field> {
        let syntax::ValueKind::Literal(raw) = &key.kind else {
            let message = "the fields of a struct value are named by strings";
            let found = Diagnostic::new(Code::ValueTypeMismatch, message).label(key.span, "");
            self.report.add(found.help("write `{\"field\": value}`"));
            return None;
        };
        let name = decode_string_leniently(raw);
        let index = self.index.struct_like(def)?;
        if let Some(field) = index.by_name.get(name.as_str()) {
            return Some(field);
        }
        let message = format!(
            "`{}` has no field `{}`",
            self.symbols.get(def).name,
            shown(&name)
        );
        let found = Diagnostic::new(Code::UnknownFieldInValue, message).label(key.span, "");
        let meant = self
            .report
            .meant(&name, || index.by_name.keys().copied().collect());
        self.report.add(match meant {
            Some(field) => found.suggest(
                format!("did you mean `{field}`?"),
                key.span,
                format!("\"{field}\""),
            ),
            None => found,
        });
        None
    }

    fn check_members(&mut self, given: &HashMap<i32, Span>, span: Span, def: DefId) {
        let Some(index) = self.index.struct_like(def) else {
            return;
        };
        let name = self.symbols.get(def).name;
        if index.kind == StructKind::Union {
            if given.len() != 1 {
                let message = format!(
                    "a value of the union `{name}` names one member, not {}",
                    given.len()
                );
                self.report
                    .add(Diagnostic::new(Code::UnionValueMembers, message).label(span, ""));
            }
            return;
        }
        let missing = index.required.iter();
        let missing = missing.filter(|field| !given.contains_key(&field.id));
        let missing: Vec<_> = missing.collect();
        let Some(first) = missing.first() else { return };
        let names: Vec<&str> = missing.iter().map(|field| field.name.as_str()).collect();
        let what = match names.as_slice() {
            [_] => "field",
            _ => "fields",
        };
        let names = all_of(&names);
        let message = format!("the value lacks the required {what} {names} of `{name}`");
        let found = Diagnostic::new(Code::MissingFieldInValue, message).label(span, "");
        let found = found.label(first.name_span, "required here");
        self.report
            .add(found.note("it gets the zero value of its type, as in Kitex"));
    }
}
