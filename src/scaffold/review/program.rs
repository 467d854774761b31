//! Whether the program serves each service.

use crate::plan::ServicePlan;

use super::super::names::implementors;
use super::super::reading::{NamedPath, Scope, Source, named_paths};
use super::{Review, write_path};

/// The paths that one file names.
struct Named<'a> {
    source: &'a Source,
    scope: Scope,
    paths: Vec<NamedPath>,
}

/// Methods of a server's builder that take a service.
const ADD: [&str; 2] = ["add_service", "add_fallback_service"];

impl Review<'_> {
    /// Remarks on services whose server type no file of the package names.
    pub(super) fn program(&mut self) {
        if !self.sources.unreadable.is_empty() {
            return;
        }
        let files = self.sources.files.iter();
        let files: Vec<_> = files
            .map(|source| Named {
                source,
                scope: Scope::of(&source.module, &source.syntax.items),
                paths: named_paths(&source.text),
            })
            .collect();
        for (service, name) in self.services.iter().zip(implementors(self.services)) {
            if !files.iter().any(|file| self.serves(file, service)) {
                let remark = self.does_not_serve(&files, service, &name);
                self.remarks.push(remark);
            }
        }
        for file in &files {
            self.served_and_gone(file);
        }
    }

    /// Remarks on `X::new` of servers that are not generated any more.
    fn served_and_gone(&mut self, file: &Named<'_>) {
        for path in &file.paths {
            let Some((last, server)) = path.names.split_last() else {
                continue;
            };
            let meanings = file.scope.resolve(server);
            if last == "new" && meanings.iter().any(|meaning| self.is_gone(meaning)) {
                self.remarks.push(format!(
                    "{}: `{}` is of a service that is not generated any more",
                    file.source.place(path.span),
                    server.join("::")
                ));
            }
        }
    }

    fn serves(&self, file: &Named<'_>, service: &ServicePlan<'_>) -> bool {
        let wanted = self.path_of(service, &service.server);
        file.paths.iter().any(|path| {
            let ends = (0..path.names.len()).filter(|end| path.names[*end] == service.server);
            ends.into_iter().any(|end| {
                let mut meanings = file.scope.resolve(&path.names[..=end]).into_iter();
                meanings.any(|meaning| meaning == wanted || !self.is_generated(&meaning))
            })
        })
    }

    fn does_not_serve(
        &self,
        files: &[Named<'_>],
        service: &ServicePlan<'_>,
        new_name: &str,
    ) -> String {
        // Where other services are added, or else where a server is made.
        let last = |words: &[&str]| {
            files.iter().find_map(|file| {
                let mut paths = file.paths.iter().rev();
                let path = paths.find(|path| {
                    path.names
                        .last()
                        .is_some_and(|last| words.contains(&last.as_str()))
                })?;
                Some((file, path))
            })
        };
        let (place, scope) = match last(&ADD).or_else(|| last(&["builder"])) {
            Some((file, path)) => (file.source.place(path.span), file.scope.clone()),
            None => ("src/main.rs".to_owned(), Scope::default()),
        };
        let all = self.sources.implementations();
        let implementor = self
            .implementations_of(service, &all)
            .first()
            .and_then(|found| {
                let module = found.scope.module().join("::");
                Some(format!("{module}::{}", found.implementor()?))
            });
        let implementor = implementor.unwrap_or_else(|| format!("crate::handler::{new_name}"));
        let server = self.reach.item(service.module, &service.server);
        format!(
            "{place}: the program does not serve `{}`; add to its server:\n\n        \
             .add_service({}::new({}))\n",
            service.wire_name,
            write_path(&scope, &server),
            write_path(&scope, &implementor)
        )
    }
}
