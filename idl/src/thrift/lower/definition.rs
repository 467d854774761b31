//! Definitions: written → model, all but the values.

use std::collections::HashMap;

use super::definitions::Definitions;
use super::integer::integer;
use super::symbols::{Symbols, refuse_dots};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{
    DefId, Definition, DefinitionKind, Docs, Enum, EnumVariant, Service, StructKind, StructLike,
    Typedef,
};
use crate::report::Report;
use crate::source::FileId;
use crate::thrift::docs::Comments;
use crate::thrift::lower::field::FieldPlace;
use crate::thrift::syntax::{self, Document, Identifier};

/// The lowering of one file.
pub(super) struct Lowering<'a, 'r> {
    pub(super) symbols: &'a Symbols<'a>,
    pub(super) report: &'r mut Report,
    pub(super) file: FileId,
    pub(super) comments: Comments<'a>,
}

impl Lowering<'_, '_> {
    /// Lowers every definition but the constants, which `value` completes.
    pub(super) fn definitions(&mut self, document: &Document, definitions: &mut Definitions) {
        let ids = self.symbols.of_file(self.file);
        for (id, written) in ids.into_iter().zip(&document.definitions) {
            if let Some(kind) = self.kind(&written.kind) {
                definitions.insert(self.definition(id, written, kind));
            }
        }
    }

    /// Puts the head of a definition before its kind.
    pub(super) fn definition(
        &mut self,
        id: DefId,
        written: &syntax::Definition,
        kind: DefinitionKind,
    ) -> Definition {
        Definition {
            id,
            file: self.file,
            parent: None,
            name: written.name.text.clone(),
            docs: self.docs(written),
            annotations: self.annotations(&written.annotations),
            span: written.span,
            name_span: written.name.span,
            kind,
        }
    }

    fn docs(&self, written: &syntax::Definition) -> Docs {
        match written.kind {
            syntax::DefinitionKind::Const { .. } | syntax::DefinitionKind::Typedef { .. } => {
                self.comments.of_item(written.span)
            }
            _ => self.comments.of_block(written.span),
        }
    }

    fn kind(&mut self, written: &syntax::DefinitionKind) -> Option<DefinitionKind> {
        Some(match written {
            syntax::DefinitionKind::Const { .. } => return None,
            syntax::DefinitionKind::Typedef { target } => DefinitionKind::Typedef(Typedef {
                target: self.type_ref(target),
            }),
            syntax::DefinitionKind::Enum { values } => DefinitionKind::Enum(Enum {
                variants: self.variants(values),
                closed: false,
            }),
            syntax::DefinitionKind::Struct { kind, fields } => {
                let place = match kind {
                    StructKind::Union => FieldPlace::Union,
                    StructKind::Struct | StructKind::Exception => FieldPlace::Struct,
                };
                let fields = self.fields(fields, place);
                DefinitionKind::Struct(StructLike {
                    kind: *kind,
                    fields,
                    oneofs: Vec::new(),
                })
            }
            syntax::DefinitionKind::Service { extends, functions } => {
                let extends = extends.as_ref().and_then(|name| self.base_service(name));
                let methods = self.methods(functions);
                DefinitionKind::Service(Service { extends, methods })
            }
        })
    }

    /// The values of an enum: the first number is 0, each following one more than the one before.
    fn variants(&mut self, written: &[syntax::EnumValue]) -> Vec<EnumVariant> {
        let mut variants: Vec<EnumVariant> = Vec::new();
        let mut next = 0;
        let mut names = HashMap::new();
        let mut numbers = HashMap::new();
        for value in written {
            let number = self.enum_number(value, next);
            next = number.map_or(next, |number| i64::from(number) + 1);
            refuse_dots(&value.name, self.report);
            if let Some(&first) = names.get(&value.name.text) {
                self.duplicate_enum_name(&value.name, first);
                continue;
            }
            names.insert(&value.name.text, value.name.span);
            if let Some(number) = number {
                let first = *numbers.entry(number).or_insert(&value.name);
                if first.span != value.name.span {
                    self.duplicate_enum_number(&value.name, number, first);
                }
            }
            variants.push(EnumVariant {
                name: value.name.text.clone(),
                // A number that was refused is as good as any.
                number: number.unwrap_or_default(),
                docs: self.comments.of_item(value.span),
                annotations: self.annotations(&value.annotations),
                span: value.span,
                name_span: value.name.span,
            });
        }
        variants
    }

    fn enum_number(&mut self, value: &syntax::EnumValue, next: i64) -> Option<i32> {
        let (number, span) = match &value.number {
            Some(written) => (
                integer(&written.text, written.span, self.report)?,
                written.span,
            ),
            None => (next, value.name.span),
        };
        let fitting = i32::try_from(number).ok();
        if fitting.is_none() {
            let message = format!(
                "the number {number} of `{}` does not fit i32",
                value.name.text
            );
            self.report
                .add(Diagnostic::new(Code::EnumNumberOutOfRange, message).label(span, ""));
        }
        fitting
    }

    fn duplicate_enum_name(&mut self, name: &Identifier, first: crate::source::Span) {
        let message = format!("the enum has `{}` already", name.text);
        let found = Diagnostic::new(Code::DuplicateEnumName, message).label(name.span, "");
        self.report.add(found.label(first, "first here"));
    }

    fn duplicate_enum_number(&mut self, name: &Identifier, number: i32, first: &Identifier) {
        let message = format!(
            "`{}` has the number {number} of `{}`",
            name.text, first.text
        );
        let found = Diagnostic::new(Code::DuplicateEnumNumber, message)
            .label(name.span, "")
            .label(first.span, "the number counts as this one")
            .note("Kitex refuses two names for one number");
        self.report.add(found);
    }
}
