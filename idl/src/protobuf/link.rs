//! Each file checked together with those it imports: names, numbers, defaults, options.

use std::collections::HashSet;

use protox::prost_reflect::DescriptorPool;
use protox::prost_reflect::prost_types::FileDescriptorProto;

use super::{ProtoFile, Tree, message, undefined};
use crate::report::Report;
use crate::source::{FileId, SourceMap};

/// What checking a correct file takes. The pool holds the path of every option against every
/// place of the file, which takes longer than all else for a large one; only its errors need places.
fn without_places(file: &mut ProtoFile) -> FileDescriptorProto {
    let places = file.descriptor.source_code_info.take();
    let copy = file.descriptor.clone();
    file.descriptor.source_code_info = places;
    copy
}

/// Adds the files to one pool, imported ones first. A file that imports a bad one is not checked:
/// what it says about the bad one's names would only repeat the mistake. Nor is one that imports itself,
/// directly or not.
pub(super) fn link(
    tree: &mut Tree,
    order: &[FileId],
    sources: &SourceMap,
    report: &mut Report,
) -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    let mut good: HashSet<FileId> = HashSet::new();
    for &id in order {
        let file = &tree.files[id.index()];
        let is_good = |(imported, _): &(FileId, _)| good.contains(imported);
        if !file.sound || !file.imports.iter().all(is_good) {
            continue;
        }
        let bare = without_places(&mut tree.files[id.index()]);
        if pool.add_file_descriptor_proto(bare).is_ok() {
            good.insert(id);
            continue;
        }
        let file = &tree.files[id.index()];
        if let Err(error) = pool.add_file_descriptor_proto(file.descriptor.clone()) {
            let text = sources.get(id).map_or("", |file| file.text());
            let error = error.with_source_code(text);
            for found in message::of_rules(&error, id, text) {
                let found = undefined::explain(found, file, text, tree, report);
                report.add(found);
            }
        }
    }
    pool
}
