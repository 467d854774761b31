//! Keys that are not known, or not where they stand.

use streamgen_idl::{Code, Diagnostic, Span, nearest};

use super::keys::{IDL, JOB, Key, Place, is_of_runs};

/// A key that belongs to the other place.
pub(super) fn misplaced(name: &str, span: Span, place: Place) -> Diagnostic {
    let (message, help) = match place {
        Place::Job => (
            format!("`{name}` is about the package, not about a job"),
            "write it above the first [[job]]",
        ),
        Place::Project | Place::Both => (
            format!("`{name}` is about one job"),
            "write it below the [[job]] that it is for",
        ),
    };
    let found = Diagnostic::new(Code::SettingsKey, message);
    found.label(span, "").help(help)
}

/// A key that no place has, with the one that was probably meant.
pub(super) fn unknown(name: &str, span: Span, place: Place, keys: &[Key<'_>]) -> Diagnostic {
    let found = Diagnostic::new(Code::SettingsKey, format!("unknown key `{name}`"));
    if is_of_runs(name) {
        let found = found.label(span, "says what a run does, not what is generated");
        return found.help(format!("type it: streamgen -{name}"));
    }
    let found = found.label(span, "");
    if let (IDL, Place::Project) = (name, place) {
        return found.help("write it below a [[job]]");
    }
    found.did_you_mean(span, meant(name, place, keys).map(str::to_owned))
}

/// The key whose short flag the name is, or the one that is spelt nearly so.
fn meant<'a>(name: &str, place: Place, keys: &'a [Key<'a>]) -> Option<&'a str> {
    let here = keys.iter().filter(|key| key.stands_in(place));
    let is_short = |key: &&Key<'_>| key.short().is_some_and(|short| name == short.to_string());
    if let Some(key) = here.clone().find(is_short) {
        return Some(key.name);
    }
    let own = match place {
        Place::Job => IDL,
        Place::Project | Place::Both => JOB,
    };
    nearest(name, here.map(|key| key.name).chain([own]))
}
