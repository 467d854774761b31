//! A definition, as far as its name goes.

use crate::model::StructKind;
use crate::source::{FileId, Span};
use crate::thrift::syntax::DefinitionKind;

/// One definition, as far as its name goes.
#[derive(Clone, Copy)]
pub(super) struct Symbol<'a> {
    pub(super) file: FileId,
    pub(super) name: &'a str,
    pub(super) name_span: Span,
    pub(super) kind: SymbolKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SymbolKind {
    Struct(StructKind),
    Enum,
    Typedef,
    Const,
    Service,
}

impl SymbolKind {
    pub(super) fn of(kind: &DefinitionKind) -> Self {
        match kind {
            DefinitionKind::Struct { kind, .. } => Self::Struct(*kind),
            DefinitionKind::Enum { .. } => Self::Enum,
            DefinitionKind::Typedef { .. } => Self::Typedef,
            DefinitionKind::Const { .. } => Self::Const,
            DefinitionKind::Service { .. } => Self::Service,
        }
    }

    /// The word for messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Struct(StructKind::Struct) => "struct",
            Self::Struct(StructKind::Union) => "union",
            Self::Struct(StructKind::Exception) => "exception",
            Self::Enum => "enum",
            Self::Typedef => "typedef",
            Self::Const => "constant",
            Self::Service => "service",
        }
    }

    pub(super) fn is_type(self) -> bool {
        !matches!(self, Self::Const | Self::Service)
    }

    /// The word with its article.
    pub(super) fn noun(self) -> String {
        let article = if self.word().starts_with('e') {
            "an"
        } else {
            "a"
        };
        format!("{article} {}", self.word())
    }
}
