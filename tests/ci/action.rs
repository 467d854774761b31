//! `ci/action.yml`, the GitHub Action.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::{env, fs};

use saphyr::YamlOwned;

use super::{Repository, list, path_with, said, stub, text, tool_folder, yaml};

/// A run of the action, as GitHub makes it: the steps one after the other, each in a shell of its own, with
/// the folders in front of the search path that earlier ones have named.
struct Run<'a> {
    repository: &'a Repository,
    inputs: BTreeMap<&'a str, &'a str>,
    path: Vec<PathBuf>,
}

impl<'a> Run<'a> {
    fn new(repository: &'a Repository, inputs: &[(&'a str, &'a str)]) -> Self {
        Self {
            repository,
            inputs: inputs.iter().copied().collect(),
            path: vec![tool_folder()],
        }
    }

    /// The output of the first step that fails, or of the last one.
    fn finish(mut self) -> Output {
        let action = fs::read_to_string("ci/action.yml").expect("the action is there");
        let action = yaml(&action);
        assert_eq!(text(&action["runs"]["using"]), "composite");
        let mut last = None;
        for step in list(&action["runs"]["steps"]) {
            let output = self.step(&action, step);
            if !output.status.success() {
                return output;
            }
            last = Some(output);
        }
        last.expect("there are steps")
    }

    fn step(&mut self, action: &YamlOwned, step: &YamlOwned) -> Output {
        let temporary = self.repository.dir.join("runner");
        let path_file = temporary.join("path");
        fs::create_dir_all(&temporary).expect("it can be made");
        fs::write(&path_file, "").expect("it can be written");
        let folder = step.as_mapping_get("working-directory").map(text);
        let folder = folder.map_or(String::new(), |folder| self.expanded(action, folder));
        assert_eq!(text(&step["shell"]), "bash");
        // As GitHub calls a shell that is named bash.
        let words = [
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            text(&step["run"]),
        ];
        let mut command = self.repository.command(Path::new(&folder), "bash", &words);
        command
            .env("PATH", path_with(&self.path))
            .env(
                "GITHUB_ACTION_PATH",
                Path::new(env!("CARGO_MANIFEST_DIR")).join("ci"),
            )
            .env("GITHUB_PATH", &path_file)
            .env("RUNNER_TEMP", &temporary);
        let env = step.as_mapping_get("env").and_then(YamlOwned::as_mapping);
        for (name, value) in env.into_iter().flatten() {
            command.env(text(name), self.expanded(action, text(value)));
        }
        let output = command.output().expect("bash runs");
        let added = fs::read_to_string(&path_file).expect("it is there");
        self.path.splice(0..0, added.lines().map(PathBuf::from));
        output
    }

    /// A text of the action with what `${{ inputs.… }}` stands for.
    fn expanded(&self, action: &YamlOwned, template: &str) -> String {
        let Some(name) = template
            .strip_prefix("${{ inputs.")
            .and_then(|rest| rest.strip_suffix(" }}"))
        else {
            assert!(!template.contains("${{"), "{template}");
            return template.to_owned();
        };
        let input = action["inputs"].as_mapping_get(name);
        let input = input.unwrap_or_else(|| panic!("there is no input {name}"));
        let given = self.inputs.get(name).copied();
        given.unwrap_or_else(|| text(&input["default"])).to_owned()
    }
}

#[test]
fn the_action_is_green_and_red() {
    let repository = Repository::with_project("action", "services/shop");
    let inputs = [("folder", "services/shop")];
    let output = Run::new(&repository, &inputs).finish();
    assert!(output.status.success(), "{}", said(&output));
    repository.write("idl/shop.thrift", &super::IDL.replace("string", "i64"));
    let output = Run::new(&repository, &inputs).finish();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("src/stream_gen/shop.rs is stale"));
}

#[test]
fn a_project_without_a_settings_file_is_checked_by_arguments() {
    let repository = Repository::new("action-arguments");
    let words = [
        "-streamx",
        "-module",
        "shop",
        "-runtime",
        "version:0.1",
        "idl/shop.thrift",
    ];
    repository.succeeds(Path::new(""), "streamgen", &words);
    let inputs = [("arguments", "-streamx idl/shop.thrift")];
    let output = Run::new(&repository, &inputs).finish();
    assert!(output.status.success(), "{}", said(&output));
    let output = Run::new(&repository, &[]).finish();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

/// On a machine without the tool, Cargo installs the one that the action's revision has.
#[test]
fn the_action_brings_its_own_tool() {
    let repository = Repository::with_project("action-install", ".");
    let cargo = format!(
        "[ \"$1 $2 $3\" = \"install --locked --path\" ] && [ -f \"$4/Cargo.toml\" ] && [ \"$5\" = --root ] || exit 9\n\
         mkdir -p \"$6/bin\" && cp {} \"$6/bin/\"",
        env!("CARGO_BIN_EXE_streamgen")
    );
    let stub = stub("action-install", "cargo", &cargo);
    // No folder of the search path has the tool.
    let found = env::var_os("PATH").unwrap_or_default();
    let has_tool = |folder: &PathBuf| folder.join("streamgen").exists();
    if env::split_paths(&found).any(|folder| has_tool(&folder)) {
        return super::skip(
            "a streamgen is installed, so nobody looked at how the action installs one",
        );
    }
    let mut run = Run::new(&repository, &[]);
    run.path = vec![stub];
    let output = run.finish();
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        repository
            .dir
            .join("runner/streamgen/bin/streamgen")
            .exists()
    );
}
