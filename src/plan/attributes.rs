//! Attributes of generated items: what they derive, and what the options and the IDL add.

use streamgen_idl::model::{
    Annotations, DefId, Definition, DefinitionKind, Enum, EnumVariant, Field, File, Method,
    StructKind, StructLike,
};

use crate::options::{IdlPath, PathAttribute};

use super::Plan;
use super::derives::Traits;
use super::ident;
use super::literal;

/// The attributes of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// Paths of traits, in the order in which they are printed.
    pub(crate) derives: Vec<String>,
    /// Whole attributes, one a line.
    pub(crate) lines: Vec<String>,
}

/// Where serde's derives are: the user's package has it.
const SERDE: [&str; 2] = ["::serde::Serialize", "::serde::Deserialize"];

/// An absent field is not written.
const SKIPS_NONE: &str = "#[serde(skip_serializing_if = \"::core::option::Option::is_none\")]";

/// Traits to derive, separated by commas: fbthrift's annotation.
pub(super) const DERIVE: &str = "rust.derive";
/// Apache's annotation; the value is the reason.
const DEPRECATED: &str = "deprecated";
/// pilota's annotation, a whole attribute of serde.
pub(super) const SERDE_ATTRIBUTE: &str = "pilota.serde_attribute";

impl Attributes {
    fn new<'a>(derives: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            derives: derives.into_iter().map(str::to_owned).collect(),
            lines: Vec::new(),
        }
    }

    /// Adds an attribute. One that derives joins the others: deriving a trait twice is an error.
    fn add(&mut self, attribute: &str) {
        let derives = attribute
            .strip_prefix("#[derive(")
            .and_then(|rest| rest.strip_suffix(")]"));
        match derives {
            Some(traits) if !traits.contains(['(', ')']) => self.derive(traits),
            _ => self.lines.push(attribute.to_owned()),
        }
    }

    fn derive(&mut self, traits: &str) {
        for name in traits.split(',').map(str::trim) {
            if !name.is_empty() && !self.derives.iter().any(|known| same_trait(known, name)) {
                self.derives.push(name.to_owned());
            }
        }
    }
}

/// Whether two paths name one trait: with and without the way through the standard library.
fn same_trait(known: &str, name: &str) -> bool {
    let bare = |path: &str| {
        let path = path.trim_start_matches("::").to_owned();
        let of_std = path.starts_with("core::") || path.starts_with("std::");
        match path.rsplit_once("::") {
            Some((_, last)) if of_std => last.to_owned(),
            _ => path,
        }
    };
    bare(known) == bare(name)
}

impl Plan<'_> {
    /// Attributes of a struct, union or exception; `derives_default` unless it has defaults of its
    /// own.
    pub(super) fn struct_attributes(
        &self,
        id: DefId,
        item: &StructLike,
        derives_default: bool,
    ) -> Attributes {
        let mut attributes = Attributes::new(derives(self.derives.of(id), derives_default));
        if self.skips_debug(id) {
            attributes.derives.retain(|name| name != "Debug");
        }
        if self.options().serde {
            attributes.derives.extend(SERDE.map(str::to_owned));
            // What is absent has the default of the IDL, as on the wire.
            if item.kind != StructKind::Union && !item.fields.is_empty() {
                attributes.lines.push("#[serde(default)]".to_owned());
            }
        }
        self.add_to_type(id, &mut attributes);
        attributes
    }

    /// Whether the program has a `Debug` of its own for a type.
    fn skips_debug(&self, id: DefId) -> bool {
        let patterns = &self.options().skip_debug;
        let def = self.schema.def(id);
        let paths = || idl_paths(self.schema.file(def.file), &def.name, None);
        !patterns.is_empty() && patterns.iter().any(|one| picks(one, &paths()))
    }

    /// Attributes of an enum. Serde sees its number, unless it is text.
    pub(crate) fn enum_attributes(&self, id: DefId) -> Attributes {
        let mut attributes = Attributes::new(ENUM_DERIVES);
        if self.options().serde && !self.enums_are_text() {
            attributes.derives.extend(SERDE.map(str::to_owned));
        }
        self.add_to_type(id, &mut attributes);
        attributes
    }

    /// Whether enums have serde's traits from a macro, and not from derives.
    pub(crate) fn enums_are_text(&self) -> bool {
        self.options().serde && self.options().enum_as_text
    }

    /// What annotations and options add to a type.
    fn add_to_type(&self, id: DefId, attributes: &mut Attributes) {
        let def = self.schema.def(id);
        for derive in def.annotations.all(DERIVE) {
            attributes.derive(derive.value.as_deref().unwrap_or_default());
        }
        attributes.lines.extend(deprecated(&def.annotations));
        // An enum that is text has serde's traits from a macro, which reads no attributes of serde's.
        if !matches!(def.kind, DefinitionKind::Enum(_)) || !self.enums_are_text() {
            self.add_serde_annotation(&def.annotations, &mut attributes.lines);
        }
        for line in self.picked(&self.options().type_attributes, id, None) {
            attributes.add(line);
        }
    }

    /// Attributes of a field or a union's member. `skips_none` unless reading nothing gives another
    /// value than the absent one.
    pub(super) fn field_attributes(
        &self,
        id: DefId,
        name: &str,
        ident: &str,
        annotations: &Annotations,
        skips_none: bool,
    ) -> Vec<String> {
        let mut lines = deprecated(annotations);
        if self.options().serde {
            if ident::unraw(ident) != name {
                lines.push(format!("#[serde(rename = {})]", literal::string(name)));
            }
            if skips_none {
                lines.push(SKIPS_NONE.to_owned());
            }
        }
        self.add_serde_annotation(annotations, &mut lines);
        let picked = self.picked(&self.options().field_attributes, id, Some(name));
        lines.extend(picked.map(str::to_owned));
        lines
    }

    /// Whether anything that is generated is deprecated.
    pub(crate) fn deprecates(&self) -> bool {
        let by_option = |one: &PathAttribute| one.attribute.starts_with("#[deprecated");
        let options = self.options();
        let mut attributes = options
            .type_attributes
            .iter()
            .chain(&options.field_attributes);
        attributes.any(by_option)
            || self.schema.definitions.iter().any(|def| {
                let mut all = members(def).chain([&def.annotations]);
                all.any(|annotations| !deprecated(annotations).is_empty())
            })
    }

    /// Attributes of each value of an enum, in the order of the IDL.
    pub(crate) fn enum_value_attributes(&self, id: DefId, item: &Enum) -> Vec<Vec<String>> {
        let values = item.variants.iter().map(|variant| {
            let picked = self.picked(&self.options().field_attributes, id, Some(&variant.name));
            let mut lines = deprecated(&variant.annotations);
            lines.extend(picked.map(str::to_owned));
            lines
        });
        values.collect()
    }

    fn add_serde_annotation(&self, annotations: &Annotations, lines: &mut Vec<String>) {
        if self.options().serde {
            let attributes = annotations.all(SERDE_ATTRIBUTE);
            lines.extend(attributes.filter_map(|one| one.value.clone()));
        }
    }

    /// The attributes whose pattern picks a definition, or a member of it.
    fn picked<'p>(
        &'p self,
        attributes: &'p [PathAttribute],
        id: DefId,
        member: Option<&str>,
    ) -> impl Iterator<Item = &'p str> {
        let def = self.schema.def(id);
        let paths = match attributes.is_empty() {
            true => [Vec::new(), Vec::new()],
            false => idl_paths(self.schema.file(def.file), &def.name, member),
        };
        let attributes = attributes
            .iter()
            .filter(move |one| picks(&one.path, &paths));
        attributes.map(|one| one.attribute.as_str())
    }
}

