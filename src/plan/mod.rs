//! Decisions: what each thing of the schema is called in Rust, where it lives, and what it is made
//! of. One decision a file; templates only print what was decided here.
//!
//! Nothing here knows of line breaks, files or terminals, and nothing asks which IDL language the
//! schema came from.

mod annotate;
mod attribute_text;
mod attributes;
mod boxes;
mod check;
mod clashes;
mod clients;
mod combine;
mod depth;
mod derives;
mod docs;
mod externs;
mod forms;
mod graph;
mod ident;
mod idl_text;
mod kinds;
pub(crate) mod line_order;
pub(crate) mod literal;
mod mocks;
mod module_names;
mod modules;
mod names;
mod order;
mod parts;
pub(crate) mod protobuf;
mod reachable;
mod rename;
mod rust_type;
mod scope;
mod selection;
mod services;
mod signatures;
mod structs;
mod types;
mod unary;
mod values;

use std::path::Path;

use streamgen_idl::model::{DefId, Definition, DefinitionKind, File, Schema};
use streamgen_idl::{Diagnostic, FileId};

use crate::options::idl_ref::IdlRef;
use crate::options::{Options, TypeOptions};

pub(crate) use annotate::annotate;
pub(crate) use attribute_text::is_attribute;
pub(crate) use attributes::{Attributes, deprecated};
pub(crate) use clients::{ClientKind, ClientPlan};
pub(crate) use combine::combine;
pub(crate) use docs::sanitize as sanitize_docs;
pub(crate) use ident::{PRIMITIVES, broken_rule, camel, escape, is_identifier, unraw};
pub(crate) use kinds::{MethodKind, Request};
pub(crate) use mocks::{MockMethod, MockPlan, Takes};
pub(crate) use modules::{Content, Module, ModuleId, ModuleTree};
pub(crate) use protobuf::{ExternTypes, ProtobufTypes};
pub(crate) use rename::rename;
pub(crate) use rust_type::{RustType, Start};
pub(crate) use services::{ErrorPlan, ExceptionPlan, MethodPlan, ServicePlan};
pub(crate) use signatures::Signature;
pub(crate) use structs::{FieldPlan, Item, Presence, StructPlan, UnknownFields};
pub(crate) use values::{ConstPlan, Expr, Rest};

/// All decisions on one schema.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) modules: ModuleTree,
    pub(crate) names: names::Names,
    /// Of a `.proto`, where the types of its messages are; nothing for Thrift.
    pub(crate) protobuf: ProtobufTypes,
    /// What a crate with these types sets, where rustc's own limit is too low.
    pub(crate) recursion_limit: Option<usize>,
    /// Whether services have Kitex's StreamX surface. Otherwise they have the classic one.
    pub(crate) streamx: bool,
    /// Whether traits of handlers have a body for each method.
    pub(crate) default_handlers: bool,
    /// Whether servers make invokers.
    pub(crate) invoker: bool,
    /// Whether services have mocks.
    pub(crate) mock: bool,
    /// Whether a definition is generated, by its index.
    generated: Vec<bool>,
    externs: externs::Externs,
    boxes: boxes::Boxes,
    derives: derives::Derives<'a>,
}

impl<'a> Plan<'a> {
    /// Decides everything that does not depend on a single item, and reports what cannot be done.
    pub(crate) fn build(
        schema: &'a Schema,
        options: &'a Options,
        message_types: &ExternTypes,
        refs: &[IdlRef],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let protobuf = ProtobufTypes::build(schema, message_types, &options.renames, diagnostics);
        let mut modules = ModuleTree::build(schema, &protobuf, options, diagnostics);
        let names = names::Names::build(schema, &modules, diagnostics);
        let is_protobuf = schema.file(schema.root).kind.is_protobuf();
        let extern_paths: &[_] = match is_protobuf {
            true => &[],
            false => &options.types.extern_paths,
        };
        check_options(schema, options, &protobuf, diagnostics);
        let externs = externs::Externs::build(schema, &modules, &names, extern_paths, refs);
        let mut generated = match is_protobuf {
            true => protobuf::generated(schema, &options.types, &protobuf, message_types),
            false => selection::generated(schema, &options.types, &externs),
        };
        if options.no_recurse && !is_protobuf {
            selection::leave_to_others(schema, &modules, &mut generated);
        }
        modules.omit(schema, &generated);
        let derives = derives::Derives::build(forms::Forms {
            schema,
            options: &options.types,
        });
        derives.check(diagnostics);
        if options.streamx {
            unary::warn(schema, diagnostics);
        }
        let boxes = boxes::Boxes::build(schema);
        let recursion_limit = depth::recursion_limit(schema, &boxes, diagnostics);
        Self {
            schema,
            modules,
            names,
            protobuf,
            recursion_limit,
            streamx: options.streamx,
            default_handlers: options.default_handlers,
            invoker: options.invoker,
            mock: options.mock,
            generated,
            externs,
            boxes,
            derives,
        }
    }

