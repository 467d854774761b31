//! What a user is told of jobs that cannot share a module, or that have to run again.

use super::{Merge, Outdated};
use crate::error::Error;
use crate::project::lock::{FILE_NAME, Job, Module};

impl Merge<'_> {
    /// What to say about the jobs that have to run again.
    pub(in crate::project) fn into_notes(self) -> Vec<String> {
        let note = |outdated: Outdated<'_>| {
            let (other, file) = (outdated.job, outdated.file);
            let advice = match (other.adopted, outdated.differs) {
                (true, _) => format!("run streamgen for `{}` too", other.idl),
                (false, false) => format!("run it again: {}", other.command()),
                (false, true) => format!(
                    "its options were others, in: {}; run it again with those of this run",
                    other.command()
                ),
            };
            format!(
                "`{file}` is of `{}` too, and has changed; {advice}",
                other.idl
            )
        };
        self.outdated.into_values().map(note).collect()
    }

    pub(super) fn clash(&self, path: &str, own: &Module, other: &Job, module: &Module) -> Error {
        let only = |a: &[String], b: &[String]| {
            let only: Vec<_> = a.iter().filter(|one| !b.contains(one)).collect();
            let all = a.iter().collect();
            let names = if only.is_empty() { all } else { only };
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(" and ")
        };
        let advice = match self.gone.contains(&other.idl) {
            true => format!(
                "`{}` is gone: if its code is not needed, delete its entry in `{}/{FILE_NAME}`",
                other.idl, self.folder
            ),
            false => "give them namespaces of their own, or generate one of them elsewhere with -gen-path"
                .to_owned(),
        };
        Error::project(format!(
            "`{}/{path}` cannot hold both what {} defines and what {} does, which is in it by: {}; {advice}",
            self.folder,
            only(&own.from, &module.from),
            only(&module.from, &own.from),
            other.command(),
        ))
    }

    pub(super) fn needs_other_first(&self, path: &str, other: &Job) -> Error {
        Error::project(format!(
            "`{}/{path}` holds more than this run would write, by an older state of the same IDL; \
             first run: {}",
            self.folder,
            other.command()
        ))
    }

    pub(super) fn clash_of_names(&self, path: &str, child: &str) -> Error {
        let folder = path.trim_end_matches(".rs");
        let of = self.others.iter().chain([self.job]);
        let file = format!("{folder}/{child}.rs");
        let of: Vec<_> = of
            .filter(|job| job.modules.contains_key(&file) || job.modules.contains_key(path))
            .map(|job| format!("`{}`", job.idl))
            .collect();
        Error::project(format!(
            "`{}/{path}` would have two modules `{child}`: a package and the types nested in a message, of {}; \
             generate one of them elsewhere with -gen-path",
            self.folder,
            of.join(" and ")
        ))
    }
}
