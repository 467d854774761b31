//! Types of fields that options choose: of bytes, and of maps.

use prost_build::Config;
use streamgen_idl::model::{DefinitionKind, TypeKind, TypeRef};

use crate::options::{BytesType, MapType, PathChoice, chosen};
use crate::plan::Plan;

use super::given::Given;

/// Tells prost-build the types. Without being told, it takes `Vec<u8>` and `HashMap`.
pub(super) fn choose(plan: &Plan<'_>, given: &Given<'_>, config: &mut Config) {
    let options = plan.options();
    let fields = Fields { plan, given };
    let (bytes, maps) = (options.bytes, options.maps);
    config.bytes(fields.with(BytesType::Bytes, bytes, &options.bytes_of, holds_bytes));
    config.btree_map(fields.with(MapType::BTree, maps, &options.maps_of, is_map));
}

struct Fields<'a> {
    plan: &'a Plan<'a>,
    given: &'a Given<'a>,
}

impl Fields<'_> {
    /// The paths of the fields for which `wanted` is chosen, as prost-build knows them.
    fn with<T: Copy + PartialEq>(
        &self,
        wanted: T,
        all: T,
        paths: &[PathChoice<T>],
        is_concerned: fn(&TypeRef) -> bool,
    ) -> Vec<String> {
        if paths.is_empty() {
            return if all == wanted {
                vec![".".to_owned()]
            } else {
                Vec::new()
            };
        }
        let protobuf = &self.plan.protobuf;
        let mut found = Vec::new();
        for (full_name, id) in protobuf.full_names() {
            let DefinitionKind::Struct(item) = &self.plan.schema.def(id).kind else {
                continue;
            };
            let message: Vec<&str> = full_name.split('.').collect();
            let renamed = protobuf.given_members(id);
            for (index, field) in item.fields.iter().enumerate() {
                let path = [message.as_slice(), &[field.name.as_str()]].concat();
                if is_concerned(&field.ty) && chosen(all, paths, &path) == wanted {
                    let name = renamed.and_then(|members| members.fields.get(&index));
                    let name = name.unwrap_or(&field.name);
                    found.push(format!("{}.{name}", self.given.full_name(full_name)));
                }
            }
        }
        found
    }
}

fn holds_bytes(ty: &TypeRef) -> bool {
    match &ty.kind {
        TypeKind::List(element) => holds_bytes(element),
        kind => matches!(kind, TypeKind::Binary),
    }
}

fn is_map(ty: &TypeRef) -> bool {
    matches!(ty.kind, TypeKind::Map(..))
}
