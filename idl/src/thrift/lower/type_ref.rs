//! Types: written → resolved.

use super::definition::Lowering;
use super::definitions::NOWHERE;
use super::symbol::SymbolKind;
use super::symbols::Lookup;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, TypeKind, TypeRef};
use crate::source::Span;
use crate::thrift::syntax::{self, BaseType};
use crate::wording::one_of;

impl Lowering<'_, '_> {
    /// A name in it that leads nowhere is reported, and leads to [`NOWHERE`]. Recursion is bounded
    /// by the scan.
    pub(super) fn type_ref(&mut self, written: &syntax::Type) -> TypeRef {
        let annotations = self.annotations(&written.annotations);
        let kind = match &written.kind {
            syntax::TypeKind::Base(base) => self.base_type(*base, written.span),
            syntax::TypeKind::List(element) => TypeKind::List(Box::new(self.type_ref(element))),
            syntax::TypeKind::Set(element) => TypeKind::Set(Box::new(self.type_ref(element))),
            syntax::TypeKind::Map(key, value) => {
                let (key, value) = (self.type_ref(key), self.type_ref(value));
                TypeKind::Map(Box::new(key), Box::new(value))
            }
            syntax::TypeKind::Named(name) => {
                TypeKind::Named(self.named_type(name, written.span).unwrap_or(NOWHERE))
            }
        };
        TypeRef {
            kind,
            annotations,
            span: written.span,
        }
    }

    fn base_type(&mut self, base: BaseType, span: Span) -> TypeKind {
        match base {
            BaseType::Bool => TypeKind::Bool,
            BaseType::I8 => TypeKind::I8,
            BaseType::I16 => TypeKind::I16,
            BaseType::I32 => TypeKind::I32,
            BaseType::I64 => TypeKind::I64,
            BaseType::Double => TypeKind::Double,
            BaseType::String => TypeKind::String,
            BaseType::Binary => TypeKind::Binary,
            BaseType::Uuid => {
                let message = "Kitex has no type `uuid`: a Go service cannot use this IDL";
                let found = Diagnostic::new(Code::UuidUnknownToKitex, message).label(span, "");
                self.report.add(found);
                TypeKind::Uuid
            }
        }
    }

    fn named_type(&mut self, name: &str, span: Span) -> Option<DefId> {
        match self.symbols.type_or_service(self.file, name) {
            Lookup::Found(id) if self.symbols.get(id).kind == SymbolKind::Service => {
                self.not_a_type(name, span, "a service");
                None
            }
            Lookup::Found(id) => Some(id),
            Lookup::Ambiguous(found) => {
                self.symbols
                    .report_ambiguous(name, span, &found, self.report);
                None
            }
            Lookup::Unread => None,
            Lookup::Unknown if name == "void" => {
                let message = "`void` can only be the result of a method";
                self.report
                    .add(Diagnostic::new(Code::NotAType, message).label(span, ""));
                None
            }
            Lookup::Unknown if !self.symbols.constants(self.file, name).is_empty() => {
                self.not_a_type(name, span, "a constant");
                None
            }
            Lookup::Unknown => {
                self.unknown_type(name, span);
                None
            }
        }
    }

    fn not_a_type(&mut self, name: &str, span: Span, noun: &str) {
        let message = format!("`{name}` is {noun}, not a type");
        self.report
            .add(Diagnostic::new(Code::NotAType, message).label(span, ""));
    }

    fn unknown_type(&mut self, name: &str, span: Span) {
        let found = Diagnostic::new(Code::UnknownType, format!("unknown type `{name}`"))
            .label(span, "not defined");
        let found = self.help_for_unknown_type(found, name, span);
        self.report.add(found);
    }

    fn help_for_unknown_type(&mut self, found: Diagnostic, name: &str, span: Span) -> Diagnostic {
        if let Some(word) = word_of_other_language(name) {
            return found.suggest(format!("in Thrift it is called `{word}`"), span, word);
        }
        if let Some((prefix, _)) = name.rsplit_once('.') {
            if !self.symbols.has_prefix(self.file, prefix) {
                return found.help(format!(
                    "no included file is called `{prefix}`; includes are not transitive"
                ));
            }
            let similar = || self.symbols.similar(self.file, name, SymbolKind::is_type);
            return found.did_you_mean(span, self.report.meant(name, similar));
        }
        if !self.report.may_search() {
            return found;
        }
        let qualified = self.names_with_prefix(name);
        match qualified.as_slice() {
            [] => {}
            [only] => return found.suggest("it is defined in an included file", span, only),
            several => {
                let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                let help = format!("included files define it: write {}", one_of(&names));
                return found.help(help);
            }
        }
        let similar = || {
            let names = self.symbols.similar(self.file, name, SymbolKind::is_type);
            names.into_iter().chain(BASE_TYPES).collect()
        };
        found.did_you_mean(span, self.report.meant(name, similar))
    }

    /// The name with the prefixes of the included files that define it.
    fn names_with_prefix(&self, name: &str) -> Vec<String> {
        let prefixes = self.symbols.prefixes_of_type(self.file, name);
        prefixes
            .iter()
            .map(|prefix| format!("{prefix}.{name}"))
            .collect()
    }
}

const BASE_TYPES: [&str; 10] = [
    "bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid",
];

/// The Thrift word for a type that other languages, or other dialects, spell differently.
fn word_of_other_language(name: &str) -> Option<&'static str> {
    Some(match name {
        "float" | "float64" | "f64" | "float32" => "double",
        "int" | "int32" => "i32",
        "int8" => "i8",
        "int16" | "short" => "i16",
        "int64" | "long" => "i64",
        "boolean" => "bool",
        "slist" | "str" | "String" => "string",
        "bytes" => "binary",
        _ => return None,
    })
}
