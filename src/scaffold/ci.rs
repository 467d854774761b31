//! The workflow that builds, lints, tests and checks a package, for a system of continuous integration: `-ci`.

use std::path::Path;

use askama::Template;
use toml::Value;

use crate::error::Error;
use crate::note::{Note, NoteSeverity};
use crate::options::{CiSystem, RuntimeSource};
use crate::output::{FilePlan, Ownership, absolute, exists};
use crate::paths::{folder_seen_from, relative, slashes};
use crate::quote::{shell_word, yaml_string};

use super::package::Package;

/// What the workflow is made of.
#[derive(Debug)]
pub(crate) struct Workflow<'a> {
    pub(crate) system: CiSystem,
    /// The folder of the package.
    pub(crate) package: &'a Path,
    /// The commands that check the package, as typed in its folder.
    pub(crate) checks: Vec<String>,
    /// Where `-runtime` says that the runtime is.
    pub(crate) runtime: Option<&'a RuntimeSource>,
    /// The text of the package's `Cargo.toml`, which says it where `-runtime` is not given.
    pub(crate) manifest: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "ci/github.yml.j2")]
struct GitHubView<'a> {
    name: &'a str,
    /// The folder of the package, as seen from the top of the repository; none if that is the package.
    folder: Option<&'a str>,
    install: &'a str,
    /// Whether somebody has to say where the tool is.
    unknown: bool,
    checks: &'a [String],
}

#[derive(Template)]
#[template(path = "ci/gitlab.yml.j2")]
struct GitLabView<'a> {
    name: &'a str,
    folder: Option<&'a str>,
    install: &'a str,
    unknown: bool,
    checks: &'a [String],
}

impl Workflow<'_> {
    /// Plans the file at the top of the repository, and says what is left to do. A file that is there is
    /// the user's.
    pub(crate) fn plan(&self, files: &mut FilePlan) -> Result<Option<Note>, Error> {
        let package = absolute(self.package).unwrap_or_default();
        let top = package
            .ancestors()
            .find(|folder| exists(&folder.join(".git")));
        let top = top.unwrap_or(&package);
        let below = slashes(&relative(top, &package));
        let name = match below.as_str() {
            "" => "streamgen".to_owned(),
            below => format!("streamgen-{}", below.replace('/', "-")),
        };
        let file = match self.system {
            CiSystem::GitHub => format!(".github/workflows/{name}.yml"),
            CiSystem::GitLab => ".gitlab-ci.yml".to_owned(),
        };
        let path = relative(&package, top).join(&file);
        if exists(&top.join(&file)) {
            return Ok(Some(Note::plain(self.text_beside(&file))));
        }
        let install = self.install(top, &package);
        let unknown = install.is_none();
        files.insert(
            path,
            Ownership::Scaffold,
            self.text(&name, &below, install)?,
        );
        Ok(unknown.then(|| Note::new(NoteSeverity::Warning, unknown_source(&file))))
    }

    fn text(&self, name: &str, below: &str, install: Option<String>) -> Result<String, Error> {
        let unknown = install.is_none();
        let install = install.unwrap_or_else(|| {
            "cargo install --locked --git \"$STREAMGEN_GIT\" streamgen".to_owned()
        });
        let quoted = yaml_string(below);
        let folder = (!below.is_empty()).then_some(quoted.as_str());
        let (install, checks) = (install.as_str(), self.checks.as_slice());
        let text = match self.system {
            CiSystem::GitHub => GitHubView {
                name,
                folder,
                install,
                unknown,
                checks,
            }
            .render()?,
            CiSystem::GitLab => {
                let word = shell_word(below);
                let folder = folder.map(|_| word.as_str());
                GitLabView {
                    name,
                    folder,
                    install,
                    unknown,
                    checks,
                }
                .render()?
            }
        };
        Ok(text + "\n")
    }

    /// The note of a file that stays as it is.
    fn text_beside(&self, file: &str) -> String {
        format!(
            "`{file}` is there already, and stays as it is; what it has to run is: {}",
            self.checks.join(" && ")
        )
    }

    /// The command that installs the tool that goes with the runtime; `None` if nobody can tell which
    /// that is on another machine.
    fn install(&self, top: &Path, package: &Path) -> Option<String> {
        let source = match self.runtime {
            Some(RuntimeSource::Path(path)) => Some(RuntimeSource::Path(absolute(path)?)),
            Some(source) => Some(source.clone()),
            None => self.of_manifest(package),
        };
        let from = match source? {
            RuntimeSource::Git { url, rev: None } => {
                format!("--git {} streamgen", shell_word(&url))
            }
            RuntimeSource::Git {
                url,
                rev: Some(rev),
            } => {
                format!(
                    "--git {} --rev {} streamgen",
                    shell_word(&url),
                    shell_word(&rev)
                )
            }
            RuntimeSource::Version(requirement) => {
                // Cargo takes a plain number here only if it is whole.
                let plain = requirement.starts_with(|c: char| c.is_ascii_digit());
                let caret = if plain { "^" } else { "" };
                format!(
                    "--version {} streamgen",
                    shell_word(&format!("{caret}{requirement}"))
                )
            }
            RuntimeSource::Path(runtime) => {
                // The tool lies above the runtime, and must be in the repository.
                let tool = runtime.parent()?;
                let is_inside = tool.starts_with(top) && exists(&tool.join("Cargo.toml"));
                let way = is_inside.then(|| folder_seen_from(package, tool))?;
                format!("--path {}", shell_word(&way))
            }
        };
        Some(format!("cargo install --locked {from}"))
    }

    /// Where `Cargo.toml` has the runtime from.
    fn of_manifest(&self, package: &Path) -> Option<RuntimeSource> {
        let manifest = Package::parse(self.manifest?).ok()?;
        let value = manifest.dependency("streamgen-runtime")?;
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some(requirement) = value.as_str() {
            return Some(RuntimeSource::Version(requirement.to_owned()));
        }
        if let Some(url) = text("git") {
            let rev = ["rev", "tag", "branch"].into_iter().find_map(text);
            return Some(RuntimeSource::Git { url, rev });
        }
        match text("path") {
            Some(path) => Some(RuntimeSource::Path(absolute(&package.join(path))?)),
            None => text("version").map(RuntimeSource::Version),
        }
    }
}

