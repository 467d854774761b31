//! A `Cargo.toml` that is there already.

use std::path::Path;

use toml::{Table, Value};

use crate::error::Error;
use crate::options::Options;

use super::manifest;
use super::root::Root;

/// What Cargo reads of a manifest.
#[derive(Debug)]
pub(super) struct Package {
    table: Table,
}

impl Package {
    /// Reads the text of a manifest.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with its line.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let table = text.parse::<Table>().map_err(|error| {
            let before = error
                .span()
                .map_or("", |span| text.get(..span.start).unwrap_or(""));
            format!(
                "line {}: {}",
                before.matches('\n').count() + 1,
                error.message().trim()
            )
        })?;
        Ok(Self { table })
    }

    /// The package's name; `None` without a package.
    pub(super) fn name(&self) -> Option<&str> {
        self.table.get("package")?.get("name")?.as_str()
    }

    /// The name that programs of the package have for its library.
    pub(super) fn library(&self) -> Option<String> {
        let own = self
            .table
            .get("lib")
            .and_then(|lib| lib.get("name")?.as_str());
        own.or(self.name()).map(|name| name.replace('-', "_"))
    }

    /// The table that makes this the manifest of a workspace.
    pub(super) fn workspace(&self) -> Option<&Value> {
        self.table.get("workspace")
    }

    /// Whether the package says itself which workspace it is in.
    pub(super) fn names_its_workspace(&self) -> bool {
        let package = self.table.get("package");
        package.is_some_and(|package| package.get("workspace").is_some())
    }

    /// Whether Cargo reads the package as one of Rust 2015, which it does unless it says otherwise.
    fn is_of_2015(&self) -> bool {
        let edition = self
            .table
            .get("package")
            .and_then(|package| package.get("edition"));
        edition.is_none_or(|edition| edition.as_str() == Some("2015"))
    }

    /// The crate that holds the code, if it is another one and no dependency.
    fn lacks_code(&self, root: &Root) -> Option<String> {
        let name = root.other_crate()?;
        let is_there = self.library().as_deref() == Some(name)
            || self.depends_on(name)
            || self.depends_on(&name.replace('_', "-"));
        (!is_there).then(|| {
            format!(
                "Cargo.toml has no dependency on the crate `{name}`, which -use names: add it with its \
                 `path`, `git` or version"
            )
        })
    }

    /// What `[dependencies]` says of a package.
    pub(super) fn dependency(&self, name: &str) -> Option<&Value> {
        self.table.get("dependencies")?.get(name)
    }

    /// Whether tests of the package certainly lack a feature of the runtime: no manifest but this one can
    /// turn it on, and it does not.
    fn lacks_in_tests(&self, feature: &str) -> bool {
        let tables = ["dependencies", "dev-dependencies"];
        let named = tables.iter().filter_map(|table| self.table.get(*table));
        let named = named.filter_map(|table| table.get("streamgen-runtime"));
        let may_have = |value: &Value| {
            let features = value.get("features").and_then(Value::as_array);
            let is_named = |one: &Value| one.as_str() == Some(feature);
            value.get("workspace").is_some()
                || features.is_some_and(|features| features.iter().any(is_named))
        };
        let is_turned_on = format!("streamgen-runtime/{feature}");
        let own = self.table.get("features").map(Value::to_string);
        let own = own.is_some_and(|own| own.contains(&is_turned_on));
        !own && !self.table.contains_key("target") && !named.into_iter().any(may_have)
    }

    /// Whether the package depends on another, under that name or a new one, on some system at least.
    fn depends_on(&self, name: &str) -> bool {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values);
        let own = self.table.get("dependencies");
        let all = targets
            .map(|target| target.get("dependencies"))
            .chain([own]);
        all.flatten().filter_map(Value::as_table).any(|table| {
            table.iter().any(|(key, value)| match value.get("package") {
                Some(package) => package.as_str() == Some(name),
                None => key == name,
            })
        })
    }
}

/// Reads the text of the manifest in the output folder.
///
/// # Errors
///
/// When Cargo could not read it, when it has no package, and when `-module` names another one
/// (`kitex-tool.md` 4).
pub(super) fn read(options: &Options, text: &str) -> Result<Package, Error> {
    let path = options.out_dir.join("Cargo.toml");
    let package = Package::parse(text)
        .map_err(|why| Error::project(format!("cannot read `{}`: {why}", path.display())))?;
    let Some(found) = package.name() else {
        return Err(without_package(&path, &package, options));
    };
    if let Some(asked) = options.module.as_deref().filter(|asked| *asked != found) {
        return Err(Error::usage(format!(
            "-module is `{asked}`, but the package in `{}` is called `{found}`",
            path.display()
        )));
    }
    Ok(package)
}

