//! Names that two things of one place would have.

use std::collections::BTreeMap;

use streamgen_idl::model::Definition;
use streamgen_idl::{Code, Diagnostic};

use super::names::{Entry, NAME_ANNOTATIONS};

pub(super) fn clash(loser: &Entry<'_>, winner: &Entry<'_>, ident: &str) -> Diagnostic {
    Diagnostic::new(
        Code::RustNameClash,
        format!(
            "`{}` and `{}` have the same name in Rust",
            loser.name, winner.name
        ),
    )
    .label(loser.span, format!("this one becomes `{ident}`"))
    .label(winner.span, "the name is taken here")
    .help(own_name(loser.path.as_deref()))
}

/// How a thing gets a name of its own. `path` is that for `-rename`, where there are no annotations.
pub(super) fn own_name(path: Option<&str>) -> String {
    match path {
        Some(path) => format!("an option gives it a name of its own: -rename {path}=NAME"),
        None => "an annotation gives it a name of its own: (rust.name = \"…\")".to_owned(),
    }
}

/// A name that was asked for, and that another thing has which asked for it first, or generated code.
pub(super) fn taken(entry: &Entry<'_>, winner: Option<&Entry<'_>>, asked: &str) -> Diagnostic {
    let asked_at = |entry: &Entry<'_>| {
        let mut keys = NAME_ANNOTATIONS.iter();
        let annotation = keys.find_map(|key| entry.annotations.get(key));
        annotation.map_or(entry.span, |annotation| annotation.span)
    };
    let by = match winner {
        Some(winner) => format!("`{}` has it", winner.name),
        None => "generated code has it".to_owned(),
    };
    let message = format!("`{asked}` cannot be the name of `{}` too: {by}", entry.name);
    let found = Diagnostic::new(Code::InvalidRustName, message);
    let found = found.label(asked_at(entry), "asked for here");
    match winner {
        Some(winner) => found.label(asked_at(winner), "and here"),
        None => found,
    }
}

/// Two files of one namespace share a module, so what both define would be one thing.
pub(super) fn report_doubles(defs: &[&Definition], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &Definition> = BTreeMap::new();
    for def in defs {
        // Two in one file are an error of their own.
        let first = seen.insert(&def.name, def);
        if let Some(first) = first.filter(|first| first.file != def.file) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ModuleNameClash,
                    format!("`{}` is defined twice in one namespace", def.name),
                )
                .label(def.name_span, "defined here")
                .label(first.name_span, "and here")
                .help("give the files different namespaces: namespace rs …"),
            );
        }
    }
}
