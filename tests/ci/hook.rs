//! `ci/pre-commit`, by itself and by pre-commit.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use super::alone::alone;
use super::{
    IDL, Repository, is_long_form, list, path_with, said, scratch, skip, text, tool_folder, yaml,
};

/// The release that the test installs, so that every run has the same.
const PRE_COMMIT: &str = "pre-commit==4.7.0";

const HOOKS: &str = ".pre-commit-hooks.yaml";

const HOOK: &str = "ci/pre-commit";

fn hook(repository: &Repository, words: &[&str]) -> Output {
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join(HOOK);
    let hook = hook.to_str().expect("it is text");
    let mut command = repository.command(Path::new(""), hook, words);
    command.output().expect("it can be executed")
}

#[test]
fn the_hook_checks_every_project_of_a_repository() {
    let repository = Repository::with_project("hook", "a");
    let init = [
        "init",
        "-streamx",
        "-module",
        "b",
        "-runtime=version:0.1",
        "-out",
        "b c",
        "idl/shop.thrift",
    ];
    repository.succeeds(Path::new(""), "streamgen", &init);
    repository.succeeds(Path::new("b c"), "streamgen", &[]);
    repository.commit();
    let output = hook(&repository, &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output), "");
    for package in ["a", "b c"] {
        let file = format!("{package}/src/stream_gen/shop.rs");
        let good = repository.text(&file);
        repository.write(&file, &format!("{good}// mine\n"));
        let output = hook(&repository, &["-diff"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(
            said(&output).contains("was changed by hand") && said(&output).contains("-// mine")
        );
        repository.write(&file, &good);
    }
    assert!(hook(&repository, &[]).status.success());
}

#[test]
fn the_hook_says_what_is_missing() {
    let repository = Repository::new("hook-missing");
    let output = hook(&repository, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("`streamgen init` writes one"),
        "{}",
        said(&output)
    );
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join(HOOK);
    let mut command =
        repository.command(Path::new(""), "bash", &[hook.to_str().expect("it is text")]);
    let bash = PathBuf::from("/usr/bin:/bin");
    if !["/usr/bin/streamgen", "/bin/streamgen"]
        .iter()
        .any(|tool| Path::new(tool).exists())
    {
        let output = command.env("PATH", bash).output().expect("bash runs");
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said(&output).contains("streamgen is not installed; run: cargo install"),
            "{}",
            said(&output)
        );
    }
}

/// What pre-commit reads of this repository leads to the script.
#[test]
fn the_hook_is_what_pre_commit_is_told() {
    let hooks = yaml(&fs::read_to_string(HOOKS).expect("it is there"));
    let [hook] = list(&hooks) else {
        panic!("{hooks:?}");
    };
    assert_eq!(text(&hook["entry"]), HOOK);
    assert_eq!(text(&hook["id"]), "streamgen-check");
    assert!(Path::new(HOOK).exists());
}

#[test]
fn pre_commit_runs_the_hook() {
    if !is_long_form() {
        return skip("STREAMGEN_REQUIRE_INTEROP is not set, so pre-commit did not run the hook");
    }
    let Some(pre_commit) = installed() else {
        return skip("Python 3 or pip is missing, so pre-commit did not run the hook");
    };
    let hooks = Repository::new("hook-source");
    fs::create_dir_all(hooks.dir.join("ci")).expect("it can be made");
    for file in [HOOKS, HOOK] {
        fs::copy(file, hooks.dir.join(file)).expect("it can be copied");
    }
    hooks.commit();
    let repository = Repository::with_project("hook-user", ".");
    let source = hooks.dir.to_str().expect("it is text");
    let run = || {
        let words = [
            "try-repo",
            source,
            "streamgen-check",
            "--all-files",
            "--verbose",
        ];
        let program = pre_commit.to_str().expect("it is text");
        let mut command = repository.command(Path::new(""), program, &words);
        command.env("PATH", path_with(&[tool_folder()]));
        command.env("PRE_COMMIT_HOME", scratch::folder("ci", "pre-commit-home"));
        command.output().expect("pre-commit runs")
    };
    let output = run();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("Passed"), "{}", said(&output));
    repository.write("idl/shop.thrift", &IDL.replace("string", "i64"));
    let output = run();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("src/stream_gen/shop.rs is stale"),
        "{}",
        said(&output)
    );
}

/// pre-commit in a folder of its own; `None` where it cannot be installed.
fn installed() -> Option<PathBuf> {
    let tmp = env!("CARGO_TARGET_TMPDIR");
    alone(tmp, "pre-commit", || {
        let folder = Path::new(tmp).join("pre-commit");
        let program = folder.join("bin/pre-commit");
        if program.exists() {
            return Some(program);
        }
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv", "--clear"]).arg(&folder);
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            PRE_COMMIT,
        ]);
        let succeeds =
            |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
        (succeeds(&mut venv) && succeeds(&mut pip)).then_some(program)
    })
}
