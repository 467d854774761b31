//! Files that no job produces any more, and files that a job should have.

use std::collections::{BTreeMap, BTreeSet};

use crate::output::{FilePlan, Ownership, read_text};

use super::job::{modules, parent_of};
use super::module_text::ModuleText;
use super::{Project, hash, merge};

impl Project {
    /// Files that were written and that no job has now.
    fn lost(&self) -> BTreeSet<&str> {
        let kept = modules(&self.others);
        let written = self.files.keys().map(String::as_str);
        written
            .filter(|path| !kept.contains_key(path) && !self.job.modules.contains_key(*path))
            .collect()
    }

    /// Takes modules that are lost out of the files of other jobs that declare them. Returns the
    /// hashes of what it changes, unless somebody else has changed the file too.
    pub(super) fn without_lost_modules(&self, files: &mut FilePlan) -> BTreeMap<String, String> {
        let kept = modules(&self.others);
        let parents: BTreeSet<_> = self.lost().into_iter().filter_map(parent_of).collect();
        let mut hashes = BTreeMap::new();
        for parent in parents {
            if self.job.modules.contains_key(&parent) || !kept.contains_key(parent.as_str()) {
                continue;
            }
            let target = self.folder.join(&parent);
            let Some(text) = read_text(&self.out_dir.join(&target)) else {
                continue;
            };
            let Some(mut parts) = ModuleText::parse(&text) else {
                continue;
            };
            parts.declarations = merge::declarations(self.others.iter(), &parent);
            let changed = parts.render();
            if self.files.get(&parent) == Some(&hash::of(&text)) {
                hashes.insert(parent, hash::of(&changed));
            }
            files.insert(target, Ownership::Generated, changed);
        }
        hashes
    }

    /// Plans that lost files go, where nobody changed them, and names the others. Returns what is to
    /// be remembered of those.
    pub(super) fn dispose_of_leftovers(
        &mut self,
        files: &mut FilePlan,
    ) -> BTreeMap<String, String> {
        let mut left = BTreeMap::new();
        let mut notes = Vec::new();
        for path in self.lost() {
            let target = self.folder.join(path);
            let Some(text) = read_text(&self.out_dir.join(&target)) else {
                continue;
            };
            let written = &self.files[path];
            if *written == hash::of(&text) {
                files.remove(target);
                continue;
            }
            let why = match written.as_str() {
                hash::UNKNOWN => "an older streamgen wrote it, so it may have been changed",
                _ => "it was changed by hand",
            };
            notes.push(format!(
                "`{}` is not generated any more, and {why}: delete it if you do not need it",
                target.display()
            ));
            left.insert(path.to_owned(), written.clone());
        }
        self.notes.extend(notes);
        left
    }

    /// Names what other jobs lack: their IDL, or a file that they wrote.
    pub(super) fn note_absent(&mut self) {
        let mut notes = Vec::new();
        for job in self.others.iter().filter(|job| !job.adopted) {
            let own = job
                .modules
                .keys()
                .filter(|path| !self.job.modules.contains_key(*path));
            let mut paths = own.map(|path| self.folder.join(path));
            if let Some(path) = paths.find(|path| !self.out_dir.join(path).exists()) {
                notes.push(format!(
                    "`{}` is missing; run: {}",
                    path.display(),
                    job.command()
                ));
            }
            let in_set = job
                .options
                .iter()
                .any(|flag| flag.starts_with("-descriptor-set="));
            if !in_set && !self.out_dir.join(&job.idl).exists() {
                notes.push(format!(
                    "`{}` is gone, but the code that was generated from it stays; if you do not need it, \
                     delete the entry of that IDL in `{}`",
                    job.idl,
                    self.folder.join(super::FILE_NAME).display()
                ));
            }
        }
        self.notes.extend(notes);
    }
}