/// What generated code lacks in the manifest, one sentence each. `has_new_program` says that
/// `src/main.rs` is written too.
pub(super) fn lacks(options: &Options, package: &Package, has_new_program: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !package.depends_on("streamgen-runtime") {
        notes.push(match manifest::runtime_dependency(options) {
            Ok(value) => format!("Cargo.toml has no dependency `streamgen-runtime = {value}`"),
            Err(_) => "Cargo.toml has no dependency on streamgen-runtime".to_owned(),
        });
    }
    for (needed, name, line) in [
        (options.types.serde, "serde", SERDE),
        (has_new_program, "tokio", TOKIO),
    ] {
        if needed && !package.depends_on(name) {
            notes.push(format!("Cargo.toml has no dependency `{line}`"));
        }
    }
    if options.mock && package.lacks_in_tests("testing") {
        let line = manifest::runtime_of_tests(options);
        let line = line.map(|value| format!(": `streamgen-runtime = {value}`"));
        let line = line.unwrap_or_default();
        notes.push(format!(
            "Cargo.toml has no feature `testing` of streamgen-runtime in [dev-dependencies], without which there \
             is no mock{line}"
        ));
    }
    notes.extend(package.lacks_code(&Root::of(options)));
    if package.is_of_2015() {
        notes.push("Cargo.toml has no `edition` after 2015, which generated code needs".to_owned());
    }
    notes
}

/// Whether a new manifest lacks the crate that holds the code (`-use`): nobody knows where it is.
pub(super) fn lacks_code(root: &Root, manifest: &str) -> Option<String> {
    Package::parse(manifest).ok()?.lacks_code(root)
}

/// The line of `Cargo.toml` that derives need.
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }";

/// The line of `Cargo.toml` that a new `src/main.rs` needs.
const TOKIO: &str = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";

fn without_package(path: &Path, package: &Package, options: &Options) -> Error {
    let path = path.display();
    if package.workspace().is_none() {
        return Error::project(format!("`{path}` has no [package] with a name"));
    }
    let name = options.module.as_deref().unwrap_or("NAME");
    let folder = options.out_dir.join(name);
    Error::usage(format!(
        "`{path}` is the manifest of a workspace and has no package for the code: give the folder of a \
         member, as in -out {}",
        folder.strip_prefix(".").unwrap_or(&folder).display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Package {
        Package::parse(text).expect("it is a manifest")
    }

    #[test]
    fn names_are_those_of_packages() {
        let text = "[workspace]\nname = \"no\"\n\n[package]\nversion = \"1\"\nname = 'echo' # x\n";
        assert_eq!(package(text).name(), Some("echo"));
        assert_eq!(package("package.name = \"echo\"").name(), Some("echo"));
        assert_eq!(package("[package]\n[lib]\nname = \"x\"").name(), None);
    }

    #[test]
    fn dependencies_have_many_forms() {
        for text in [
            "[dependencies]\nserde = \"1\"",
            "[dependencies]\nserde.workspace = true",
            "[dependencies.serde]\nversion = \"1\"",
            "dependencies = { serde = \"1\" }",
            "[dependencies]\nother = { package = \"serde\", version = \"1\" }",
            "[target.'cfg(unix)'.dependencies]\nserde = \"1\"",
        ] {
            assert!(package(text).depends_on("serde"), "{text}");
        }
        for text in [
            "# serde = \"1\"",
            "[dependencies]\nserde_json = \"1\" # serde",
            "[dev-dependencies]\nserde = \"1\"",
            "[dependencies]\nserde = { package = \"other\", version = \"1\" }",
        ] {
            assert!(!package(text).depends_on("serde"), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_a_line() {
        let error = Package::parse("[package]\nname = \"a\"\nversion = \n").expect_err("no value");
        assert!(error.starts_with("line 3: "), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn mocks_need_a_feature_that_some_manifest_may_turn_on() {
        let lacks = |text: &str| package(text).lacks_in_tests("testing");
        assert!(lacks("[dependencies]\nstreamgen-runtime = \"0.1\""));
        assert!(lacks(
            "[dev-dependencies]\nstreamgen-runtime = { path = \"r\", features = [\"tls\"] }"
        ));
        for text in [
            "[dev-dependencies]\nstreamgen-runtime = { path = \"r\", features = [\"testing\"] }",
            "[dependencies]\nstreamgen-runtime = { path = \"r\", features = [\"testing\"] }",
            "[dependencies]\nstreamgen-runtime.workspace = true",
            "[features]\nmock = [\"streamgen-runtime/testing\"]",
            "[target.'cfg(unix)'.dev-dependencies]\nstreamgen-runtime = \"0.1\"",
        ] {
            assert!(!lacks(text), "{text}");
        }
    }

    #[test]
    fn what_generated_code_lacks_is_noted() {
        let mut options = Options::new("x.thrift");
        options.types.serde = true;
        let notes = |text: &str, program| {
            let package = read(&options, text).expect("it is right");
            lacks(&options, &package, program)
        };
        let full = "[package]\nname = \"a\"\nedition = \"2021\"\n[dependencies]\nserde = \"1\"\n\
                    tokio = \"1\"\nstreamgen-runtime = \"0.1\"\n";
        assert_eq!(notes(full, true), [] as [&str; 0]);
        assert_eq!(notes(&full.replace("serde", "other"), true).len(), 1);
        assert_eq!(notes(&full.replace("tokio", "other"), true).len(), 1);
        assert_eq!(notes(&full.replace("tokio", "other"), false).len(), 0);
        let mut options = options.clone();
        options.mock = true;
        let package = read(&options, full).expect("it is right");
        let mocked = lacks(&options, &package, true);
        assert!(mocked[0].contains("no feature `testing`"), "{mocked:?}");
        assert_eq!(
            notes(&full.replace("edition = \"2021\"", ""), true).len(),
            1
        );
        assert_eq!(
            notes(&full.replace("\"2021\"", "{ workspace = true }"), true).len(),
            0
        );
    }
}
