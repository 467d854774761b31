//! The IDL files that exist in Rust already, as the file of `-idl-ref` lists them.

use std::fmt::Display;
use std::path::Path;

use streamgen_idl::{FileSystem, MAX_FILE_BYTES};

use crate::error::Error;
use crate::options::Options;
use crate::options::idl_ref::{self, IdlRef};
use crate::output::absolute;

/// The IDL files, where they are on disk.
///
/// # Errors
///
/// When the file that names them cannot be read or understood.
pub(super) fn of_options(options: &Options, files: &dyn FileSystem) -> Result<Vec<IdlRef>, Error> {
    let Some(file) = &options.idl_ref else {
        return Ok(Vec::new());
    };
    let unreadable =
        |why: &dyn Display| Error::project(format!("cannot read `{}`: {why}", file.display()));
    // Whoever sees what a run reads sees this file too.
    let bytes = files
        .read(file, MAX_FILE_BYTES)
        .map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(&"it is not UTF-8"))?;
    let refs = idl_ref::parse(&text)
        .map_err(|error| Error::project(format!("{}:{error}", file.display())))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let on_disk = |one: IdlRef| {
        let path = folder.join(&one.idl);
        let idl = absolute(&path).unwrap_or(path);
        IdlRef { idl, ..one }
    };
    Ok(refs.into_iter().map(on_disk).collect())
}
