//! Names that Cargo takes for packages and executables.

use crate::error::Error;
use crate::options::Options;
use crate::plan::broken_rule;

/// Crates of Rust itself: a package of the name would take their place in its own code.
const CRATES_OF_RUST: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// Folders that Cargo makes beside executables, so that no executable can have their names.
const FOLDERS_OF_CARGO: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// Checks that Cargo takes the name of the package, and Rust that of its crate.
///
/// # Errors
///
/// A message with the rule that the name breaks.
pub(super) fn check_package(options: &Options, package: &str) -> Result<(), Error> {
    let serde = options.types.serde;
    let Some(rule) = rule_of_packages(serde, package) else {
        return Ok(());
    };
    // Go module paths are what people who come from Kitex will type.
    let last = package.rsplit('/').next().unwrap_or_default();
    let way_out = match rule_of_packages(serde, last) {
        None => format!("try -module {last}"),
        Some(_) => rule,
    };
    Err(Error::usage(format!(
        "`{package}` cannot be the name of this Cargo package: {way_out}"
    )))
}

/// Whether a package that streamgen writes can have the name, whatever its options.
#[cfg(feature = "cli")]
pub(crate) fn is_package(name: &str) -> bool {
    rule_of_packages(true, name).is_none()
}

/// The rule that the name of a package breaks, whose types derive serde's traits or do not.
fn rule_of_packages(serde: bool, package: &str) -> Option<String> {
    if package.starts_with('-') {
        return Some("it begins with `-`, and Cargo wants a letter or `_` there".to_owned());
    }
    let crate_name = package.replace('-', "_");
    if let Some(rule) = broken_rule(&crate_name) {
        return Some(rule);
    }
    if CRATES_OF_RUST.contains(&crate_name.as_str()) {
        return Some(format!("`{crate_name}` is a crate of Rust itself"));
    }
    let mut dependencies = vec!["streamgen_runtime", "tokio"];
    if serde {
        dependencies.push("serde");
    }
    dependencies
        .contains(&crate_name.as_str())
        .then(|| "it depends on a package of that name".to_owned())
}

/// The name of the executable of a service, and what to say about it when it is not the service's.
///
/// Kitex takes any name for a service, with dots for one, and so the service keeps its name; that of
/// the executable is made to fit.
pub(super) fn executable(service: &str) -> (String, Option<String>) {
    let allowed = |c: char| match c.is_ascii_alphanumeric() || c == '_' {
        true => c,
        false => '-',
    };
    let name: String = service.chars().map(allowed).collect();
    if !FOLDERS_OF_CARGO.contains(&name.as_str()) {
        return (name, None);
    }
    let other = format!("{name}-server");
    let note = format!(
        "the executable is called `{other}`: Cargo has a folder `{name}` where executables go"
    );
    (other, Some(note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_rule_that_the_package_breaks() {
        let table = [
            ("", "it is empty"),
            ("-x", "it begins with `-`"),
            ("2fa", "it begins with the digit `2`"),
            ("a.b", "`.` is neither"),
            ("größe", "`ö` is neither"),
            ("r#use", "`#` is neither"),
            ("type", "`type` is a keyword of Rust"),
            ("self", "`self` is a keyword of Rust"),
            ("_", "`_` alone is no name"),
            ("std", "`std` is a crate of Rust itself"),
            ("proc-macro", "`proc_macro` is a crate of Rust itself"),
            ("tokio", "it depends on a package of that name"),
            ("streamgen-runtime", "it depends on a package of that name"),
        ];
        let options = Options::new("x.thrift");
        for (name, rule) in table {
            let error = check_package(&options, name).expect_err(name).to_string();
            assert!(error.contains(rule), "{name}: {error}");
        }
        for name in ["echo", "echo-server", "x-", "_x", "build", "serde", "Echo2"] {
            assert!(check_package(&options, name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_dependency_is_one_only_where_it_is_used() {
        let mut options = Options::new("x.thrift");
        options.types.serde = true;
        assert!(check_package(&options, "serde").is_err());
    }

    #[test]
    fn service_names_become_names_of_executables() {
        for (service, name) in [
            ("a.b.echo-server", "a-b-echo-server"),
            ("a b", "a-b"),
            ("test", "test"),
        ] {
            assert_eq!(executable(service), (name.to_owned(), None));
        }
        for folder in FOLDERS_OF_CARGO {
            let (name, note) = executable(folder);
            assert_eq!(name, format!("{folder}-server"));
            assert!(note.is_some_and(|note| note.contains(&format!("folder `{folder}`"))));
        }
    }
}
