//! A draft of the IDLs below the current folder.

use std::path::{Path, PathBuf};

use streamgen_idl::{Disk, LoadOptions, load};

use super::Remarks;
use super::draft::{Draft, Job, Value, seen_from};
use crate::error::Error;
use crate::output::folder_entries;
use crate::paths::slashes;

/// Folders deeper than this are not looked into: IDLs lie near the top.
const MAX_DEPTH: usize = 6;

/// Most files and folders that are looked at: in a folder with more of them, the user has
/// to name the IDLs.
const MAX_ENTRIES: usize = 20_000;

/// Most IDLs that are read.
const MAX_IDLS: usize = 200;

/// Folders of what others have written or built.
const NOT_OURS: [&str; 5] = [
    "kitex_gen",
    "node_modules",
    "target",
    "third_party",
    "vendor",
];

/// The draft: a job for each IDL that has a service, as those include the others; or for every IDL, if
/// none has a service.
///
/// # Errors
///
/// When there is no IDL, and when there are too many files.
pub(super) fn draft(out: &Path, remarks: &mut Remarks) -> Result<Draft, Error> {
    let idls = find()?;
    if idls.is_empty() {
        return Err(Error::usage(
            "there is no IDL here to write a streamgen.toml of; name it, as in: streamgen init idl/echo.thrift",
        ));
    }
    let mut chosen: Vec<_> = idls.iter().filter(|idl| has_service(idl)).collect();
    if chosen.is_empty() {
        chosen = idls.iter().collect();
    } else if chosen.len() < idls.len() {
        let left = idls.len() - chosen.len();
        remarks.note(format!(
            "{left} of the {} IDLs here have no service and got no job: what includes them has their types",
            idls.len()
        ));
    }
    let jobs = chosen
        .into_iter()
        .map(|idl| Job::new(seen_from(out, &slashes(idl))));
    let mut draft = Draft {
        jobs: jobs.collect(),
        ..Draft::default()
    };
    // What new projects are written for.
    draft
        .project
        .insert("streamx".to_owned(), Value::Switch(true));
    Ok(draft)
}

/// The IDLs below the current folder, sorted.
fn find() -> Result<Vec<PathBuf>, Error> {
    let (mut idls, mut entries) = (Vec::new(), 0);
    let mut folders = vec![(PathBuf::new(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for (name, is_folder) in folder_entries(&Path::new(".").join(&folder)) {
            entries += 1;
            let text = name.to_string_lossy();
            if text.starts_with('.') || is_folder && NOT_OURS.contains(&&*text) {
                continue;
            }
            let is_idl = name
                .extension()
                .is_some_and(|suffix| suffix == "thrift" || suffix == "proto");
            match is_folder {
                true if depth < MAX_DEPTH => folders.push((folder.join(&name), depth + 1)),
                false if is_idl => idls.push(folder.join(&name)),
                _ => {}
            }
        }
        if entries > MAX_ENTRIES || idls.len() > MAX_IDLS {
            return Err(Error::usage(
                "there is too much in this folder to find the IDLs in it; name them, as in: streamgen init \
                 idl/echo.thrift",
            ));
        }
    }
    idls.sort();
    Ok(idls)
}

/// Whether an IDL has a service. One that cannot be read has: whoever runs it learns what is wrong.
fn has_service(idl: &Path) -> bool {
    let request = LoadOptions {
        root: idl.to_owned(),
        include_dirs: Vec::new(),
        language: None,
        descriptor_set: None,
        encode_descriptors: false,
    };
    let loaded = load(&request, &Disk);
    let schema = loaded.schema.or(loaded.partial);
    schema.is_none_or(|schema| schema.services_of(schema.root).next().is_some())
}
