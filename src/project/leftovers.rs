//! Files that no job produces any more, and files that a job should have.

use std::collections::{BTreeMap, BTreeSet};

use crate::options::INLINE_WORD;
use crate::output::{FilePlan, Ownership, absolute, exists};

use super::job::{modules, parent_of, with_module};
use super::lock::Job;
use super::module_text::ModuleText;
use super::{Project, hash, merge};
use crate::paths::file_name;

impl Project<'_> {
    /// Files that were written and that no job has now.
    fn lost(&self) -> BTreeSet<&str> {
        let jobs = self.others.iter().chain([&self.job]);
        let kept: BTreeSet<_> = jobs.flat_map(Job::files).collect();
        let written = self.files.keys().map(String::as_str);
        written.filter(|path| !kept.contains(path)).collect()
    }

    /// Takes out of the files of other jobs what no job has there any more. Returns the hashes of what
    /// it changes, unless somebody else has changed the file too.
    pub(super) fn without_what_is_lost(&self, files: &mut FilePlan) -> BTreeMap<String, String> {
        let parents: BTreeSet<_> = self.lost().into_iter().filter_map(parent_of).collect();
        let mut hashes = BTreeMap::new();
        for path in modules(&self.others).into_keys() {
            if self.job.modules.contains_key(path) {
                continue;
            }
            let target = self.folder.join(path);
            let Some((text, changed)) = self.stripped(path, parents.contains(path)) else {
                continue;
            };
            if self.files.get(path) == Some(&hash::of(&text)) {
                hashes.insert(path.to_owned(), hash::of(&changed));
            }
            files.insert(target, Ownership::Generated, changed);
        }
        hashes
    }

    /// The text of a file of other jobs, and what it becomes without the declarations of modules that
    /// are lost, and without items if the module only holds others now. `None` if it stays.
    fn stripped(&self, path: &str, lost_modules: bool) -> Option<(String, String)> {
        let mut shares = with_module(&self.others, path);
        let has_items = shares.any(|(_, module)| !module.from.is_empty());
        if has_items && !lost_modules {
            return None;
        }
        let text = self.tree.text(&self.folder.join(path))?;
        let mut parts = ModuleText::parse(&text)?;
        let head = crate::view::header(&[]);
        parts.declarations = merge::declarations(self.others.iter(), path);
        if !has_items && !parts.items.is_empty() {
            (parts.head, parts.items) = (&head, "");
        }
        let changed = parts.render();
        (changed != text).then_some((text, changed))
    }

    /// Names modules of other jobs that still hold what only this one had, before it changed.
    pub(super) fn note_abandoned(&mut self) {
        let mut notes = Vec::new();
        for (path, before) in &self.previous {
            let now = self.job.modules.get(path);
            if now.is_some_and(|now| !now.from.is_empty()) {
                continue;
            }
            let shares = with_module(&self.others, path);
            let shares: Vec<_> = shares
                .filter(|(_, module)| !module.from.is_empty())
                .collect();
            let has = |file: &String| {
                let mut theirs = shares.iter().flat_map(|(_, module)| &module.from);
                theirs.any(|theirs| file_name(theirs) == file_name(file))
            };
            let Some((job, _)) = shares.first() else {
                continue;
            };
            if !before.from.iter().all(has) {
                notes.push(format!(
                    "`{}` still holds what only `{}` had in it; run: {}",
                    self.folder.join(path).display(),
                    self.job.idl,
                    job.command()
                ));
            }
        }
        self.notes.extend(notes);
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
            let Some(text) = self.tree.text(&target) else {
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

    /// IDL files of other jobs that are not on disk. Of what comes out of a descriptor set or from
    /// standard input, nobody can tell.
    pub(super) fn gone(&self) -> BTreeSet<String> {
        let jobs = self
            .others
            .iter()
            .filter(|job| !job.adopted && !job.is_of_set());
        let files = jobs.flat_map(|job| {
            let sources = job.modules.values().flat_map(|module| &module.from);
            sources.chain([&job.idl])
        });
        // The folder itself need not be there yet.
        let place = |file: &String| absolute(&self.tree.root().join(file));
        let files = files.filter(|file| *file != INLINE_WORD);
        let gone = files.filter(|file| !place(file).is_some_and(|place| exists(&place)));
        gone.cloned().collect()
    }

    /// The IDL of the job that this one goes on with in another place: it is gone, no other has its
    /// file name, and this one is new.
    pub(super) fn moved(&self) -> Option<String> {
        if self.others.iter().any(|other| self.job.replaces(other)) {
            return None;
        }
        let gone = self.gone();
        let mut same = self
            .others
            .iter()
            .filter(|other| gone.contains(&other.idl) && other.idl_name() == self.job.idl_name());
        let first = same.next()?;
        same.next().is_none().then(|| first.idl.clone())
    }

    /// Names what other jobs lack: their IDL, or a file that they wrote.
    pub(super) fn note_absent(&mut self) {
        let mut notes = Vec::new();
        let gone = self.gone();
        for job in self.others.iter().filter(|job| !job.adopted) {
            let mine: BTreeSet<_> = self.job.files().collect();
            let own = job.files().filter(|path| !mine.contains(path));
            let mut paths = own.map(|path| self.folder.join(path));
            if let Some(path) = paths.find(|path| !self.tree.has(path)) {
                notes.push(format!(
                    "`{}` is missing; run: {}",
                    path.display(),
                    job.command()
                ));
            }
            if gone.contains(&job.idl) {
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
