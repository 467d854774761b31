//! `Cargo.toml`: the package's name, and where `streamgen-runtime` comes from.

use std::path::{Path, PathBuf};

use askama::Template;

use crate::error::Error;
use crate::options::{Options, RuntimeSource};
use crate::output::{absolute, read_text};
use crate::paths::{relative, slashes};
use crate::quote::toml_string;

use super::cargo_names;
use super::package::Package;

/// The checkout that this streamgen was built from, if it still is where it was.
const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

#[derive(Template)]
#[template(path = "Cargo.toml.j2")]
struct ManifestView<'a> {
    package: &'a str,
    rust_version: &'a str,
    /// Name of the executable; none for a library.
    binary: Option<String>,
    /// Whether generated types derive serde's traits.
    serde: bool,
    runtime: String,
    /// What tests need of it, if they have mocks.
    runtime_of_tests: Option<String>,
}

/// The text of a new `Cargo.toml`, and what is to be said about it.
///
/// # Errors
///
/// Without `-module`, with a name that Cargo refuses, and without a `streamgen-runtime`.
pub(super) fn render(options: &Options) -> Result<(String, Option<String>), Error> {
    let Some(package) = &options.module else {
        let dir = options.out_dir.display();
        return Err(Error::usage(format!(
            "there is no Cargo.toml in `{dir}` to take the package name from: give -module NAME"
        )));
    };
    cargo_names::check_package(options, package)?;
    let program = options.service.as_deref().filter(|_| !options.invoker);
    let (binary, note) = program.map(cargo_names::executable).unzip();
    let view = ManifestView {
        package,
        rust_version: env!("CARGO_PKG_RUST_VERSION"),
        binary,
        serde: options.types.serde,
        runtime: runtime_dependency(options)?,
        runtime_of_tests: options
            .mock
            .then(|| runtime_of_tests(options))
            .transpose()?,
    };
    Ok((view.render()? + "\n", note.flatten()))
}

/// The value of `streamgen-runtime` in `[dependencies]`.
pub(super) fn runtime_dependency(options: &Options) -> Result<String, Error> {
    dependency(options, options.types.serde.then_some("serde"))
}

/// Its value in `[dev-dependencies]`, where tests have mocks.
pub(super) fn runtime_of_tests(options: &Options) -> Result<String, Error> {
    dependency(options, Some("testing"))
}

fn dependency(options: &Options, feature: Option<&str>) -> Result<String, Error> {
    let source = match &options.runtime {
        Some(RuntimeSource::Path(path)) => Source::Path(seen_from(&options.out_dir, path)),
        Some(RuntimeSource::Version(requirement)) => Source::Version(requirement),
        Some(RuntimeSource::Git { url, rev }) => Source::Git(url, rev.as_deref()),
        None => Source::Path(checkout_runtime(&options.out_dir).ok_or_else(no_runtime)?),
    };
    let mut entries = match source {
        Source::Path(path) => format!("path = {}", toml_string(&slashes(&path))),
        Source::Version(requirement) if feature.is_none() => {
            return Ok(toml_string(requirement));
        }
        Source::Version(requirement) => format!("version = {}", toml_string(requirement)),
        Source::Git(url, None) => format!("git = {}", toml_string(url)),
        Source::Git(url, Some(rev)) => {
            format!("git = {}, rev = {}", toml_string(url), toml_string(rev))
        }
    };
    if let Some(feature) = feature {
        entries.push_str(&format!(", features = [{}]", toml_string(feature)));
    }
    Ok(format!("{{ {entries} }}"))
}

enum Source<'a> {
    Path(PathBuf),
    Version(&'a str),
    Git(&'a str, Option<&'a str>),
}

/// A bare version would be resolved by the registry, where the name may be anybody's.
fn no_runtime() -> Error {
    Error::usage(
        "cannot tell where streamgen-runtime is: the checkout that streamgen was built from is \
         gone, and the crate is not published; give -runtime path:DIR, -runtime git:URL or \
         -runtime version:REQUIREMENT",
    )
}

/// The runtime of the checkout that streamgen was built from: relative when the output lies in the
/// same checkout, which may then be moved as a whole.
fn checkout_runtime(out_dir: &Path) -> Option<PathBuf> {
    let checkout = absolute(Path::new(CHECKOUT))?;
    let runtime = checkout.join("runtime");
    let manifest = read_text(&runtime.join("Cargo.toml"))?;
    if Package::parse(&manifest).ok()?.name()? != "streamgen-runtime" {
        return None;
    }
    let out = absolute(out_dir)?;
    Some(if out.starts_with(&checkout) {
        relative(&out, &runtime)
    } else {
        runtime
    })
}

/// A `-runtime path:` is typed relative to the current folder, and written relative to the
/// manifest's.
fn seen_from(out_dir: &Path, path: &Path) -> PathBuf {
    match (path.is_absolute(), absolute(out_dir), absolute(path)) {
        (false, Some(out), Some(path)) => relative(&out, &path),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_named_relatively_from_inside() {
        let inside = Path::new(CHECKOUT).join("target/demo/not-there-yet");
        assert_eq!(
            checkout_runtime(&inside).as_deref(),
            Some(Path::new("../../../runtime"))
        );
        let outside = std::env::temp_dir().join("not-there-yet");
        assert!(checkout_runtime(&outside).is_some_and(|path| path.is_absolute()));
    }

    #[test]
    fn serde_is_a_feature_of_the_runtime() {
        let mut options = Options::new("x.thrift");
        options.runtime = Some(RuntimeSource::Version("0.1".into()));
        options.types.serde = true;
        assert_eq!(
            runtime_dependency(&options).unwrap_or_default(),
            r#"{ version = "0.1", features = ["serde"] }"#
        );
    }

    #[test]
    fn sources() {
        let value = |source: &str| {
            let mut options = Options::new("x.thrift");
            options.out_dir = "/somewhere".into();
            options.runtime = source.parse().ok();
            runtime_dependency(&options).unwrap_or_default()
        };
        assert_eq!(value("path:/r t"), r#"{ path = "/r t" }"#);
        assert_eq!(value("version:0.1"), r#""0.1""#);
        assert_eq!(value("git:u"), r#"{ git = "u" }"#);
        assert_eq!(value("git:u#r"), r#"{ git = "u", rev = "r" }"#);
    }
}
