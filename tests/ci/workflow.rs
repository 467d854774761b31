//! What `-ci github` and `-ci gitlab` write.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::generated_target::cargo;
use super::{Repository, is_long_form, list, path_with, said, skip, stub, text, tool_folder, yaml};

const PACKAGE: &str = "services/shop";

/// The commands of both workflows that need more than the tool.
const BY_CARGO: [&str; 4] = [
    "cargo build --all-targets",
    "cargo fmt --check",
    "cargo clippy --all-targets -- -D warnings",
    "cargo test",
];

fn repository(test: &str, system: &str) -> Repository {
    let repository = Repository::new(test);
    let words = [
        "-streamx", "-module", "shop", "-service", "shop", "-out", PACKAGE, "-ci", system,
    ];
    let words = [&words[..], &["idl/shop.thrift"]].concat();
    repository.succeeds(Path::new(""), "streamgen", &words);
    // The versions that our workspace has, so that nothing has to be looked up.
    fs::copy(
        "Cargo.lock",
        repository.dir.join(PACKAGE).join("Cargo.lock"),
    )
    .expect("there is one");
    repository.commit();
    repository
}

/// The toolchain is that of this test, and nothing adds to it.
fn search_path(test: &str) -> Vec<PathBuf> {
    let rust = Path::new(env!("CARGO"))
        .parent()
        .expect("it is in a folder");
    vec![
        stub(test, "rustup", "exit 0"),
        tool_folder(),
        rust.to_owned(),
    ]
}

/// A script as the system runs it, in a folder of the repository.
fn run(repository: &Repository, folder: &str, path: &[PathBuf], script: &str) -> Command {
    let words = ["-e", "-o", "pipefail", "-c", script];
    let mut shell = repository.command(Path::new(folder), "bash", &words);
    for (name, value) in cargo().get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    shell.env("PATH", path_with(path));
    shell
}

#[test]
fn the_workflow_of_github_passes_and_fails() {
    if !is_long_form() {
        return skip("STREAMGEN_REQUIRE_INTEROP is not set, so nobody ran the workflow");
    }
    for tool in ["clippy", "fmt"] {
        let output = Command::new(env!("CARGO"))
            .args([tool, "--version"])
            .output();
        if !output.is_ok_and(|output| output.status.success()) {
            return skip("clippy or rustfmt is missing, so nobody ran the workflow");
        }
    }
    let repository = repository("github", "github");
    let workflow = yaml(&repository.text(".github/workflows/streamgen-services-shop.yml"));
    let job = &workflow["jobs"]["rust"];
    let folder = text(&job["defaults"]["run"]["working-directory"]);
    assert_eq!(folder, PACKAGE);
    let steps = list(&job["steps"]);
    assert!(text(&steps[0]["uses"]).starts_with("actions/checkout@"));
    let path = search_path("github");
    let mut checks = Vec::new();
    for step in &steps[1..] {
        let script = text(&step["run"]);
        super::successful(&mut run(&repository, folder, &path, script));
        checks.extend(
            script
                .contains("streamgen -check")
                .then(|| script.to_owned()),
        );
    }
    let all: String = steps[1..]
        .iter()
        .map(|step| text(&step["run"]).to_owned() + "\n")
        .collect();
    for command in BY_CARGO {
        assert!(all.contains(command), "{command}");
    }
    let [check] = &checks[..] else {
        panic!("{checks:?}");
    };
    repository.write("idl/shop.thrift", &super::IDL.replace("string", "i64"));
    let output = run(&repository, folder, &path, check)
        .output()
        .expect("bash runs");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("src/stream_gen/shop.rs is stale"));
}

/// The commands are GitHub's, in one shell; those that Cargo runs were run there.
#[test]
fn the_workflow_of_gitlab_checks() {
    let repository = repository("gitlab", "gitlab");
    let workflow = yaml(&repository.text(".gitlab-ci.yml"));
    let script: Vec<_> = list(&workflow["streamgen-services-shop"]["script"])
        .iter()
        .map(text)
        .collect();
    for command in BY_CARGO {
        assert!(script.contains(&command), "{command}");
    }
    let own: Vec<_> = script
        .into_iter()
        .filter(|line| !BY_CARGO.contains(line))
        .collect();
    let path = search_path("gitlab");
    super::successful(&mut run(&repository, "", &path, &own.join("\n")));
    repository.write("idl/shop.thrift", &super::IDL.replace("string", "i64"));
    let output = run(&repository, "", &path, &own.join("\n"))
        .output()
        .expect("bash runs");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}
