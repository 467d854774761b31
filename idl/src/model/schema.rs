//! The whole model: files and definitions of one run.

use serde::Serialize;

use super::{
    Annotations, DefId, Definition, DefinitionKind, Docs, Enum, File, InheritedMethod, Method,
    Service, StructLike, TypeKind, TypeRef,
};
use crate::source::FileId;

/// Everything that was loaded for one root file.
///
/// Ids index the two arenas. A schema is complete: every id in it resolves, typedef chains,
/// `extends` chains and includes end. Give it only ids of its own: with a foreign id the accessors
/// panic, or answer for another definition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Schema {
    /// The file that was asked for.
    pub root: FileId,
    /// All files, by [`FileId`]; use [`files_in_order`](Self::files_in_order) to see each file
    /// after the files it includes.
    pub files: Vec<File>,
    /// All files in topological order: includes first, the root last.
    pub order: Vec<FileId>,
    /// All definitions of all files, by [`DefId`].
    pub definitions: Vec<Definition>,
}

impl Schema {
    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.index()]
    }

    /// The definition with this id.
    #[must_use]
    pub fn def(&self, id: DefId) -> &Definition {
        &self.definitions[id.index()]
    }

    /// All files, each after the files it includes.
    pub fn files_in_order(&self) -> impl Iterator<Item = &File> {
        self.order.iter().map(|&id| self.file(id))
    }

    /// The definitions of one file, in the order of the file.
    pub fn definitions_of(&self, file: FileId) -> impl Iterator<Item = &Definition> {
        self.file(file).definitions.iter().map(|&id| self.def(id))
    }

    /// The services of one file, in the order of the file.
    pub fn services_of(&self, file: FileId) -> impl Iterator<Item = (&Definition, &Service)> {
        self.definitions_of(file).filter_map(|def| match &def.kind {
            DefinitionKind::Service(service) => Some((def, service)),
            _ => None,
        })
    }

    /// The struct, union or exception with this id; `None` when it is something else.
    #[must_use]
    pub fn struct_like(&self, id: DefId) -> Option<&StructLike> {
        match &self.def(id).kind {
            DefinitionKind::Struct(found) => Some(found),
            _ => None,
        }
    }

    /// The enum with this id; `None` when it is something else.
    #[must_use]
    pub fn enumeration(&self, id: DefId) -> Option<&Enum> {
        match &self.def(id).kind {
            DefinitionKind::Enum(found) => Some(found),
            _ => None,
        }
    }

    /// The service with this id; `None` when it is something else.
    #[must_use]
    pub fn service(&self, id: DefId) -> Option<&Service> {
        match &self.def(id).kind {
            DefinitionKind::Service(found) => Some(found),
            _ => None,
        }
    }

    /// The type behind any chain of typedefs: a base type, a container, or the id of a struct-like
    /// or an enum. Element types of a container are left as they are.
    #[must_use]
    pub fn resolve<'a>(&'a self, ty: &'a TypeRef) -> &'a TypeKind {
        let mut kind = &ty.kind;
        while let TypeKind::Named(id) = kind
            && let DefinitionKind::Typedef(typedef) = &self.def(*id).kind
        {
            kind = &typedef.target.kind;
        }
        kind
    }

    /// Adds a service to the file of another one, behind what stands there, as if the IDL had it: with
    /// the place of the other one, and without a base.
    ///
    /// # Panics
    ///
    /// With more definitions than a `u32` counts, which no loader makes.
    pub fn add_service(&mut self, beside: DefId, name: &str, methods: Vec<Method>) -> DefId {
        let id = DefId(u32::try_from(self.definitions.len()).expect("the loader bounds them"));
        let Definition {
            file,
            span,
            name_span,
            ..
        } = *self.def(beside);
        self.definitions.push(Definition {
            id,
            file,
            parent: None,
            name: name.to_owned(),
            docs: Docs::default(),
            annotations: Annotations::default(),
            span,
            name_span,
            kind: DefinitionKind::Service(Service {
                extends: None,
                methods,
            }),
        });
        self.files[file.index()].definitions.push(id);
        id
    }

    /// All methods that a service answers: inherited ones first, those of the root-most base
    /// foremost, then its own (kitex-tool.md 12). Empty when the id is not a service.
    #[must_use]
    pub fn methods_of(&self, service: DefId) -> Vec<InheritedMethod<'_>> {
        let mut chain = Vec::new();
        let mut next = Some(service);
        while let Some(origin) = next {
            let Some(service) = self.service(origin) else {
                break;
            };
            chain.push((origin, service));
            next = service.extends;
        }
        chain
            .into_iter()
            .rev()
            .flat_map(|(origin, service)| {
                service
                    .methods
                    .iter()
                    .map(move |method| InheritedMethod { origin, method })
            })
            .collect()
    }
}
