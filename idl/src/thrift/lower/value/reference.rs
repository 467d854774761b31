//! Names in values: `true`, constants, enum values (thrift-idl.md 12).

use super::super::symbol::SymbolKind;
use super::Evaluator;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, TypeKind, Value, ValueKind};
use crate::source::Span;

/// What a name in a value leads to.
#[derive(Clone, Copy)]
enum Target {
    Constant(DefId),
    EnumValue { def: DefId, variant: usize },
}

impl Evaluator<'_> {
    pub(super) fn name(&mut self, name: &str, span: Span, expected: &TypeKind) -> Option<Value> {
        if let Some(value) = bool_word(name) {
            let Some(kind) = bool_as(value, expected) else {
                self.mismatch(expected, &format!("`{name}`"), span);
                return None;
            };
            return Some(Value {
                kind,
                constant: None,
                span,
            });
        }
        let targets = self.targets(name);
        match targets.as_slice() {
            [] => self.unqualified(name, span, expected),
            [Target::Constant(id)] => self.constant(*id, span, expected),
            [Target::EnumValue { def, variant }] => {
                let kind = self.enum_value(*def, *variant, span, expected)?;
                Some(Value {
                    kind,
                    constant: None,
                    span,
                })
            }
            _ => {
                self.ambiguous(name, span, &targets);
                None
            }
        }
    }

    /// `X` is a constant here; `A.B` a value of the enum A here, or a constant of the include A;
    /// `A.B.C` a value of the enum B of the include A. All of these are tried.
    fn targets(&self, name: &str) -> Vec<Target> {
        let constants = self
            .symbols
            .constants(self.file, name)
            .into_iter()
            .map(Target::Constant);
        let mut targets: Vec<Target> = constants.collect();
        if let Some((path, last)) = name.rsplit_once('.') {
            for def in self.enums_at(path) {
                let variant = self
                    .index
                    .enumeration(def)
                    .and_then(|found| found.named(last));
                targets.extend(variant.map(|variant| Target::EnumValue { def, variant }));
            }
        }
        targets
    }

    /// The enums that a path names, itself or through a typedef.
    fn enums_at(&self, path: &str) -> Vec<DefId> {
        let types = self.symbols.types(self.file, path).into_iter();
        types
            .filter_map(|id| self.definitions.enum_behind(id))
            .collect()
    }

    fn enum_value(
        &mut self,
        def: DefId,
        variant: usize,
        span: Span,
        expected: &TypeKind,
    ) -> Option<ValueKind> {
        let number = self
            .index
            .enumeration(def)?
            .enumeration
            .variants
            .get(variant)?
            .number;
        let value = ValueKind::Enum {
            def,
            number,
            variant: Some(variant),
        };
        match expected {
            TypeKind::Named(id) if *id == def => Some(value),
            TypeKind::I8 | TypeKind::I16 | TypeKind::I32 | TypeKind::I64 => {
                self.integer(i64::from(number), span, expected)
            }
            _ => {
                let found = self.value_name(&value);
                self.mismatch(expected, &found, span);
                None
            }
        }
    }

    /// A name that leads nowhere. Where an enum is expected, Apache's compiler looks the last part
    /// up in that enum whatever stands before it, and real files rely on that.
    fn unqualified(&mut self, name: &str, span: Span, expected: &TypeKind) -> Option<Value> {
        let (path, last) = name.rsplit_once('.').unwrap_or(("", name));
        if self.symbols.is_unread(self.file, name) || self.leads_to_missing(path) {
            return None;
        }
        let TypeKind::Named(def) = expected else {
            self.unknown(name, path, last, span);
            return None;
        };
        let Some(variant) = self
            .index
            .enumeration(*def)
            .and_then(|found| found.named(last))
        else {
            self.unknown(name, path, last, span);
            return None;
        };
        let qualified = format!("{}.{last}", self.symbols.qualified_name(self.file, *def));
        let found = if path.is_empty() {
            Diagnostic::new(Code::UnknownConstant, format!("`{name}` is not a constant"))
        } else {
            let message = format!("`{name}` is not defined, `{qualified}` is taken instead");
            Diagnostic::new(Code::LooselyQualifiedEnumValue, message)
        };
        let help = format!("write `{qualified}`");
        self.report
            .add(found.label(span, "").suggest(help, span, &qualified));
        if path.is_empty() {
            return None;
        }
        let kind = self.enum_value(*def, variant, span, expected)?;
        Some(Value {
            kind,
            constant: None,
            span,
        })
    }

    /// Whether a path names a definition that is missing because of an error, reported before.
    fn leads_to_missing(&self, path: &str) -> bool {
        let found = self.symbols.types(self.file, path);
        found.iter().any(|&id| {
            let kind = self.symbols.get(id).kind;
            matches!(kind, SymbolKind::Enum | SymbolKind::Typedef)
                && self.definitions.get(id).is_none()
        })
    }

    fn unknown(&mut self, name: &str, path: &str, last: &str, span: Span) {
        let enums = self.enums_at(path);
        let found = enums.first().and_then(|&def| self.index.enumeration(def));
        let (message, meant) = match found {
            Some(found) => {
                let variants = &found.enumeration.variants;
                let names = || {
                    variants
                        .iter()
                        .map(|variant| variant.name.as_str())
                        .collect()
                };
                let meant = self.report.meant(name, names);
                (format!("the enum `{path}` has no value `{last}`"), meant)
            }
            None => {
                let is_constant = |kind| kind == SymbolKind::Const;
                let names = || self.symbols.similar(self.file, name, is_constant);
                let meant = self.report.meant(name, names);
                (format!("unknown constant `{name}`"), meant)
            }
        };
        let found = Diagnostic::new(Code::UnknownConstant, message).label(span, "not defined");
        self.report.add(found.did_you_mean(span, meant));
    }

    fn ambiguous(&mut self, name: &str, span: Span, targets: &[Target]) {
        let message = format!("`{name}` has more than one meaning");
        let mut found = Diagnostic::new(Code::AmbiguousReference, message).label(span, "");
        for target in targets {
            let (id, what) = match target {
                Target::Constant(id) => (id, "a constant"),
                Target::EnumValue { def, .. } => (def, "a value of this enum"),
            };
            found = found.label(self.symbols.get(*id).name_span, what);
        }
        self.report.add(found);
    }
}

fn bool_word(name: &str) -> Option<bool> {
    match name {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// `true` is 1 where a number is expected: for Apache it is an integer anyway, and Kitex prints 1
/// (thrift-idl.md 2.6).
fn bool_as(value: bool, expected: &TypeKind) -> Option<ValueKind> {
    match expected {
        TypeKind::Bool => Some(ValueKind::Bool(value)),
        TypeKind::I8 | TypeKind::I16 | TypeKind::I32 | TypeKind::I64 => {
            Some(ValueKind::Int(value.into()))
        }
        TypeKind::Double => Some(ValueKind::Double(value.into())),
        _ => None,
    }
}
