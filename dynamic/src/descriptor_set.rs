//! Reads the IDL from a `FileDescriptorSet`, which `protoc --include_imports --descriptor_set_out` writes.
//!
//! A set has no root file: whoever asks for a service may mean that of any file. So a file is added to it that
//! imports all others.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use streamgen_idl::{Disk, FileSystem, MAX_FILE_BYTES};

use crate::error::LoadError;
use crate::protobuf::{Parts, put_field};

/// The file that imports all others. No file of a set has such a name.
pub(crate) const ALL: &str = "<all files>";

/// Field numbers of `FileDescriptorSet` and `FileDescriptorProto`.
const FILE: i32 = 1;
const NAME: i32 = 1;
const DEPENDENCY: i32 = 3;

/// Where the bytes are.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    File(PathBuf),
    Bytes(Vec<u8>),
}

impl Source {
    /// The set in a file system in which nothing else is, and the path of it there.
    pub(crate) fn read(&self) -> Result<(InMemory, PathBuf), LoadError> {
        let (path, bytes) = match self {
            Self::Bytes(bytes) => (Path::new("the descriptor set"), Cow::Borrowed(bytes)),
            Self::File(path) => {
                let read = Disk.read(path, MAX_FILE_BYTES + 1);
                let read = read.map_err(|error| {
                    LoadError::new([format!("cannot read `{}`: {error}", path.display())])
                })?;
                (path.as_path(), Cow::Owned(read))
            }
        };
        let refuse = |problem: String| LoadError::new([format!("`{}` {problem}", path.display())]);
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(refuse(format!("is larger than {MAX_FILE_BYTES} bytes")));
        }
        let names = names(&bytes).map_err(|problem| {
            refuse(format!(
                "is no descriptor set: {problem}; protoc writes one with --include_imports \
                 --descriptor_set_out=FILE"
            ))
        })?;
        Ok((InMemory(with_root(&bytes, &names)), path.to_owned()))
    }
}

/// The names of the files.
fn names(set: &[u8]) -> Result<Vec<String>, String> {
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    let mut parts = Parts { rest: set };
    while let Some(part) = parts.next()? {
        if part.number != FILE {
            continue;
        }
        let name = File::read(part.value)?.name;
        if known.insert(name.clone()) {
            names.push(name);
        }
    }
    Ok(names)
}

fn with_root(set: &[u8], names: &[String]) -> Vec<u8> {
    let mut root = Vec::new();
    put_field(&mut root, NAME, ALL.as_bytes());
    names
        .iter()
        .for_each(|name| put_field(&mut root, DEPENDENCY, name.as_bytes()));
    let mut bytes = set.to_vec();
    put_field(&mut bytes, FILE, &root);
    bytes
}

/// What a descriptor says of its file.
pub(crate) struct File {
    pub(crate) name: String,
    /// The files that it imports.
    #[cfg_attr(
        not(feature = "reflection"),
        expect(dead_code, reason = "who asks a server follows them")
    )]
    pub(crate) dependencies: Vec<String>,
}

impl File {
    pub(crate) fn read(descriptor: &[u8]) -> Result<Self, String> {
        let (mut name, mut dependencies) = (String::new(), Vec::new());
        let mut parts = Parts { rest: descriptor };
        while let Some(part) = parts.next()? {
            let text = || String::from_utf8(part.value.to_vec());
            let text = || text().map_err(|_| "a name is not UTF-8".to_owned());
            match part.number {
                NAME => name = text()?,
                DEPENDENCY => dependencies.push(text()?),
                _ => {}
            }
        }
        match name.is_empty() {
            true => Err("a file has no name".to_owned()),
            false => Ok(Self { name, dependencies }),
        }
    }
}

/// A set of the files.
#[cfg(feature = "reflection")]
pub(crate) fn set_of<'d>(descriptors: impl IntoIterator<Item = &'d [u8]>) -> Vec<u8> {
    let mut set = Vec::new();
    descriptors
        .into_iter()
        .for_each(|one| put_field(&mut set, FILE, one));
    set
}

/// A file system of one file, which is there under every path.
pub(crate) struct InMemory(Vec<u8>);

impl FileSystem for InMemory {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn is_directory(&self, _: &Path) -> bool {
        false
    }

    fn read(&self, _: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.0[..self.0.len().min(limit)].to_vec())
    }
}
