//! Whether the program serves each service.

use heck::ToSnakeCase;
use syn::{Fields, Item};

use crate::layout;
use crate::note::NoteSeverity;
use crate::plan::ServicePlan;

use super::super::PROGRAM;
use super::super::names::implementors;
use super::super::reading::{
    Chain, MethodCall, NamedPath, Scope, Source, chains, imported_paths, named_paths,
};
use super::insertion::in_chain;
use super::names::joined;
use super::{Review, write_path};

/// The paths that one file names.
struct Named<'a> {
    source: &'a Source,
    scope: Scope,
    paths: Vec<NamedPath>,
    chains: Vec<Chain>,
}

/// Methods of a server's builder that take a service; the second kind is asked first where a call
/// names no service.
const ADD: [&str; 2] = ["add_service", "add_fallback_service"];

/// Where a line for a service goes: behind the call that begins and ends at these bytes.
struct Spot<'n> {
    file: &'n Named<'n>,
    begin: usize,
    end: usize,
    has_fallback: bool,
}

impl<'a> Review<'a> {
    /// Looks for services whose server type no file of the package names, and adds them to the one
    /// chain of calls that makes the server, if there is one.
    pub(super) fn program(&mut self) {
        if !self.sources.unreadable.is_empty() {
            return;
        }
        let sources = self.sources;
        let files: Vec<_> = sources
            .files
            .iter()
            .map(|source| {
                let tokens = source.tokens();
                Named {
                    source,
                    scope: self.scope(source),
                    paths: named_paths(tokens.clone()),
                    chains: chains(tokens),
                }
            })
            .collect();
        let spot = self.edits_files.then(|| self.spot(&files)).flatten();
        for (service, name) in self.services.iter().zip(implementors(self.services)) {
            if files.iter().any(|file| self.serves(file, service)) {
                continue;
            }
            let (implementor, is_unit) = self.implementor(service, name);
            match spot.as_ref().filter(|_| is_unit) {
                Some(spot) => self.serve(spot, service, &implementor),
                None => self.does_not_serve(&files, service, &implementor),
            }
        }
        for file in &files {
            self.served_and_gone(file);
        }
    }

