//! The name of a new Cargo package.

use std::path::Path;

use crate::generate::is_package;
use crate::output::absolute;

/// The name for a package in a folder: that of the folder.
pub(super) fn of_folder(folder: &Path) -> String {
    let folder = absolute(folder).unwrap_or_default();
    let name = folder.file_name().unwrap_or_default();
    of_text(&name.to_string_lossy())
}

/// The name for a package that takes the place of the Go module `module`: the last part of the module's
/// path, without the version that Go wants there.
pub(super) fn of_go_module(module: &str) -> String {
    let is_version = |part: &&str| {
        let digits = part.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = module.rsplit('/').filter(|part| !is_version(part));
    of_text(parts.next().unwrap_or_default())
}

/// A name that Cargo takes, as near to the text as can be.
fn of_text(text: &str) -> String {
    let allowed = |c: char| match c.is_ascii_alphanumeric() || c == '_' {
        true => c.to_ascii_lowercase(),
        false => '-',
    };
    let name: String = text.chars().map(allowed).collect();
    let name = name.trim_matches('-');
    match is_package(name) {
        true => name.to_owned(),
        false => format!("app-{name}").trim_end_matches('-').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_cargo_takes() {
        for (module, name) in [
            ("github.com/acme/shop", "shop"),
            ("github.com/acme/Shop.API/v2", "shop-api"),
            ("shop", "shop"),
            ("v2", "app"),
            ("", "app"),
            ("x/test", "app-test"),
            ("x/2fa", "app-2fa"),
            ("x/type", "app-type"),
        ] {
            assert_eq!(of_go_module(module), name, "{module}");
        }
    }
}
