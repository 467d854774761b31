//! How many files the definitions of one namespace take: one, unless no editor would like to open it.
//!
//! A file for each definition would be thousands, which neither editors nor rustc like any better.

use streamgen_idl::FileId;
use streamgen_idl::model::{DefId, DefinitionKind, Schema};

/// Up to so many definitions stay in the file of their namespace: about 20,000 lines of structs with
/// 20 fields.
const WHOLE: usize = 128;

/// Definitions of a part. A new definition moves one from each part to the next, so that a diff
/// stays small.
const PART: usize = 64;

/// The definitions of each part of the namespace that `files` have, in the order of the IDL; none if
/// it is not parted. Services have files of their own already.
pub(super) fn parts(schema: &Schema, files: &[FileId]) -> Vec<Vec<DefId>> {
    let defs: Vec<DefId> = files
        .iter()
        .flat_map(|file| schema.definitions_of(*file))
        .filter(|def| !matches!(def.kind, DefinitionKind::Service(_)))
        .map(|def| def.id)
        .collect();
    match defs.len() > WHOLE {
        true => defs.chunks(PART).map(<[DefId]>::to_vec).collect(),
        false => Vec::new(),
    }
}