    /// Warns of what leads to servers that are not generated any more: `X::new`, and lines of `use`.
    fn served_and_gone(&mut self, file: &Named<'_>) {
        let items = file.source.syntax.items.iter();
        let uses = items.filter_map(|item| match item {
            Item::Use(item) => Some(item),
            _ => None,
        });
        let imports = uses.flat_map(imported_paths);
        let imports = imports.filter(|import| names_item_of_service(&import.names));
        let imports = imports.map(|import| (import.names, import.span));
        let servers = file.paths.iter().filter_map(|path| {
            let (last, server) = path.names.split_last()?;
            (last == "new").then(|| (server.to_vec(), path.span))
        });
        for (path, span) in imports.chain(servers) {
            let meaning = file.scope.certain(&path);
            if meaning.is_some_and(|meaning| self.is_gone(&meaning)) {
                let text = format!(
                    "`{}` is of a service that is not generated any more: remove it",
                    joined(&path)
                );
                let byte = file.source.bytes(span).start;
                self.find(NoteSeverity::Warning, file.source, byte, text);
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

    /// The path of what implements a service, from `crate` on, and whether its name alone makes one.
    fn implementor(&self, service: &ServicePlan<'_>, new_name: String) -> (String, bool) {
        let of_trait = self.path_of(service, &service.handler_trait);
        if let Some(added) = self.added.get(&of_trait) {
            return (format!("crate::handler::{added}"), true);
        }
        let all = self.sources.implementations();
        let found = self.implementations_of(service, &all);
        let found = found.first().and_then(|found| {
            let (module, name) = (joined(found.scope.module()), found.implementor()?);
            let is_unit = has_unit_struct(&found.source.syntax.items, &name);
            Some((format!("{module}::{name}"), is_unit))
        });
        found.unwrap_or_else(|| (format!("crate::handler::{new_name}"), false))
    }

    /// The one chain of calls that services are added in, or else the one that makes a server.
    fn spot<'n>(&self, files: &'n [Named<'n>]) -> Option<Spot<'n>> {
        let all = || {
            files
                .iter()
                .flat_map(|file| file.chains.iter().map(move |chain| (file, chain)))
        };
        let adding = all().filter_map(|(file, chain)| self.spot_behind_services(file, chain));
        let adding: Vec<_> = adding.collect();
        let candidates = match adding.is_empty() {
            true => {
                let making = all();
                let making =
                    making.filter_map(|(file, chain)| self.spot_behind_builder(file, chain));
                making.collect()
            }
            false => adding,
        };
        // Of several, nobody can tell which one a service belongs to.
        let only = <[Spot<'n>; 1]>::try_from(candidates).ok();
        only.map(|[only]| only)
    }

    fn spot_behind_services<'n>(&self, file: &'n Named<'n>, chain: &Chain) -> Option<Spot<'n>> {
        let last = chain
            .calls
            .iter()
            .rev()
            .find(|call| self.adds(file, call))?;
        Some(Spot {
            file,
            begin: file.source.bytes(last.point).start,
            end: file.source.bytes(last.end).end,
            has_fallback: chain.calls.iter().any(|call| call.method == ADD[1]),
        })
    }

    fn spot_behind_builder<'n>(&self, file: &'n Named<'n>, chain: &Chain) -> Option<Spot<'n>> {
        let server = ["streamgen_runtime", "Server", "builder"];
        let mut meanings = file.scope.resolve(&chain.function).into_iter();
        let end = chain
            .function_end
            .filter(|_| meanings.any(|path| path == server))?;
        let first = chain.calls.first()?;
        Some(Spot {
            file,
            begin: file.source.bytes(first.point).start,
            end: file.source.bytes(end).end,
            has_fallback: false,
        })
    }

    /// Whether a call adds a generated service, one that is gone included.
    fn adds(&self, file: &Named<'_>, call: &MethodCall) -> bool {
        let mut paths = named_paths(call.arguments.clone()).into_iter();
        ADD.contains(&call.method.as_str())
            && paths.any(|path| {
                let mut meanings = file.scope.resolve(&path.names).into_iter();
                meanings.any(|meaning| self.is_generated(&meaning))
            })
    }

    /// Adds a service to the program.
    fn serve(&mut self, spot: &Spot<'_>, service: &ServicePlan<'_>, implementor: &str) {
        let Named { source, scope, .. } = spot.file;
        let server = self.reach.item(service.module, &service.server);
        let new = write_path(scope, &server) + "::new";
        let implementor = write_path(scope, implementor);
        let flat = format!(".add_service({new}({implementor}))");
        let laid_out = |indent| layout::nested_call(".add_service", &new, &implementor, indent);
        let insertion = in_chain(&source.text, (spot.begin, spot.end), &flat, &laid_out);
        let name = service.wire_name;
        self.insert(
            source,
            &insertion,
            format!("the program serves `{name}` now"),
        );
        if !spot.has_fallback
            && let Some(other) = self.shares_methods(service)
        {
            let text = format!(
                "`{name}` and `{other}` have methods of one name, so that the server only starts with a \
                 fallback for calls that name no service: add the one that is to answer these by \
                 `add_fallback_service`"
            );
            self.find(NoteSeverity::Warning, source, spot.begin, text);
        }
    }

    /// Another service that has a method of one of this service's names.
    fn shares_methods(&self, service: &ServicePlan<'_>) -> Option<&'a str> {
        let others = self
            .services
            .iter()
            .filter(|other| other.def != service.def);
        let names: Vec<_> = service
            .methods
            .iter()
            .map(|method| method.wire_name)
            .collect();
        let mut others = others.filter(|other| {
            other
                .methods
                .iter()
                .any(|method| names.contains(&method.wire_name))
        });
        others.next().map(|other| other.wire_name)
    }

    fn does_not_serve(
        &mut self,
        files: &[Named<'_>],
        service: &ServicePlan<'_>,
        implementor: &str,
    ) {
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
        let found = last(&ADD).or_else(|| last(&["builder"]));
        let scope = found.map_or_else(Scope::default, |(file, _)| file.scope.clone());
        let server = self.reach.item(service.module, &service.server);
        let text = format!(
            "the program does not serve `{}`; add to its server:\n\n        .add_service({}::new({}))\n",
            service.wire_name,
            write_path(&scope, &server),
            write_path(&scope, implementor)
        );
        match found {
            Some((file, path)) => {
                let byte = file.source.bytes(path.span).start;
                self.find(NoteSeverity::Note, file.source, byte, text);
            }
            None => self.say(NoteSeverity::Note, format!("{PROGRAM}: {text}")),
        }
    }
}

/// Whether a path ends with a service's module and its trait, server or client there.
fn names_item_of_service(path: &[String]) -> bool {
    let [.., module, item] = path else {
        return false;
    };
    let service = item.strip_suffix("Server").or(item.strip_suffix("Client"));
    [Some(item.as_str()), service]
        .into_iter()
        .flatten()
        .any(|name| name.to_snake_case() == *module)
}

/// Whether there is a struct of this name without fields.
fn has_unit_struct(items: &[Item], name: &str) -> bool {
    items.iter().any(|item| match item {
        Item::Struct(item) => item.ident == name && matches!(item.fields, Fields::Unit),
        Item::Mod(item) => {
            let items = item.content.as_ref().map(|(_, items)| items);
            items.is_some_and(|items| has_unit_struct(items, name))
        }
        _ => false,
    })
}
