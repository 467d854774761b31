//! Linked descriptors → model.
//!
//! Every message, enum and service gets its id in the order of its file, parents before what is
//! nested in them. The entry messages of maps get none: in the model a map is a type.

mod default;
mod definition;
mod field;
mod ids;
mod locations;
mod options;
mod service;

use protox::prost_reflect::{DescriptorPool, FileDescriptor, Syntax};

use self::ids::Ids;
use self::locations::Locations;
pub(super) use self::locations::locate;
use super::{ProtoFile, Tree};
use crate::model::{Annotations, Definition, File, FileKind, Include, Namespace, Schema};
use crate::source::{FileId, SourceMap, Span};

/// Lowers all files; `None` only when the pool does not hold a file of the tree.
pub(super) fn lower(
    tree: &Tree,
    order: &[FileId],
    pool: &DescriptorPool,
    sources: &SourceMap,
) -> Option<Schema> {
    let linked: Option<Vec<FileDescriptor>> = tree
        .files
        .iter()
        .map(|file| pool.get_file_by_name(file.descriptor.name()))
        .collect();
    let linked = linked?;
    let ids = Ids::assign(&linked);
    let mut files = Vec::new();
    let mut definitions = Vec::new();
    for (file, descriptor) in tree.files.iter().zip(&linked) {
        let text = sources.get(file.id).map_or("", |file| file.text());
        let lowering = Lowering {
            ids: &ids,
            file: file.id,
            locations: Locations::of(&file.descriptor, file.id, text),
        };
        let before = definitions.len();
        lowering.definitions(descriptor, &mut definitions);
        let mut own: Vec<&Definition> = definitions[before..].iter().collect();
        own.sort_by_key(|def| def.span.start);
        let own = own.iter().map(|def| def.id).collect();
        files.push(lowering.file(file, descriptor, own));
    }
    Some(Schema {
        root: tree.files.first()?.id,
        files,
        order: order.to_vec(),
        definitions,
    })
}

/// One file while it is lowered.
struct Lowering<'a> {
    ids: &'a Ids,
    file: FileId,
    locations: Locations<'a>,
}

/// Field numbers of `FileDescriptorProto`.
const PACKAGE: i32 = 2;
const OPTIONS: i32 = 8;
const SYNTAX: i32 = 12;

impl Lowering<'_> {
    fn file(
        &self,
        file: &ProtoFile,
        descriptor: &FileDescriptor,
        definitions: Vec<crate::model::DefId>,
    ) -> File {
        let proto = descriptor.file_descriptor_proto();
        let package = proto.package.clone().filter(|name| !name.is_empty());
        let includes = file.imports.iter().enumerate();
        let includes = includes.map(|(index, (imported, span))| Include {
            prefix: String::new(),
            file: *imported,
            public: proto.public_dependency.contains(&(index as i32)),
            span: *span,
        });
        File {
            id: file.id,
            path: file.path.clone(),
            canonical_path: file.canonical_path.clone(),
            kind: match descriptor.syntax() {
                Syntax::Proto2 => FileKind::Proto2,
                Syntax::Proto3 => FileKind::Proto3,
            },
            namespaces: self.go_package(
                proto
                    .options
                    .as_ref()
                    .and_then(|options| options.go_package.clone()),
            ),
            module: package
                .iter()
                .flat_map(|name| name.split('.'))
                .map(str::to_owned)
                .collect(),
            package_span: package.is_some().then(|| self.span(&[PACKAGE])),
            package,
            includes: includes.collect(),
            docs: self.locations.docs_of_file(&[&[PACKAGE], &[SYNTAX]]),
            definitions,
        }
    }

    /// `go_package` without what stands behind a `;`: a name for Go's own use.
    fn go_package(&self, name: Option<String>) -> Vec<Namespace> {
        let namespace = name.map(|name| Namespace {
            scope: "go".to_owned(),
            name: name.split(';').next().unwrap_or_default().to_owned(),
            annotations: Annotations::default(),
            span: self.span(&[OPTIONS]),
        });
        namespace.into_iter().collect()
    }

    fn span(&self, path: &[i32]) -> Span {
        self.locations.span(path)
    }
}