    /// Services in the order of their modules.
    pub(crate) fn services(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<ServicePlan<'a>> {
        let services = self
            .modules
            .iter()
            .filter_map(|(_, module)| match module.content {
                Content::Service(id) => Some(id),
                _ => None,
            });
        services.map(|id| self.service(id, diagnostics)).collect()
    }

    /// The definitions of a module that templates print: constants, typedefs, enums, structs, in the
    /// order of the IDL. Services have modules of their own, and Protobuf's messages are
    /// prost-build's.
    pub(crate) fn items(&self, module: ModuleId) -> Vec<Item<'a>> {
        let schema: &'a Schema = self.schema;
        let defs: Vec<&Definition> = match &self.modules.get(module).content {
            Content::Namespace { .. } if self.modules.is_parted(module) => Vec::new(),
            Content::Namespace { files, .. } => {
                let files = files.iter().filter(|file| !self.is_protobuf(**file));
                files.flat_map(|f| schema.definitions_of(*f)).collect()
            }
            Content::Part { defs, .. } => defs.iter().map(|id| schema.def(*id)).collect(),
            Content::Service(_) | Content::Descriptors => Vec::new(),
        };
        let defs = defs
            .into_iter()
            .filter(|def| self.generated[def.id.index()]);
        defs.filter_map(|def| match &def.kind {
            DefinitionKind::Const(item) => Some(Item::Const(def.id, item)),
            DefinitionKind::Typedef(item) => Some(Item::Typedef(def.id, item)),
            DefinitionKind::Enum(item) => Some(Item::Enum(def.id, item)),
            DefinitionKind::Struct(item) => Some(Item::Struct(def.id, item)),
            DefinitionKind::Service(_) => None,
        })
        .collect()
    }

    /// The modules of included files that another run has to write under `-no-recurse`, each with the
    /// path of one of its IDL files.
    pub(crate) fn left_to_others(&self) -> Vec<(ModuleId, &Path)> {
        let root = self.modules.of_file(self.schema.root);
        let files = self
            .schema
            .files_in_order()
            .map(|file| (self.modules.of_file(file.id), file));
        let is_left = |(module, file): &(ModuleId, &File)| {
            let mut defs = self.schema.definitions_of(file.id);
            *module != root && defs.any(|def| self.externs.path(def.id).is_none())
        };
        let left = files.filter(is_left);
        left.map(|(module, file)| (module, file.path.as_path()))
            .collect()
    }

    /// Whether the messages of a file travel as Protobuf: what picks the payload codec.
    pub(crate) fn is_protobuf(&self, file: FileId) -> bool {
        self.schema.file(file).kind.is_protobuf()
    }

    /// Whether a message or enum is generated, or must be there for what is nested in it.
    pub(crate) fn keeps(&self, id: DefId) -> bool {
        self.generated[id.index()]
    }

    /// What was asked for.
    pub(crate) fn options(&self) -> &'a TypeOptions {
        self.derives.forms.options
    }

    /// The prefix of a service in a gRPC path: the last part of the Go namespace, or else of the
    /// file's stem, in lower case, as Kitex has it. Protobuf's package is complete and unchanged
    /// (`grpc-and-pingpong.md` A.2, B).
    pub(crate) fn grpc_package(&self, file: FileId) -> String {
        let file = self.schema.file(file);
        if file.kind.is_protobuf() {
            return file.package.clone().unwrap_or_default();
        }
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
        let namespace = file.namespace("go").or_else(|| file.namespace("*"));
        let namespace = namespace.unwrap_or(&stem);
        let last = namespace.rsplit('.').next().unwrap_or(namespace);
        last.to_lowercase()
    }
}

/// Reports options that ask for what the IDL has not, or that cannot be followed.
fn check_options(
    schema: &Schema,
    options: &Options,
    protobuf: &ProtobufTypes,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let is_protobuf = schema.file(schema.root).kind.is_protobuf();
    if is_protobuf {
        protobuf::check(schema, &options.types, protobuf, diagnostics);
    } else {
        selection::check(schema, &options.types, diagnostics);
        attribute_text::check(schema, &options.types, diagnostics);
    }
    protobuf::warn_about_options(options, is_protobuf, diagnostics);
    selection::check_reachable(schema, &options.types, diagnostics);
}
