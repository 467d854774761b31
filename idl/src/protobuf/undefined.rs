//! What was meant by a name that nothing has.

use protox::prost_reflect::DescriptorPool;
use protox::prost_reflect::prost_types::DescriptorProto;

use super::{ProtoFile, Tree};
use crate::diagnostic::Diagnostic;
use crate::report::Report;

/// The message with a way out, if it is about an undefined name that was written in `text`, which
/// is that of `file`.
pub(super) fn explain(
    mut found: Diagnostic,
    file: &ProtoFile,
    text: &str,
    tree: &Tree,
    report: &mut Report,
) -> Diagnostic {
    let span = found.labels.first().map(|label| label.span);
    let written = span.and_then(|span| text.get(span.start as usize..span.end as usize));
    let (Some(span), Some(name)) = (span, written) else {
        return found;
    };
    let undefined = format!("name `{name}` is not defined");
    // The first part of the name is known, and protox explains how it was looked up.
    let in_part = found
        .message
        .starts_with(&format!("`{name}` resolves to `"));
    if !in_part && (found.message != undefined || found.help.is_some()) {
        return found;
    }
    if let Some(well_known) = DescriptorPool::global().get_message_by_name(name) {
        let import = well_known.parent_file();
        return found.help(format!("`import \"{}\";` defines it", import.name()));
    }
    let meant = report.meant(name, || candidates(name, file, tree));
    if in_part && meant.is_some() {
        found.message = undefined;
    }
    found.did_you_mean(span, meant)
}

/// The last parts of the names that can stand where this one is.
fn candidates<'a>(name: &str, file: &ProtoFile, tree: &'a Tree) -> Vec<&'a str> {
    let scope = name.rsplit_once('.').map(|(scope, _)| scope);
    let package = file.descriptor.package();
    let fits = |parent: &str| match scope {
        None => parent == package,
        Some(scope) => {
            let before = parent.strip_suffix(scope.trim_start_matches('.'));
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        }
    };
    let mut found = Vec::new();
    for one in &tree.files {
        let package = one.descriptor.package();
        let is_own = scope.is_none() && one.id == file.id;
        let mut add = |parent: &str, name| {
            if fits(parent) || is_own {
                found.push(name);
            }
        };
        for kind in &one.descriptor.enum_type {
            add(package, kind.name());
        }
        for message in &one.descriptor.message_type {
            add_message(package, message, &mut add);
        }
    }
    found
}

/// Messages nest at most as deep as protox reads them.
fn add_message<'a>(
    parent: &str,
    message: &'a DescriptorProto,
    add: &mut impl FnMut(&str, &'a str),
) {
    add(parent, message.name());
    let own = match parent {
        "" => message.name().to_owned(),
        parent => format!("{parent}.{}", message.name()),
    };
    for kind in &message.enum_type {
        add(&own, kind.name());
    }
    for nested in &message.nested_type {
        add_message(&own, nested, add);
    }
}
