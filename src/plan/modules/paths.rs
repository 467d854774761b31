//! Where modules are: their paths in Rust, and their files.

use std::path::PathBuf;

use super::{ModuleId, ModuleTree};
use crate::plan::ident;

impl ModuleTree {
    /// Identifiers from the root down to the module.
    pub(crate) fn path(&self, id: ModuleId) -> Vec<&str> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(module) = next.map(|id| self.get(id)) {
            path.push(module.ident.as_str());
            next = module.parent;
        }
        path.pop(); // the root has no name
        path.reverse();
        path
    }

    /// How code in `from` writes the path to `to`: `super::super::a::`, or nothing for itself.
    pub(crate) fn prefix(&self, from: ModuleId, to: ModuleId) -> String {
        let (from, to) = (self.path(from), self.path(to));
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let mut prefix = "super::".repeat(from.len() - shared);
        for ident in &to[shared..] {
            prefix.push_str(ident);
            prefix.push_str("::");
        }
        // A child module may be called like an extern crate; a path with one segment in front is
        // looked up here first, so nothing needs to be said about that.
        prefix
    }

    /// Where the module's text goes, relative to the folder of the root module.
    pub(crate) fn file_path(&self, id: ModuleId) -> PathBuf {
        let path = self.path(id);
        match path.split_last() {
            None => PathBuf::from("mod.rs"),
            Some((last, folders)) => {
                let mut file: PathBuf = folders.iter().map(|ident| ident::unraw(ident)).collect();
                file.push(format!("{}.rs", ident::unraw(last)));
                file
            }
        }
    }
}