/// The annotations of what a definition holds: fields, values, methods.
fn members(def: &Definition) -> impl Iterator<Item = &Annotations> {
    let (fields, values, methods): (&[Field], &[EnumVariant], &[Method]) = match &def.kind {
        DefinitionKind::Struct(item) => (&item.fields, &[], &[]),
        DefinitionKind::Enum(item) => (&[], &item.variants, &[]),
        DefinitionKind::Service(service) => (&[], &[], &service.methods),
        DefinitionKind::Const(_) | DefinitionKind::Typedef(_) => (&[], &[], &[]),
    };
    let fields = fields.iter().map(|field| &field.annotations);
    let values = values.iter().map(|value| &value.annotations);
    let methods = methods.iter().map(|method| &method.annotations);
    fields.chain(values).chain(methods)
}

pub(super) fn picks(pattern: &IdlPath, paths: &[Vec<String>]) -> bool {
    paths.iter().any(|path| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        pattern.picks(&path)
    })
}

/// The full paths of a definition or of a member of it: by namespace, and by file as references of
/// the IDL have it.
pub(super) fn idl_paths(file: &File, name: &str, member: Option<&str>) -> [Vec<String>; 2] {
    let names = || std::iter::once(name).chain(member).map(str::to_owned);
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let by_file = stem.split('.').map(str::to_owned).chain(names());
    let by_namespace = file.module.iter().cloned().chain(names());
    [by_namespace.collect(), by_file.collect()]
}

const ENUM_DERIVES: [&str; 8] = [
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Default",
];

/// What follows from the traits of what a struct holds.
pub(super) fn derives(traits: Traits, default: bool) -> impl Iterator<Item = &'static str> {
    let all = [
        ("Clone", true),
        ("Debug", true),
        ("PartialEq", true),
        ("Eq", traits.eq),
        ("PartialOrd", traits.ord),
        ("Ord", traits.ord),
        ("Hash", traits.hash),
        ("Default", default),
    ];
    all.into_iter()
        .filter(|(_, has)| *has)
        .map(|(name, _)| name)
}

/// Rust's attribute for Apache's annotation, or nothing. Apache's compiler reads an annotation without
/// a value as `"1"`.
pub(crate) fn deprecated(annotations: &Annotations) -> Vec<String> {
    let Some(found) = annotations.get(DEPRECATED) else {
        return Vec::new();
    };
    match found.value.as_deref() {
        Some("false") => Vec::new(),
        None | Some("" | "1" | "true") => vec!["#[deprecated]".to_owned()],
        Some(reason) => vec![format!("#[deprecated(note = {})]", literal::string(reason))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trait_is_derived_once() {
        let mut attributes = Attributes::new(["Clone", "Eq"]);
        attributes.add("#[derive(Eq, ::core::clone::Clone, serde::Serialize)]");
        attributes.add("#[derive(::serde::Serialize, Hash,)]");
        attributes.add("#[serde(default)]");
        assert_eq!(
            attributes.derives,
            ["Clone", "Eq", "serde::Serialize", "Hash"]
        );
        assert_eq!(attributes.lines, ["#[serde(default)]"]);
    }
}
