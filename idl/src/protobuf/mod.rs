//! Protobuf: `.proto` files, or a descriptor set, to the shared AST.
//!
//! protox reads the text and checks the rules of the language. `tree` finds the files and hands it
//! their text, since all reading goes through [`FileSystem`]; `link` has each file checked with
//! those it imports; `lower` turns the descriptors into the model. No type of protox leaves this
//! module but the descriptors, which the generator of messages needs.

mod classify;
mod descriptor_set;
mod edition;
mod encode;
mod features;
mod import;
mod link;
mod lower;
mod message;
mod tree;
mod undefined;

use protox::prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};

use crate::file_system::FileSystem;
use crate::include_cycle;
use crate::load::LoadOptions;
use crate::model::Schema;
use crate::report::Report;
use crate::source::{FileId, SourceMap};

/// What there is to lower, whatever it was read from.
struct Tree {
    /// By [`FileId`], the root first.
    files: Vec<ProtoFile>,
}

/// One file.
struct ProtoFile {
    id: FileId,
    /// The path as written by the caller, or in the first import; also the name in the set.
    path: std::path::PathBuf,
    canonical_path: std::path::PathBuf,
    descriptor: FileDescriptorProto,
    /// The imported files and where they are named, in the order of the file.
    imports: include_cycle::Includes,
    /// Whether the text is Protobuf and all its imports were found, each once.
    sound: bool,
}

/// Loads a root file and all it imports; `None` when an error keeps the schema from being complete.
pub(crate) fn load(
    options: &LoadOptions,
    files: &dyn FileSystem,
    sources: &mut SourceMap,
    report: &mut Report,
) -> Option<(Schema, Linked)> {
    let mut tree = match &options.descriptor_set {
        Some(path) => descriptor_set::load(path, &options.root, files, sources, report)?,
        None => tree::load(options, files, sources, report)?,
    };
    let imports: Vec<_> = tree.files.iter().map(|file| file.imports.clone()).collect();
    let order = include_cycle::check(&imports, sources, report);
    let pool = link::link(&mut tree, &order, sources, report);
    if report.has_errors() {
        return None;
    }
    let schema = lower::lower(&tree, &order, &pool, sources)?;
    let names = order
        .iter()
        .map(|id| tree.files[id.index()].descriptor.name());
    let linked: Vec<_> = names
        .filter_map(|name| pool.get_file_by_name(name))
        .collect();
    let protos = linked.iter().map(|file| file.file_descriptor_proto());
    let descriptors = FileDescriptorSet {
        file: protos.cloned().collect(),
    };
    let encoded = options.encode_descriptors.then(|| encode::encode(&linked));
    let linked = Linked {
        descriptors: Some(descriptors),
        encoded,
    };
    Some((schema, linked))
}

/// The linked descriptors: type names are complete. Imported files come first.
#[derive(Default)]
pub(crate) struct Linked {
    pub(crate) descriptors: Option<FileDescriptorSet>,
    /// Serialized, for other programs, when they are asked for.
    pub(crate) encoded: Option<Vec<u8>>,
}