fn unknown_source(file: &str) -> String {
    format!(
        "{file}: write the address of streamgen's repository there, as STREAMGEN_GIT: nothing says where another \
         machine finds streamgen"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(manifest: &str, runtime: Option<&str>) -> Option<String> {
        let runtime = runtime.map(|text| text.parse().expect("it is a source"));
        let workflow = Workflow {
            system: CiSystem::GitHub,
            package: Path::new("."),
            checks: Vec::new(),
            runtime: runtime.as_ref(),
            manifest: Some(manifest),
        };
        let top = absolute(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("it is there");
        workflow.install(&top, &top.join("examples/echo"))
    }

    #[test]
    fn the_tool_is_the_one_of_the_runtime() {
        for (dependency, expected) in [
            ("\"0.1\"", Some("--version '^0.1' streamgen")),
            (
                "{ version = \"=0.1.2\" }",
                Some("--version =0.1.2 streamgen"),
            ),
            ("{ git = \"u\" }", Some("--git u streamgen")),
            (
                "{ git = \"u\", tag = \"v1\" }",
                Some("--git u --rev v1 streamgen"),
            ),
            ("{ path = \"../../runtime\" }", Some("--path ../..")),
            // The folder is outside of the repository, so that no clone has it.
            ("{ path = \"../../../runtime\" }", None),
            ("{ workspace = true }", None),
        ] {
            let manifest = format!("[dependencies]\nstreamgen-runtime = {dependency}\n");
            let expected = expected.map(|from| format!("cargo install --locked {from}"));
            assert_eq!(install(&manifest, None), expected, "{dependency}");
        }
        assert_eq!(install("", None), None);
        let typed = install("", Some("git:u#r"));
        assert_eq!(
            typed.as_deref(),
            Some("cargo install --locked --git u --rev r streamgen")
        );
    }
}
