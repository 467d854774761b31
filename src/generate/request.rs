//! What is to be loaded, after the options have been held against one another.

use streamgen_idl::{FileSystem, Language, LoadOptions};

use crate::error::Error;
use crate::options::{ExternPath, IdlType, Options};
use crate::plan::broken_rule;
use crate::scaffold;

/// What is to be loaded.
///
/// # Errors
///
/// When the options contradict each other.
pub(super) fn request(options: &Options) -> Result<LoadOptions, Error> {
    let language = language(options)?;
    check_gen_path(&options.gen_path)?;
    check_copies(options)?;
    check_extern_paths(&options.types.extern_paths)?;
    Ok(LoadOptions {
        root: options.idl.clone(),
        include_dirs: options.include_dirs.clone(),
        language: Some(language),
        descriptor_set: options.descriptor_set.clone(),
        encode_descriptors: options.descriptors,
    })
}

/// The language goes by the suffix unless `-type` says otherwise (`kitex-tool.md` 5).
fn language(options: &Options) -> Result<Language, Error> {
    let suffix = options.idl.extension().and_then(|suffix| suffix.to_str());
    let found = options.idl_type.or(match suffix {
        Some("thrift") => Some(IdlType::Thrift),
        Some("proto") => Some(IdlType::Protobuf),
        _ if options.descriptor_set.is_some() => Some(IdlType::Protobuf),
        _ => None,
    });
    match found {
        Some(IdlType::Thrift) if options.descriptor_set.is_some() => Err(Error::usage(
            "-descriptor-set holds Protobuf, but the IDL is Thrift",
        )),
        Some(IdlType::Thrift) => Ok(Language::Thrift),
        Some(IdlType::Protobuf) => Ok(Language::Protobuf),
        None => Err(Error::usage(format!(
            "cannot tell the IDL language of `{}` by its suffix: give -type thrift or -type protobuf",
            options.idl.display()
        ))),
    }
}

/// Kitex passes over a folder that is not there, and then misses the files that were to be in it.
pub(super) fn check_include_dirs(options: &Options, files: &dyn FileSystem) -> Result<(), Error> {
    let mut dirs = options.include_dirs.iter();
    match dirs.find(|dir| !files.is_directory(dir)) {
        Some(dir) => Err(Error::project(format!(
            "-I `{}` is no folder: leave it out, or give the one that has the included files",
            dir.display()
        ))),
        None => Ok(()),
    }
}

/// `-copy-idl` needs files: an IDL that is in none cannot be copied.
fn check_copies(options: &Options) -> Result<(), Error> {
    let copied = options.copy_idl;
    let why = match (&options.descriptor_set, &options.text) {
        (Some(_), _) if copied => "-descriptor-set has none: copy the set itself",
        (_, Some(_)) if copied => "this one is in no file",
        _ => return Ok(()),
    };
    Err(Error::usage(format!(
        "-copy-idl copies IDL files, and {why}"
    )))
}

/// One part of the IDL cannot be in two places.
fn check_extern_paths(paths: &[ExternPath]) -> Result<(), Error> {
    for (index, one) in paths.iter().enumerate() {
        let earlier = paths[..index].iter().find(|two| two.path == one.path);
        if let Some(two) = earlier.filter(|two| two.rust_path != one.rust_path) {
            return Err(Error::usage(format!(
                "-extern-path `{}` is both `{}` and `{}`",
                one.path, two.rust_path, one.rust_path
            )));
        }
    }
    Ok(())
}

/// The folder's name is also the name of a module, beside those of the scaffold and in front of the
/// crates that it names.
fn check_gen_path(name: &str) -> Result<(), Error> {
    let rule = match broken_rule(name) {
        None if ["handler", "lib", "main"].contains(&name) => {
            format!("`src/{name}.rs` is another module")
        }
        None if scaffold::CRATES.contains(&name) => format!("`{name}` is a crate"),
        None => return Ok(()),
        Some(rule) => rule,
    };
    Err(Error::usage(format!(
        "-gen-path `{name}` cannot be the name of a Rust module: {rule}"
    )))
}
