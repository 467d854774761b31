//! Patterns of the user as prost-build has to get them.
//!
//! Its rules are those of ours, but it looks at the names that it was given: where one is not that of
//! the IDL, what the pattern picks is named to it besides.

use streamgen_idl::model::{DefinitionKind, EnumVariant, Field, Oneof};

use crate::options::IdlPath;
use crate::plan::Plan;

use super::given::Given;

/// Paths of everything that prost-build knows under another name.
pub(super) struct Patterns {
    renamed: Vec<Renamed>,
}

struct Renamed {
    own: String,
    /// With the leading dot.
    given: String,
}

impl Patterns {
    pub(super) fn new(plan: &Plan<'_>, given: &Given<'_>) -> Self {
        let mut found = Self {
            renamed: Vec::new(),
        };
        for (full_name, id) in plan.protobuf.full_names() {
            let type_given = given.full_name(full_name);
            found.add(full_name.to_owned(), type_given.clone());
            let members = plan.protobuf.given_members(id);
            let mut member = |name: &str, given: Option<&String>| {
                let given = given.map_or(name, String::as_str);
                found.add(
                    format!("{full_name}.{name}"),
                    format!("{type_given}.{given}"),
                );
            };
            match &plan.schema.def(id).kind {
                DefinitionKind::Struct(item) => {
                    for (index, Field { name, .. }) in item.fields.iter().enumerate() {
                        member(name, members.and_then(|all| all.fields.get(&index)));
                    }
                    for (index, Oneof { name, .. }) in item.oneofs.iter().enumerate() {
                        member(name, members.and_then(|all| all.oneofs.get(&index)));
                    }
                }
                DefinitionKind::Enum(item) => {
                    for (index, EnumVariant { name, .. }) in item.variants.iter().enumerate() {
                        member(name, members.and_then(|all| all.values.get(&index)));
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn add(&mut self, own: String, given: String) {
        if given.strip_prefix('.') != Some(own.as_str()) {
            self.renamed.push(Renamed { own, given });
        }
    }

    /// A pattern as it is, and without a dot in front, so that nothing below is meant, the paths that
    /// it would pick if they had their names.
    pub(super) fn paths(&self, pattern: &IdlPath) -> Vec<String> {
        let picks = |path: &str| pattern.picks(&path.split('.').collect::<Vec<_>>());
        let missed = self.renamed.iter().filter_map(|renamed| {
            let given = renamed.given.strip_prefix('.')?;
            (picks(&renamed.own) && !picks(given)).then(|| given.to_owned())
        });
        std::iter::once(pattern.to_string()).chain(missed).collect()
    }
}
