//! The workspace that a new package would lie in. Cargo builds none that the workspace does not know.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use toml::Value;

use crate::options::Options;
use crate::output::{absolute, read_text};
use crate::paths::{folder_seen_from, relative, slashes};
use crate::quote::toml_list;

use super::package::Package;

/// A manifest, that of the new package or one above it, that Cargo will not get past.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// The manifest, as seen from the current folder.
    pub(crate) manifest: PathBuf,
    /// What to do there, as a sentence.
    pub(crate) advice: String,
}

/// Looks for a workspace above the output folder, as Cargo does: the nearest manifest with
/// `[workspace]` that does not exclude the package decides.
pub(super) fn above(options: &Options) -> Option<Obstacle> {
    let package = absolute(&options.out_dir)?;
    for folder in package.ancestors().skip(1) {
        let manifest = folder.join("Cargo.toml");
        let Some(text) = read_text(&manifest) else {
            continue;
        };
        let name = Path::new(&folder_seen_from(Path::new("."), folder)).join("Cargo.toml");
        let name = name.strip_prefix(".").unwrap_or(&name).to_owned();
        let parsed = match Package::parse(&text) {
            Ok(parsed) => parsed,
            Err(why) => {
                let advice = format!(
                    "`{}`, which is above the package, cannot be read, and Cargo stops there: {why}",
                    name.display()
                );
                return Some(Obstacle {
                    manifest: name,
                    advice,
                });
            }
        };
        if parsed.names_its_workspace() {
            return None;
        }
        let below = slashes(&relative(folder, &package));
        match parsed.workspace() {
            Some(workspace) if is_excluded(workspace, &below) => {}
            Some(workspace) => return not_a_member(workspace, &below, name),
            None => {}
        }
    }
    None
}

fn not_a_member(workspace: &Value, below: &str, manifest: PathBuf) -> Option<Obstacle> {
    let mut members: Vec<_> = strings(workspace, "members").collect();
    if members.iter().any(|pattern| fits(pattern, below)) {
        return None;
    }
    members.push(below);
    let advice = format!(
        "`{}` is of a workspace that does not have the new package, so that Cargo refuses to build it; \
         let its [workspace] have: members = {}",
        manifest.display(),
        toml_list(&members)
    );
    Some(Obstacle { manifest, advice })
}

/// Cargo's rule: what is named in full counts more than a folder that is excluded.
fn is_excluded(workspace: &Value, below: &str) -> bool {
    let starts = |key| strings(workspace, key).any(|one| Path::new(below).starts_with(plain(one)));
    starts("exclude") && !starts("members")
}

fn fits(pattern: &str, below: &str) -> bool {
    let options = MatchOptions {
        require_literal_separator: true,
        ..MatchOptions::new()
    };
    let pattern = Pattern::new(plain(pattern));
    pattern.is_ok_and(|pattern| pattern.matches_with(below, options))
}

fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

fn strings<'a>(workspace: &'a Value, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let values = workspace.get(key).and_then(Value::as_array);
    values.into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(text: &str) -> Value {
        let package = Package::parse(&format!("[workspace]\n{text}")).expect("it is a manifest");
        package.workspace().cloned().expect("it has a workspace")
    }

    #[test]
    fn members_are_patterns_of_folders() {
        for (members, below) in [
            ("svc/echo", "svc/echo"),
            ("./svc/echo/", "svc/echo"),
            ("svc/*", "svc/echo"),
            ("**/echo", "a/b/echo"),
            ("svc/e?ho", "svc/echo"),
        ] {
            let found = workspace(&format!("members = [\"other\", \"{members}\"]"));
            assert_eq!(
                not_a_member(&found, below, "Cargo.toml".into()),
                None,
                "{members}"
            );
        }
        for (members, below) in [
            ("svc", "svc/echo"),
            ("svc/*", "svc/a/echo"),
            ("*", "svc/echo"),
        ] {
            let found = workspace(&format!("members = [\"{members}\"]"));
            let found = not_a_member(&found, below, "Cargo.toml".into()).expect(members);
            let line = format!("members = [\"{members}\", \"{below}\"]");
            assert!(found.advice.ends_with(&line), "{}", found.advice);
        }
    }

    #[test]
    fn what_is_excluded_is_free_unless_it_is_named() {
        let excludes = workspace("exclude = [\"target\"]");
        assert!(is_excluded(&excludes, "target/demo/echo"));
        assert!(!is_excluded(&excludes, "targets/echo"));
        let names = workspace("exclude = [\"target\"]\nmembers = [\"target/demo\"]");
        assert!(!is_excluded(&names, "target/demo/echo"));
    }
}
