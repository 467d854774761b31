//! What is offered for continuous integration runs: the workflows that `-ci` writes, the GitHub Action and the
//! hook for pre-commit. The scripts are taken out of the YAML and run as the system would run them.

mod action;
mod hook;
mod workflow;

#[path = "../alone/mod.rs"]
mod alone;
#[path = "../generated_target/mod.rs"]
mod generated_target;
#[path = "../scratch/mod.rs"]
mod scratch;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use saphyr::{LoadableYamlNode, YamlOwned};

const IDL: &str =
    "namespace go shop\nstruct Ask { 1: string text }\nservice Desk { Ask ask(1: Ask ask) }\n";

/// A repository of Git with an IDL.
struct Repository {
    dir: PathBuf,
}

impl Repository {
    fn new(test: &str) -> Self {
        let repository = Self {
            dir: scratch::folder("ci", test),
        };
        repository.succeeds(Path::new(""), "git", &["init", "-q"]);
        repository.write("idl/shop.thrift", IDL);
        repository
    }

    /// With a project in the folder `package`, which has a `streamgen.toml`.
    fn with_project(test: &str, package: &str) -> Self {
        let repository = Self::new(test);
        let words = [
            "init",
            "-streamx",
            "-module",
            "shop",
            "-runtime",
            "version:0.1",
            "-out",
            package,
        ];
        let words = [&words[..], &["idl/shop.thrift"]].concat();
        repository.succeeds(Path::new(""), "streamgen", &words);
        repository.succeeds(Path::new(package), "streamgen", &[]);
        repository.commit();
        repository
    }

    fn commit(&self) {
        self.succeeds(Path::new(""), "git", &["add", "-A"]);
        let who = [
            "-c",
            "user.name=somebody",
            "-c",
            "user.email=somebody@example.com",
        ];
        let words = [&who[..], &["commit", "-q", "-m", "all", "--no-verify"]].concat();
        self.succeeds(Path::new(""), "git", &words);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).expect("it is there")
    }

    /// A program in a folder of the repository, which finds the tool first.
    fn command(&self, folder: &Path, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        let git = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];
        for name in git {
            command.env_remove(name);
        }
        command.args(words).current_dir(self.dir.join(folder));
        command.env("PATH", path_with(&[tool_folder()]));
        command
    }

    fn succeeds(&self, folder: &Path, program: &str, words: &[&str]) -> Output {
        successful(&mut self.command(folder, program, words))
    }
}

fn successful(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{command:?}:\n{}", said(&output));
    output
}

/// All that a program has printed.
fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

fn tool_folder() -> PathBuf {
    let tool = Path::new(env!("CARGO_BIN_EXE_streamgen"));
    tool.parent().expect("it is in a folder").to_owned()
}

/// The search path with some folders in front.
fn path_with(folders: &[PathBuf]) -> OsString {
    let found = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&found));
    env::join_paths(all).expect("a search path")
}

fn yaml(text: &str) -> YamlOwned {
    let mut documents = YamlOwned::load_from_str(text).expect("it is YAML");
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// A text in YAML.
fn text(value: &YamlOwned) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value:?} is no text"))
}

fn list(value: &YamlOwned) -> &[YamlOwned] {
    value
        .as_sequence()
        .unwrap_or_else(|| panic!("{value:?} is no list"))
}

/// A program of a few lines in front of others of its name. Returns its folder.
fn stub(test: &str, name: &str, script: &str) -> PathBuf {
    let folder = scratch::folder("ci-stubs", test);
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
    successful(Command::new("chmod").arg("+x").arg(&path));
    folder
}

/// Whether the tests that take long run: a whole workflow with its builds, and pre-commit, which pip installs.
/// They run in CI only, so that a user's first `cargo test` stays short.
fn is_long_form() -> bool {
    std::env::var_os("STREAMGEN_REQUIRE_INTEROP").is_some()
}

/// Past the test harness, which would keep the line of a passing test to itself.
fn skip(why: &str) {
    let line = format!("skipped: {why}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}
