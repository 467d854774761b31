//! `-check`, which CI runs: red for every way in which a committed file is not what the tool writes, and
//! green wherever it runs. `-diff` and `streamgen.toml` beside it.

#[path = "../files_below/mod.rs"]
mod files_below;
mod project;
#[path = "../scratch/mod.rs"]
mod scratch;
#[path = "../search_path/mod.rs"]
mod search_path;
mod settings_file;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use project::{IDL, Project, errors, of_another_machine};
use search_path::search_path;

const AGAIN: &str = "run: streamgen -streamx -module=shop -service=shop idl/shop.thrift";

type Harm = fn(&Project);

/// What the check says of a file, the command that it prints, and the damage that was done to the project before.
const HARMS: [(&str, &str, Harm); 12] = [
    ("src/stream_gen/shop.rs is stale", AGAIN, |project| {
        project.write("idl/shop.thrift", &IDL.replace("string text", "i64 text"));
    }),
    ("src/stream_gen/shop.rs is missing", AGAIN, |project| {
        fs::remove_file(project.dir.join("src/stream_gen/shop.rs")).expect("it is there");
    }),
    (
        "src/handler.rs lacks what the IDL has got",
        AGAIN,
        |project| {
            project.write(
                "idl/shop.thrift",
                &IDL.replace("Desk {", "Desk { void new(),"),
            );
        },
    ),
    (
        "src/stream_gen/shop/desk.rs is orphaned",
        AGAIN,
        |project| {
            project.write("idl/shop.thrift", &IDL.replace("Desk", "Table"));
        },
    ),
    (
        "src/stream_gen/shop/old.rs is orphaned",
        "run: rm src/stream_gen/shop/old.rs",
        |project| {
            project.write("src/stream_gen/shop/old.rs", "");
        },
    ),
    (
        "src/stream_gen/shop.rs was changed by hand",
        AGAIN,
        |project| {
            let text = project.text("src/stream_gen/shop.rs");
            project.write("src/stream_gen/shop.rs", &(text + "// mine\n"));
        },
    ),
    // The check does not blame the IDL for a change by hand.
    (
        "src/stream_gen/mod.rs was changed by hand",
        AGAIN,
        |project| {
            let text = project.text("src/stream_gen/mod.rs");
            project.write(
                "src/stream_gen/mod.rs",
                &text.replace("dead_code", "unused"),
            );
        },
    ),
    (
        "src/stream_gen/shop.rs has lines that end with CRLF",
        AGAIN,
        |project| {
            let text = project.text("src/stream_gen/shop.rs");
            project.write("src/stream_gen/shop.rs", &text.replace('\n', "\r\n"));
        },
    ),
    (
        "src/stream_gen/streamgen.lock has lines that end with CRLF",
        AGAIN,
        |project| {
            let text = project.text("src/stream_gen/streamgen.lock");
            project.write("src/stream_gen/streamgen.lock", &text.replace('\n', "\r\n"));
        },
    ),
    // The other job's, which its own command mends.
    (
        "src/stream_gen/other.rs is missing",
        "run: streamgen -streamx idl/other.thrift",
        |project| {
            fs::remove_file(project.dir.join("src/stream_gen/other.rs")).expect("it is there");
        },
    ),
    (
        "src/stream_gen/other.rs was changed by hand",
        "run: streamgen -streamx idl/other.thrift",
        |project| {
            project.write("src/stream_gen/other.rs", "");
        },
    ),
    ("src/main.rs is missing", AGAIN, |project| {
        fs::remove_file(project.dir.join("src/main.rs")).expect("it is there");
    }),
];

#[test]
fn each_kind_of_difference_is_red_and_named_and_nothing_is_written() {
    for (index, (fault, command, harm)) in HARMS.into_iter().enumerate() {
        let project = Project::new(&format!("harm-{index}"));
        assert!(
            project.check().status.success(),
            "{}",
            errors(&project.check())
        );
        harm(&project);
        let before = project.all();
        let output = project.check();
        let errors = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{fault}: {errors}");
        for part in [&format!("error: {fault}"), command] {
            assert!(errors.contains(part), "{part} is not in:\n{errors}");
        }
        assert!(
            project.all() == before,
            "{fault}: a check has written something"
        );
        // The command that was printed, and no other.
        let (_, command) = errors.rsplit_once("run: ").expect("there is one");
        let shell = Command::new("sh")
            .args(["-c", command])
            .env("PATH", search_path())
            .current_dir(&project.dir)
            .output();
        assert!(
            shell.is_ok_and(|output| output.status.success()),
            "{command}"
        );
        let output = project.check();
        assert!(
            output.status.success(),
            "{fault}: {}",
            self::errors(&output)
        );
    }
}

/// The user, the language, the time zone and the folder do not matter.
#[test]
fn a_check_is_green_wherever_it_runs() {
    let project = Project::new("here");
    let elsewhere = Project {
        dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join("check/\u{e9}l sewhere/deep"),
    };
    let _ = fs::remove_dir_all(&elsewhere.dir);
    for (path, bytes) in project.all() {
        let path = elsewhere.dir.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
        fs::write(path, bytes).expect("it can be written");
    }
    for words in [
        ["-service=shop", "idl/shop.thrift"],
        ["-check", "idl/other.thrift"],
    ] {
        let mut command = elsewhere.command(&["-check"]);
        of_another_machine(command.args(words));
        let output = command.output().expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
    }
    assert!(elsewhere.all() == project.all());
}

/// What `-diff` prints is what a run does.
#[test]
fn a_diff_is_a_patch() {
    let project = Project::new("diff");
    project.write(
        "idl/shop.thrift",
        &IDL.replace("Desk {", "Table { void new(),"),
    );
    let before = project.all();
    let words = ["-diff", "-service", "shop", "idl/shop.thrift"];
    let output = project.command(&words).output().expect("the tool runs");
    assert!(output.status.success(), "{}", errors(&output));
    assert!(project.all() == before);
    let patched = Project::new("diff-patched");
    patched.write("idl/shop.thrift", &project.text("idl/shop.thrift"));
    patched.write("changes.patch", &String::from_utf8_lossy(&output.stdout));
    let git = Command::new("git")
        .args(["apply", "--unsafe-paths", "changes.patch"])
        .current_dir(&patched.dir)
        // The folder is in a repository, which is none of the patch's business.
        .env("GIT_DIR", patched.dir.join("none"))
        .output()
        .expect("git runs");
    assert!(git.status.success(), "{}", errors(&git));
    fs::remove_file(patched.dir.join("changes.patch")).expect("it is there");
    project.succeeds(&["-service=shop", "idl/shop.thrift"]);
    let (patched, written) = (patched.all(), project.all());
    let paths =
        |all: &[(PathBuf, Vec<u8>)]| all.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&patched), paths(&written));
    assert!(patched == written);
}
