//! Fields of struct-likes, arguments and `throws` entries: ids, names and types.

use std::collections::HashMap;

use super::definition::Lowering;
use super::symbols::refuse_dots;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Encoding, Field, Requiredness};
use crate::source::Span;
use crate::thrift::literal::{Notation, notation, parse_integer};
use crate::thrift::syntax;

/// What the fields belong to; requiredness does not mean the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldPlace {
    Struct,
    Union,
    Arguments,
    Throws,
}

/// What stands for an id that was refused: one that no field can have, another one for each.
fn unusable_id(position: usize) -> i32 {
    i32::MIN.saturating_add_unsigned(position as u32)
}

impl Lowering<'_, '_> {
    /// All fields, those with an unusable id too: what else is wrong with them, or with what uses
    /// them, is found all the same.
    pub(super) fn fields(&mut self, written: &[syntax::Field], place: FieldPlace) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut ids: HashMap<i32, &syntax::Field> = HashMap::new();
        let mut names: HashMap<&str, Span> = HashMap::new();
        let mut previous = 0;
        for field in written {
            let id = self.field_id(field, previous, place);
            // After an unusable id the next ones are counted as if it had been the next number.
            previous = id.unwrap_or(previous.saturating_add(1));
            refuse_dots(&field.name, self.report);
            match names.get(field.name.text.as_str()) {
                Some(&first) => self.duplicate_field_name(field, first),
                None => {
                    names.insert(&field.name.text, field.name.span);
                }
            }
            if let Some(id) = id {
                match ids.get(&id) {
                    Some(first) => self.duplicate_field_id(id, field, first),
                    None => {
                        ids.insert(id, field);
                    }
                }
            }
            let id = id.unwrap_or_else(|| unusable_id(fields.len()));
            fields.push(self.field(field, id, place));
        }
        if place == FieldPlace::Union {
            self.check_union_defaults(written);
        }
        fields
    }

    /// The default of a union is one member (thrift-idl.md 9.5).
    fn check_union_defaults(&mut self, members: &[syntax::Field]) {
        let mut defaults = members.iter().filter_map(|member| member.default.as_ref());
        let Some(first) = defaults.next() else { return };
        for second in defaults {
            let found = Diagnostic::new(Code::UnionDefaults, "the union has a default already");
            self.report.add(
                found
                    .label(second.span, "")
                    .label(first.span, "first given here"),
            );
        }
    }

    fn field(&mut self, written: &syntax::Field, id: i32, place: FieldPlace) -> Field {
        let requiredness = self.requiredness(written, place);
        let ty = self.type_ref(&written.ty);
        Field {
            id,
            explicit_id: written.id.is_some(),
            name: written.name.text.clone(),
            requiredness,
            ty,
            json_name: None,
            encoding: Encoding::Plain,
            key_encoding: Encoding::Plain,
            packed: false,
            oneof: None,
            default: None,
            by_reference: written.by_reference,
            docs: self.comments.of_item(written.span),
            annotations: self.annotations(&written.annotations),
            span: written.span,
            name_span: written.name.span,
        }
    }

    /// The id as written, or the previous one plus one, as Kitex counts (thrift-idl.md 9.1).
    fn field_id(&mut self, field: &syntax::Field, previous: i32, place: FieldPlace) -> Option<i32> {
        let Some(written) = &field.id else {
            let next = previous + 1;
            let id = self.fitting_field_id(i64::from(next), &next.to_string(), field.name.span)?;
            self.implicit_field_id(field, id);
            return Some(id);
        };
        let Some(value) = parse_integer(&written.text) else {
            self.field_id_out_of_range(&written.text, written.span);
            return None;
        };
        let id = self.fitting_field_id(value, &written.text, written.span)?;
        if notation(&written.text) == Notation::Prefixed {
            let message = format!(
                "the field id `{}` is {id}, but Kitex reads it as 0",
                written.text
            );
            let found = Diagnostic::new(Code::NonDecimalFieldId, message).label(written.span, "");
            let (help, text) = (format!("write `{id}`"), id.to_string());
            self.report.add(found.suggest(help, written.span, text));
        }
        if id == 0 && place == FieldPlace::Throws {
            let message = "id 0 is the place of the result, exceptions start at 1";
            self.report
                .add(Diagnostic::new(Code::ThrowsIdZero, message).label(written.span, ""));
        } else if id <= 0 {
            let message = format!("the field id {id} is not positive");
            let found = Diagnostic::new(Code::NonPositiveFieldId, message).label(written.span, "");
            self.report
                .add(found.note("Kitex keeps it, Apache's compiler assigns another one"));
        }
        Some(id)
    }

    fn fitting_field_id(&mut self, id: i64, text: &str, span: Span) -> Option<i32> {
        let fitting = i16::try_from(id).ok().map(i32::from);
        if fitting.is_none() {
            self.field_id_out_of_range(text, span);
        }
        fitting
    }

    fn field_id_out_of_range(&mut self, text: &str, span: Span) {
        let message = format!("the field id {text} does not fit 16 bits");
        let found = Diagnostic::new(Code::FieldIdOutOfRange, message).label(span, "");
        self.report
            .add(found.help(format!("ids go from 1 to {}", i16::MAX)));
    }

    fn implicit_field_id(&mut self, field: &syntax::Field, id: i32) {
        let message = format!("`{}` has no id; it gets {id}, as in Kitex", field.name.text);
        let found = Diagnostic::new(Code::ImplicitFieldId, message)
            .label(field.name.span, "")
            .note("Apache's compiler counts down from -1 instead, so the two do not understand each other")
            .suggest(
                format!("write `{id}:` before the field"),
                field.span.start_point(),
                format!("{id}: "),
            );
        self.report.add(found);
    }

    fn duplicate_field_id(&mut self, id: i32, field: &syntax::Field, first: &syntax::Field) {
        let span = |field: &syntax::Field| field.id.as_ref().map_or(field.name.span, |id| id.span);
        let message = format!(
            "the id {id} of `{}` is taken by `{}`",
            field.name.text, first.name.text
        );
        let found = Diagnostic::new(Code::DuplicateFieldId, message).label(span(field), "");
        self.report.add(found.label(span(first), "first used here"));
    }

    fn duplicate_field_name(&mut self, field: &syntax::Field, first: Span) {
        let message = format!("the name `{}` is taken", field.name.text);
        let found = Diagnostic::new(Code::DuplicateFieldName, message).label(field.name.span, "");
        self.report.add(found.label(first, "first used here"));
    }

    /// The requiredness that counts. A word that has no effect is reported (thrift-idl.md 9.5, 10).
    fn requiredness(&mut self, field: &syntax::Field, place: FieldPlace) -> Requiredness {
        let Some(span) = field.requiredness_span else {
            return Requiredness::Default;
        };
        let (code, message) = match (place, field.requiredness) {
            (FieldPlace::Struct, _) | (FieldPlace::Arguments, Requiredness::Required) => {
                return field.requiredness;
            }
            // Members of unions are optional by nature; saying so is no mistake.
            (FieldPlace::Union, Requiredness::Optional) => return Requiredness::Default,
            (FieldPlace::Union, _) => (
                Code::UnionMemberRequiredness,
                "a member of a union cannot be required",
            ),
            (FieldPlace::Arguments, _) => (
                Code::RequirednessIgnored,
                "`optional` has no effect on an argument",
            ),
            (FieldPlace::Throws, Requiredness::Optional) => return Requiredness::Default,
            (FieldPlace::Throws, _) => (
                Code::RequirednessIgnored,
                "`required` has no effect on an exception",
            ),
        };
        self.report
            .add(Diagnostic::new(code, message).label(span, "ignored"));
        Requiredness::Default
    }
}
