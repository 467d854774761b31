//! The messages of a `.proto` as Rust, by prost-build.
//!
//! prost-build makes one text for each package, in memory. `given` hands it descriptors under names
//! that cannot clash and with comments that cannot break the build; `layout` breaks its lines as
//! rustfmt does. Its service generator has no part in this: services come from our own templates.

mod docs;
mod given;
mod layout;

use std::collections::{BTreeMap, HashMap};

use prost_build::{Config, Module};
use streamgen_idl::model::{DefinitionKind, Encoding};
use streamgen_idl::prost_types::FileDescriptorSet;

use crate::error::Error;
use crate::plan::protobuf::{PROST, PROST_TYPES};
use crate::plan::{Content, ExternTypes, ModuleId, Plan};
use given::Given;

/// What prost-build can be asked for. Paths are those of prost-build: `.` for everything,
/// `.package.Message.field`, or the end of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageOptions {
    /// Full names, or packages, whose Rust types are somebody else's.
    pub(crate) extern_paths: Vec<(String, String)>,
    /// Whether `google.protobuf` is generated like any package.
    pub(crate) generate_well_known_types: bool,
    /// Fields of type `bytes` that are a `Vec<u8>`; the others are `Bytes`, which are not copied.
    pub(crate) vec_bytes: Vec<String>,
    /// Maps that are a `BTreeMap`.
    pub(crate) btree_maps: Vec<String>,
    /// Attributes of messages, enums and oneofs.
    pub(crate) type_attributes: Vec<(String, String)>,
    /// Attributes of fields and of the values of enums.
    pub(crate) field_attributes: Vec<(String, String)>,
    /// Messages without `Debug`.
    pub(crate) skip_debug: Vec<String>,
}

impl MessageOptions {
    /// The types that are not generated.
    pub(crate) fn extern_types(&self) -> ExternTypes {
        ExternTypes::new(&self.extern_paths, !self.generate_well_known_types)
    }
}

/// The text of every module that holds messages, laid out.
///
/// # Errors
///
/// When prost-build refuses an option: a path that is malformed or given twice.
pub(crate) fn render(
    plan: &Plan<'_>,
    descriptors: FileDescriptorSet,
    options: &MessageOptions,
) -> Result<BTreeMap<ModuleId, String>, Error> {
    let packages = modules_by_package(plan);
    let given = Given::new(plan);
    let (mut modules, mut docs) = (HashMap::new(), Vec::new());
    let requests = descriptors.file.into_iter().map(|mut file| {
        // Nothing is generated for a file without a module: its types are somebody else's.
        let module = packages.get(file.package());
        let module = module.copied().unwrap_or(plan.modules.root());
        given.apply(module, &mut file, &mut docs);
        let key = Module::from_parts([file.package()]);
        modules.insert(key.clone(), module);
        (key, file)
    });
    let requests: Vec<_> = requests.collect();
    let texts = config(plan, options)
        .generate(requests)
        .map_err(|error| Error::usage(format!("messages cannot be generated: {error}")))?;
    let texts = texts.into_iter().filter_map(|(key, text)| {
        let module = *modules.get(&key)?;
        let text = given::restore(plan, &text);
        Some((module, layout::format(&text, &docs)))
    });
    Ok(texts.filter(|(_, text)| !text.is_empty()).collect())
}

fn modules_by_package<'a>(plan: &'a Plan<'_>) -> HashMap<&'a str, ModuleId> {
    let namespaces = plan.modules.iter().filter_map(|(id, module)| {
        let Content::Namespace { files, .. } = &module.content else {
            return None;
        };
        let first = plan.schema.file(*files.first()?);
        Some((first.package.as_deref().unwrap_or_default(), id))
    });
    namespaces.collect()
}

fn config(plan: &Plan<'_>, options: &MessageOptions) -> Config {
    let mut config = Config::new();
    config
        .prost_path(PROST)
        .prost_types_path(PROST_TYPES)
        .btree_map(&options.btree_maps)
        .skip_debug(&options.skip_debug);
    if !options.vec_bytes.iter().any(|path| path == ".") {
        config.bytes(["."]);
    }
    if options.generate_well_known_types {
        config.compile_well_known_types();
    }
    for (proto, rust) in &options.extern_paths {
        config.extern_path(proto, rust);
    }
    for (path, attribute) in &options.type_attributes {
        config.type_attribute(path, attribute);
    }
    for (path, attribute) in &options.field_attributes {
        config.field_attribute(path, attribute);
    }
    box_groups(plan, &mut config);
    config
}

/// prost-build boxes messages that hold themselves, but does not see those that do it by way of a
/// group.
fn box_groups(plan: &Plan<'_>, config: &mut Config) {
    for def in &plan.schema.definitions {
        let DefinitionKind::Struct(item) = &def.kind else {
            continue;
        };
        let groups = item.fields.iter().filter(|f| f.encoding == Encoding::Group);
        for field in groups.filter(|field| plan.is_boxed(def.id, field)) {
            config.boxed(format!("{}.{}", def.name, field.name));
        }
    }
}
