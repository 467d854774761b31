//! The module tree: one module a namespace segment, one more for each service.
//!
//! Files with one namespace share a module. References between modules are chains of `super::`, so
//! that the tree works wherever it is mounted: `crate::stream_gen`, `OUT_DIR`, or deeper.

mod idents;
mod module;
mod paths;

use std::collections::BTreeMap;

use streamgen_idl::Diagnostic;
use streamgen_idl::model::{DefId, Definition, File, Schema};

use crate::options::Options;

use super::module_names;
use super::parts::parts;
use super::protobuf::{Place, ProtobufTypes};

pub(super) use self::idents::{module_scope, namespace_idents};
pub(crate) use self::module::{Content, Module, ModuleId};

/// All modules; the root comes first and parents come before children.
#[derive(Clone, Debug)]
pub(crate) struct ModuleTree {
    modules: Vec<Module>,
    /// The module of each file, by file index.
    of_file: Vec<ModuleId>,
    of_service: BTreeMap<DefId, ModuleId>,
}

impl ModuleTree {
    /// Places every file and every service of a schema.
    pub(crate) fn build(
        schema: &Schema,
        protobuf: &ProtobufTypes,
        options: &Options,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut tree = Self {
            modules: vec![Module::namespace("", None)],
            of_file: vec![ROOT; schema.files.len()],
            of_service: BTreeMap::new(),
        };
        let generated = |file: &&File| has_code(schema, protobuf, file);
        for file in schema.files_in_order().filter(generated) {
            let id = tree.place(file);
            tree.of_file[file.id.index()] = id;
            for (def, _) in schema.services_of(file.id) {
                let service = tree.add(id, Content::Service(def.id));
                tree.of_service.insert(def.id, service);
            }
        }
        tree.add_parts(schema);
        if options.descriptors && is_protobuf(schema) {
            tree.add(ROOT, Content::Descriptors);
        }
        tree.assign_idents(schema, protobuf, &options.renames);
        module_names::check(schema, &tree, &options.renames, diagnostics);
        tree
    }

    /// The text of Protobuf's messages comes from prost-build, in one piece.
    fn add_parts(&mut self, schema: &Schema) {
        if is_protobuf(schema) {
            return;
        }
        for index in 0..self.modules.len() {
            let Content::Namespace { files, .. } = &self.modules[index].content else {
                continue;
            };
            for (number, defs) in (1..).zip(parts(schema, files)) {
                // So many digits that every tool sorts them alike.
                let name = format!("types_{number:03}");
                self.add(ModuleId(index), Content::Part { name, defs });
            }
        }
    }

    /// The module of a file's types.
    pub(crate) fn of_file(&self, file: streamgen_idl::FileId) -> ModuleId {
        self.of_file[file.index()]
    }

    /// The root module.
    pub(crate) fn root(&self) -> ModuleId {
        ROOT
    }

    /// The module of the descriptors, if they are written.
    pub(crate) fn of_descriptors(&self) -> Option<ModuleId> {
        let mut all = self.iter();
        all.find_map(|(id, module)| matches!(module.content, Content::Descriptors).then_some(id))
    }

    /// The module of a service; the root if `service` is no service.
    pub(crate) fn of_service(&self, service: DefId) -> ModuleId {
        self.of_service.get(&service).copied().unwrap_or(ROOT)
    }

    /// Whether the definitions of a namespace are in modules of their own.
    pub(crate) fn is_parted(&self, id: ModuleId) -> bool {
        let children = &self.get(id).children;
        let is_part = |id: &ModuleId| matches!(self.get(*id).content, Content::Part { .. });
        children.iter().any(is_part)
    }

    /// The module with this id.
    pub(crate) fn get(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// Every module that is not omitted, parents first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.modules
            .iter()
            .enumerate()
            .filter(|(_, module)| !module.omitted)
            .map(|(index, module)| (ModuleId(index), module))
    }

    /// Omits modules that are left with nothing when only some definitions are generated. Names stay
    /// as they are: whoever generates the others finds them under the same.
    pub(super) fn omit(&mut self, schema: &Schema, generated: &[bool]) {
        // Children come after their parents.
        for index in (1..self.modules.len()).rev() {
            let module = &self.modules[index];
            let omitted = match &module.content {
                Content::Service(def) => !generated[def.index()],
                Content::Part { defs, .. } => defs.iter().all(|def| !generated[def.index()]),
                Content::Descriptors => false,
                Content::Namespace { files, .. } => {
                    let mut own = files
                        .iter()
                        .flat_map(|f| schema.definitions_of(*f))
                        .peekable();
                    let had_something = own.peek().is_some() || !module.children.is_empty();
                    had_something
                        && own.all(|def| !generated[def.id.index()])
                        && module.children.iter().all(|id| self.get(*id).omitted)
                }
            };
            self.modules[index].omitted = omitted;
        }
        for index in 0..self.modules.len() {
            let mut children = std::mem::take(&mut self.modules[index].children);
            children.retain(|id| !self.get(*id).omitted);
            self.modules[index].children = children;
        }
    }

    fn place(&mut self, file: &File) -> ModuleId {
        let mut id = ROOT;
        for name in &file.module {
            id = self.child(id, name).unwrap_or_else(|| {
                self.add(
                    id,
                    Content::Namespace {
                        segment: name.clone(),
                        files: Vec::new(),
                    },
                )
            });
        }
        if let Content::Namespace { files, .. } = &mut self.modules[id.0].content {
            files.push(file.id);
        }
        id
    }

    fn child(&self, parent: ModuleId, name: &str) -> Option<ModuleId> {
        let children = &self.get(parent).children;
        children
            .iter()
            .copied()
            .find(|id| match &self.get(*id).content {
                Content::Namespace { segment, .. } => segment == name,
                _ => false,
            })
    }

    fn add(&mut self, parent: ModuleId, content: Content) -> ModuleId {
        let id = ModuleId(self.modules.len());
        self.modules.push(Module {
            ident: String::new(),
            parent: Some(parent),
            children: Vec::new(),
            content,
            omitted: false,
        });
        self.modules[parent.0].children.push(id);
        id
    }
}

/// One run has files of one language.
fn is_protobuf(schema: &Schema) -> bool {
    schema.file(schema.root).kind.is_protobuf()
}

/// Whether anything is generated for a file. For one of Protobuf of which all is somebody else's,
/// such as the well-known types, there is no module.
fn has_code(schema: &Schema, protobuf: &ProtobufTypes, file: &File) -> bool {
    let somebody_elses =
        |def: &Definition| matches!(protobuf.place(def.id), Some(Place::Extern(_)));
    !file.kind.is_protobuf()
        || file.id == schema.root
        || !schema.definitions_of(file.id).all(somebody_elses)
}

const ROOT: ModuleId = ModuleId(0);
