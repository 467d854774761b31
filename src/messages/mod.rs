//! The messages of a `.proto` as Rust, by prost-build.
//!
//! prost-build makes one text for each package, in memory. `given` hands it descriptors under names
//! that cannot clash and with comments that cannot break the build. `parse` reads the text, passes
//! change the tree, `print` lays it out as rustfmt does. Its service generator has no part in this: services come from our own templates.

mod debug;
mod derives;
mod descriptors;
mod docs;
mod field_types;
mod given;
mod names;
mod parse;
mod patterns;
mod print;
mod syntax;
mod unreachable;

use std::collections::{BTreeMap, HashMap};

use prost_build::{Config, Module};
use streamgen_idl::model::{DefinitionKind, Encoding};
use streamgen_idl::prost_types::FileDescriptorSet;

use crate::error::Error;
use crate::options::TypeOptions;
use crate::plan::protobuf::{PROST, PROST_TYPES};
use crate::plan::{Content, ExternTypes, ModuleId, Plan};
use given::Given;
use names::Names;
use patterns::Patterns;

/// The types that are not generated.
pub(crate) fn extern_types(options: &TypeOptions) -> ExternTypes {
    let paths = options.extern_paths.iter();
    let paths = paths.map(|one| (one.path.names().join("."), one.rust_path.clone()));
    ExternTypes::new(paths.collect(), !options.compile_well_known_types)
}

/// The text of every module that holds messages, laid out, and that of the descriptors, if there are
/// any: the bytes of a set. Nothing without descriptors, as of Thrift.
///
/// # Errors
///
/// When prost-build refuses an option, or writes what [`parse`] does not know.
pub(crate) fn render(
    plan: &Plan<'_>,
    descriptors: Option<FileDescriptorSet>,
    encoded: Option<&[u8]>,
) -> Result<BTreeMap<ModuleId, String>, Error> {
    let Some(descriptors) = descriptors else {
        return Ok(BTreeMap::new());
    };
    let packages = modules_by_package(plan);
    let given = Given::new(plan);
    let (mut modules, mut docs) = (HashMap::new(), Vec::new());
    let requests = descriptors.file.into_iter().map(|mut file| {
        // Nothing is generated for a file without a module: its types are somebody else's.
        let module = packages.get(file.package());
        let module = module.copied().unwrap_or(plan.modules.root());
        unreachable::remove(plan, &mut file);
        given.apply(module, &mut file, &mut docs);
        let key = Module::from_parts([file.package()]);
        modules.insert(key.clone(), module);
        (key, file)
    });
    let requests: Vec<_> = requests.collect();
    let texts = config(plan, &given)
        .generate(requests)
        .map_err(|error| Error::usage(format!("messages cannot be generated: {error}")))?;
    let names = Names::new(plan);
    let mut laid_out = BTreeMap::new();
    for (key, text) in texts {
        let Some(module) = modules.get(&key) else {
            continue;
        };
        let mut tree = parse::parse(&text, &docs).map_err(Error::prost)?;
        names.restore(*module, &mut tree);
        derives::once(&mut tree);
        debug::of_btree_maps(&mut tree);
        if !tree.items.is_empty() {
            laid_out.insert(*module, print::print(&tree));
        }
    }
    let module = plan.modules.of_descriptors();
    laid_out.extend(module.zip(encoded.map(descriptors::constant)));
    Ok(laid_out)
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

fn config(plan: &Plan<'_>, given: &Given<'_>) -> Config {
    let options = plan.options();
    let mut config = Config::new();
    config.prost_path(PROST).prost_types_path(PROST_TYPES);
    field_types::choose(plan, given, &mut config);
    if options.compile_well_known_types {
        config.compile_well_known_types();
    }
    for (proto, rust) in given.extern_paths() {
        config.extern_path(proto, rust);
    }
    let patterns = Patterns::new(plan, given);
    for one in &options.type_attributes {
        for path in patterns.paths(&one.path) {
            config.type_attribute(path, &one.attribute);
        }
    }
    for one in &options.field_attributes {
        for path in patterns.paths(&one.path) {
            config.field_attribute(path, &one.attribute);
        }
    }
    config.skip_debug(
        options
            .skip_debug
            .iter()
            .flat_map(|one| patterns.paths(one)),
    );
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
