//! IDL files that are texts in memory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use streamgen_idl::FileSystem;

/// Texts by their paths, which `include` lines name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts(BTreeMap<PathBuf, String>);

impl<P: AsRef<str>, T: Into<String>> FromIterator<(P, T)> for Texts {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(texts: I) -> Self {
        let texts = texts.into_iter();
        let texts = texts.map(|(path, text)| (plain(Path::new(path.as_ref())), text.into()));
        Self(texts.collect())
    }
}

impl Texts {
    fn get(&self, path: &Path) -> io::Result<&String> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        self.0.get(&plain(path)).ok_or_else(missing)
    }
}

/// The path without `.` and, where a folder precedes it, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

impl FileSystem for Texts {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.get(path).map(|_| plain(path))
    }

    fn is_directory(&self, path: &Path) -> bool {
        let path = plain(path);
        self.0
            .keys()
            .any(|name| name.starts_with(&path) && *name != path)
    }

    fn names_in(&self, directory: &Path) -> Vec<String> {
        let directory = plain(directory);
        let inside = self.0.keys().filter_map(|name| {
            let rest = name.strip_prefix(&directory).ok()?;
            rest.to_str().map(str::to_owned)
        });
        inside.collect()
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let text = self.get(path)?.as_bytes();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(text[..text.len().min(limit)].to_vec())
    }
}
