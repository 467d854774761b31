//! Each file checked together with those it imports: names, numbers, defaults, options.

use std::collections::HashSet;

use protox::prost_reflect::DescriptorPool;
use protox::prost_reflect::prost_types::{DescriptorProto, FileDescriptorProto};

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

/// Adds the files to one pool, imported ones first. Of a file with errors the names are added, so that
/// those that import it can be checked too. A file of which an import is missing or does not parse is
/// not checked: what it says about names would only repeat the mistake. Nor is one that imports itself,
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
            let names = names_of(&tree.files[id.index()].descriptor);
            if pool.add_file_descriptor_proto(names).is_ok() {
                good.insert(id);
            }
        }
    }
    pool
}

/// A file with nothing but what others can name.
fn names_of(file: &FileDescriptorProto) -> FileDescriptorProto {
    FileDescriptorProto {
        message_type: file.message_type.iter().map(names_of_message).collect(),
        enum_type: file.enum_type.clone(),
        extension: file.extension.clone(),
        name: file.name.clone(),
        package: file.package.clone(),
        dependency: file.dependency.clone(),
        public_dependency: file.public_dependency.clone(),
        syntax: file.syntax.clone(),
        ..FileDescriptorProto::default()
    }
}

/// Messages nest no deeper than the parser lets them. The entry messages of maps belong to fields.
fn names_of_message(message: &DescriptorProto) -> DescriptorProto {
    let is_entry = |one: &&DescriptorProto| one.options.as_ref().is_some_and(|one| one.map_entry());
    let nested = message.nested_type.iter().filter(|one| !is_entry(one));
    DescriptorProto {
        name: message.name.clone(),
        nested_type: nested.map(names_of_message).collect(),
        enum_type: message.enum_type.clone(),
        extension: message.extension.clone(),
        extension_range: message.extension_range.clone(),
        ..DescriptorProto::default()
    }
}
