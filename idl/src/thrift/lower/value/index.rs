//! Members of structs and enums by name and number: a value names them again and again.

use std::collections::HashMap;

use super::super::definitions::Definitions;
use super::super::symbols::Symbols;
use crate::model::{DefId, DefinitionKind, Enum, Field, Requiredness, StructKind, StructLike};
use crate::thrift::syntax;
use crate::thrift::tree::Tree;

pub(super) struct Index<'a> {
    structs: HashMap<DefId, StructIndex<'a>>,
    enums: HashMap<DefId, EnumIndex<'a>>,
}

pub(super) struct StructIndex<'a> {
    pub(super) kind: StructKind,
    pub(super) by_name: HashMap<&'a str, &'a Field>,
    /// The fields that a value must give: required, and without a default.
    pub(super) required: Vec<&'a Field>,
}

pub(super) struct EnumIndex<'a> {
    pub(super) enumeration: &'a Enum,
    by_name: HashMap<&'a str, usize>,
    by_number: HashMap<i32, usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(tree: &Tree, symbols: &Symbols<'_>, definitions: &'a Definitions) -> Self {
        let mut index = Self {
            structs: HashMap::new(),
            enums: HashMap::new(),
        };
        for file in &tree.files {
            let ids = symbols.of_file(file.id);
            for (id, written) in ids.into_iter().zip(&file.document.definitions) {
                match (&written.kind, definitions.get(id).map(|def| &def.kind)) {
                    (
                        syntax::DefinitionKind::Struct { fields, .. },
                        Some(DefinitionKind::Struct(found)),
                    ) => {
                        index.structs.insert(id, StructIndex::new(fields, found));
                    }
                    (_, Some(DefinitionKind::Enum(found))) => {
                        index.enums.insert(id, EnumIndex::new(found));
                    }
                    _ => {}
                }
            }
        }
        index
    }

    pub(super) fn struct_like(&self, id: DefId) -> Option<&StructIndex<'a>> {
        self.structs.get(&id)
    }

    pub(super) fn enumeration(&self, id: DefId) -> Option<&EnumIndex<'a>> {
        self.enums.get(&id)
    }
}

impl<'a> StructIndex<'a> {
    /// Whether a field has a default is written in the syntax tree only: defaults come last.
    fn new(written: &[syntax::Field], found: &'a StructLike) -> Self {
        let fields = found.fields.iter();
        let is_required = |(field, written): &(&Field, &syntax::Field)| {
            field.requiredness == Requiredness::Required && written.default.is_none()
        };
        Self {
            kind: found.kind,
            by_name: fields
                .clone()
                .map(|field| (field.name.as_str(), field))
                .collect(),
            required: fields
                .zip(written)
                .filter(is_required)
                .map(|(field, _)| field)
                .collect(),
        }
    }
}

impl<'a> EnumIndex<'a> {
    fn new(enumeration: &'a Enum) -> Self {
        let mut by_number = HashMap::new();
        for (position, variant) in enumeration.variants.iter().enumerate() {
            by_number.entry(variant.number).or_insert(position);
        }
        let names = enumeration.variants.iter().enumerate();
        let by_name = names
            .map(|(position, variant)| (variant.name.as_str(), position))
            .collect();
        Self {
            enumeration,
            by_name,
            by_number,
        }
    }

    /// Position of the variant with this name.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Position of the first variant with this number.
    pub(super) fn numbered(&self, number: i32) -> Option<usize> {
        self.by_number.get(&number).copied()
    }
}
