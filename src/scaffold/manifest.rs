//! `Cargo.toml`: the package's name, and where `streamgen-runtime` comes from.

use std::path::{Component, Path, PathBuf};

use askama::Template;

use crate::error::Error;
use crate::options::{Options, RuntimeSource};

use super::cargo_names;

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
    let (binary, note) = options
        .service
        .as_deref()
        .map(cargo_names::executable)
        .unzip();
    let view = ManifestView {
        package,
        rust_version: env!("CARGO_PKG_RUST_VERSION"),
        binary,
        serde: options.types.serde,
        runtime: runtime_dependency(options)?,
    };
    Ok((view.render()? + "\n", note.flatten()))
}

/// Checks a manifest that is there already.
///
/// # Errors
///
/// When `-module` names another package (`kitex-tool.md` 4).
pub(super) fn check(options: &Options, text: &str) -> Result<Vec<String>, Error> {
    if let (Some(asked), Some(found)) = (&options.module, package_name(text))
        && *asked != found
    {
        let path = options.out_dir.join("Cargo.toml");
        return Err(Error::usage(format!(
            "-module is `{asked}`, but the package in `{}` is called `{found}`",
            path.display()
        )));
    }
    let mut notes = Vec::new();
    if !text.contains("streamgen-runtime") {
        notes.push(match runtime_dependency(options) {
            Ok(value) => format!("Cargo.toml has no dependency `streamgen-runtime = {value}`"),
            Err(_) => "Cargo.toml has no dependency on streamgen-runtime".to_owned(),
        });
    }
    if options.types.serde && !depends_on_serde(text) {
        notes.push(format!("Cargo.toml has no dependency `{SERDE}`"));
    }
    Ok(notes)
}

/// A line scan, as for the package's name: `serde = …`, `serde.workspace = true` or a table.
fn depends_on_serde(manifest: &str) -> bool {
    let mut lines = manifest
        .lines()
        .map(|line| line.trim().trim_matches(['[', ']']));
    lines.any(|line| {
        let name = line.trim_start_matches("dependencies.");
        let rest = name.strip_prefix("serde");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ', '=']))
    })
}

/// The line of `Cargo.toml` that derives need.
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }";

/// `name` in the `[package]` table. A line scan is enough: Cargo itself wants the value to be a
/// plain string there.
fn package_name(manifest: &str) -> Option<String> {
    let mut lines = manifest.lines().map(str::trim);
    lines.find(|line| *line == "[package]")?;
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "name")
        .map(|(_, value)| value.split('#').next().unwrap_or_default())
        .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
}

/// The value of `streamgen-runtime` in `[dependencies]`.
fn runtime_dependency(options: &Options) -> Result<String, Error> {
    let source = match &options.runtime {
        Some(RuntimeSource::Path(path)) => Source::Path(seen_from(&options.out_dir, path)),
        Some(RuntimeSource::Version(requirement)) => Source::Version(requirement),
        Some(RuntimeSource::Git { url, rev }) => Source::Git(url, rev.as_deref()),
        None => Source::Path(checkout_runtime(&options.out_dir).ok_or_else(no_runtime)?),
    };
    let mut entries = match source {
        Source::Path(path) => format!("path = {}", toml_string(&slashes(&path))),
        Source::Version(requirement) if !options.types.serde => {
            return Ok(toml_string(requirement));
        }
        Source::Version(requirement) => format!("version = {}", toml_string(requirement)),
        Source::Git(url, None) => format!("git = {}", toml_string(url)),
        Source::Git(url, Some(rev)) => {
            format!("git = {}, rev = {}", toml_string(url), toml_string(rev))
        }
    };
    if options.types.serde {
        entries.push_str(", features = [\"serde\"]");
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
    let checkout = Path::new(CHECKOUT).canonicalize().ok()?;
    let runtime = checkout.join("runtime");
    let manifest = std::fs::read_to_string(runtime.join("Cargo.toml")).ok()?;
    if package_name(&manifest)? != "streamgen-runtime" {
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

/// The real path of a folder that need not exist yet: its nearest existing ancestor decides.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let (base, real) = path
        .ancestors()
        .find_map(|dir| Some((dir, dir.canonicalize().ok()?)))?;
    let rest = path.strip_prefix(base).ok()?;
    let mut out = real;
    for part in rest.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    Some(out)
}

/// The way from one absolute folder to another.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

/// Forward slashes work on every system, and keep the file the same on all of them.
fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_names_are_found() {
        let manifest =
            "[workspace]\nname = \"no\"\n\n[package]\nversion = \"1\"\nname = 'echo' # x\n";
        assert_eq!(package_name(manifest).as_deref(), Some("echo"));
        assert_eq!(package_name("[package]\n[lib]\nname = \"x\""), None);
    }

    #[test]
    fn relative_paths() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/c", "/a/runtime"), Path::new("../../runtime"));
        assert_eq!(way("/a", "/a/runtime"), Path::new("runtime"));
    }

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
        let notes = |dependencies: &str| {
            let manifest = format!("[dependencies]\nstreamgen-runtime = \"0.1\"\n{dependencies}\n");
            check(&options, &manifest).unwrap_or_default().len()
        };
        assert_eq!(notes("serde_json = \"1\""), 1);
        assert_eq!(notes("serde = \"1\""), 0);
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
