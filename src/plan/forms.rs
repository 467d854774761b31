//! Which of several Rust types a type of the IDL gets: what an annotation asks for, and else what
//! the options say (`thrift-idl.md` 16).

use streamgen_idl::model::{Annotation, DefinitionKind, Schema, TypeKind, TypeRef};
use streamgen_idl::{Code, Diagnostic};

use crate::options::{BytesType, MapType, StringType, TypeOptions};

/// Annotations that ask for a Rust type, the first that is there wins (`kitex-tool.md` 13).
const TYPE_ANNOTATIONS: [&str; 2] = [OURS, PILOTA];
const OURS: &str = "rust.type";
const PILOTA: &str = "pilota.rust_type";

/// A Rust type that an annotation can ask for. The words are pilota's where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    String(StringType),
    Bytes(BytesType),
    Maps(MapType),
    /// A double that has an order, so that types with it can be keys.
    OrderedF64,
}

impl Choice {
    const WORDS: [(&str, Self); 7] = [
        ("string", Self::String(StringType::String)),
        ("faststr", Self::String(StringType::FastStr)),
        ("vec", Self::Bytes(BytesType::Vec)),
        ("bytes", Self::Bytes(BytesType::Bytes)),
        ("btree", Self::Maps(MapType::BTree)),
        ("hash", Self::Maps(MapType::Hash)),
        ("ordered_f64", Self::OrderedF64),
    ];

    fn parse(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(known, _)| *known == word)?;
        Some(found.1)
    }

    /// Whether a type of the IDL can be this.
    fn fits(self, kind: &TypeKind) -> bool {
        match self {
            Self::String(_) => matches!(kind, TypeKind::String),
            Self::Bytes(_) => matches!(kind, TypeKind::Binary),
            Self::Maps(_) => matches!(kind, TypeKind::Map(..) | TypeKind::Set(_)),
            Self::OrderedF64 => matches!(kind, TypeKind::Double),
        }
    }
}

/// Answers for any type of a schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forms<'a> {
    pub(super) schema: &'a Schema,
    pub(super) options: &'a TypeOptions,
}

impl<'a> Forms<'a> {
    /// The Rust type of a `string`.
    pub(super) fn string(self, ty: &TypeRef) -> StringType {
        match self.choice(ty) {
            Some(Choice::String(found)) => found,
            _ => self.options.strings,
        }
    }

    /// The Rust type of a `binary`.
    pub(super) fn bytes(self, ty: &TypeRef) -> BytesType {
        match self.choice(ty) {
            Some(Choice::Bytes(found)) => found,
            _ => self.options.bytes,
        }
    }

    /// The Rust type of a `map` or `set` that is not in a key; one in a key has to have an order.
    pub(super) fn maps(self, ty: &TypeRef) -> MapType {
        match self.choice(ty) {
            Some(Choice::Maps(found)) => found,
            _ => self.options.maps,
        }
    }

    /// Whether a `double` has an order although it is not in a key.
    pub(super) fn ordered(self, ty: &TypeRef) -> bool {
        self.choice(ty) == Some(Choice::OrderedF64)
    }

    /// Whether the type is written with an annotation of its own, so that a typedef's name does not
    /// do.
    pub(super) fn has_own_choice(self, ty: &TypeRef) -> bool {
        self.own_choice(ty).is_some()
    }

    /// The type behind any chain of typedefs.
    pub(super) fn resolve(self, ty: &'a TypeRef) -> &'a TypeKind {
        self.schema.resolve(ty)
    }

    /// The outermost choice on the way through typedefs.
    fn choice(self, ty: &TypeRef) -> Option<Choice> {
        let mut ty = ty;
        loop {
            if let Some(choice) = self.own_choice(ty) {
                return Some(choice);
            }
            ty = self.target(ty)?;
        }
    }

    fn own_choice(self, ty: &TypeRef) -> Option<Choice> {
        let choice = Choice::parse(annotation(ty)?.value.as_deref()?)?;
        choice.fits(self.schema.resolve(ty)).then_some(choice)
    }

    fn target<'b>(self, ty: &'b TypeRef) -> Option<&'b TypeRef>
    where
        'a: 'b,
    {
        let TypeKind::Named(id) = ty.kind else {
            return None;
        };
        match &self.schema.def(id).kind {
            DefinitionKind::Typedef(typedef) => Some(&typedef.target),
            _ => None,
        }
    }

    /// Reports an annotation that cannot be followed.
    pub(super) fn check(self, ty: &TypeRef, diagnostics: &mut Vec<Diagnostic>) {
        let Some(annotation) = annotation(ty) else {
            return;
        };
        let word = annotation.value.as_deref().unwrap_or_default();
        let message = match Choice::parse(word) {
            Some(choice) if choice.fits(self.schema.resolve(ty)) => return,
            Some(_) => format!("`{word}` is no Rust type of this type of the IDL"),
            // Whoever generates with pilota too may use what only pilota knows.
            None if annotation.key == PILOTA => format!("`{word}` is a type of pilota only"),
            None => format!("`{word}` is none of the Rust types that `{OURS}` knows"),
        };
        let code = match annotation.key == PILOTA {
            true => Code::PilotaOnly,
            false => Code::InvalidRustType,
        };
        let words: Vec<_> = Choice::WORDS
            .iter()
            .filter(|(_, choice)| choice.fits(self.schema.resolve(ty)))
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        let help = match words.is_empty() {
            true => "only `string`, `binary`, `double`, `map` and `set` leave a choice".to_owned(),
            false => format!("here it can be {}", words.join(" or ")),
        };
        diagnostics.push(
            Diagnostic::new(code, message)
                .label(annotation.span, "asked for here")
                .help(help),
        );
    }
}

/// The annotation that asks for a Rust type.
fn annotation(ty: &TypeRef) -> Option<&Annotation> {
    if ty.annotations.is_empty() {
        return None;
    }
    TYPE_ANNOTATIONS
        .iter()
        .find_map(|key| ty.annotations.get(key))
}

/// Whether an annotation says something about a type, wherever it is written.
pub(super) fn is_about_types(annotation: &Annotation) -> bool {
    TYPE_ANNOTATIONS.contains(&annotation.key.as_str())
}
