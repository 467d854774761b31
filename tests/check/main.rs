//! `-check`, which CI runs: red for every way in which a committed file is not what the tool writes, and
//! green wherever it runs.

mod scratch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const IDL: &str =
    "namespace go shop\nstruct Ask { 1: string text }\nservice Desk { Ask ask(1: Ask ask) }\n";

struct Project {
    dir: PathBuf,
}

impl Project {
    /// A project with two IDLs, as it was committed.
    fn new(test: &str) -> Self {
        let project = Self::empty(test);
        project.succeeds(&["-service=shop", "-runtime=version:0.1", "idl/shop.thrift"]);
        project.succeeds(&["idl/other.thrift"]);
        project
    }

    /// The two IDLs only.
    fn empty(test: &str) -> Self {
        let dir = scratch::folder("check", test);
        fs::create_dir(dir.join("idl")).expect("a folder can be made");
        let project = Self { dir };
        project.write("idl/shop.thrift", IDL);
        project.write("idl/other.thrift", "struct Other {}\n");
        project
    }

    /// The tool without an IDL, in a folder of the project, as somebody else on another machine.
    fn settings_command(&self, folder: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        command.args(words).current_dir(self.dir.join(folder));
        of_another_machine(&mut command);
        command
    }

    fn succeeds_with_file(&self, folder: &str) {
        let output = self.settings_command(folder, &[]).output();
        let output = output.expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.dir.join(path), text).expect("it can be written");
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).expect("it is there")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        command.args(["-streamx", "-module", "shop"]);
        command.args(words).current_dir(&self.dir);
        command
    }

    fn succeeds(&self, words: &[&str]) {
        let output = self.command(words).output().expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
    }

    fn check(&self) -> Output {
        let words = ["-check", "-service", "shop", "idl/shop.thrift"];
        self.command(&words).output().expect("the tool runs")
    }

    /// Every file with its bytes.
    fn all(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut found, mut folders) = (Vec::new(), vec![self.dir.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("it can be read") {
                let path = entry.expect("it has a name").path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let bytes = fs::read(&path).expect("it can be read");
                        found.push((
                            path.strip_prefix(&self.dir).expect("below").to_owned(),
                            bytes,
                        ));
                    }
                }
            }
        }
        found.sort();
        found
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const AGAIN: &str = "run: streamgen -streamx -module=shop -service=shop idl/shop.thrift";

#[test]
fn each_kind_of_difference_is_red_and_named_and_nothing_is_written() {
    type Harm = fn(&Project);
    let harms: [(&str, &str, Harm); 12] = [
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
        // Nobody else's work is shown as the IDL's.
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
    for (index, (fault, command, harm)) in harms.into_iter().enumerate() {
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
        let tool = Path::new(env!("CARGO_BIN_EXE_streamgen"))
            .parent()
            .expect("it is in a folder");
        let path = format!(
            "{}:{}",
            tool.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let shell = Command::new("sh")
            .args(["-c", command])
            .env("PATH", path)
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

/// The user, the language and the time zone are those of another machine.
fn of_another_machine(command: &mut Command) {
    command.env_clear();
    for (name, value) in [
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("TZ", "Asia/Kathmandu"),
        ("HOME", "/nowhere"),
        ("USER", "somebody"),
        ("COLUMNS", "20"),
    ] {
        command.env(name, value);
    }
}

/// So is the folder.
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

/// What a `streamgen.toml` says, in two orders.
const SETTINGS: [&str; 2] = [
    "module = \"shop\"\nruntime = \"version:0.1\"\nstreamx = true\ninclude = \"idl\"\n\n[[job]]\n\
     idl = \"idl/shop.thrift\"\nservice = \"shop\"\n\n[[job]]\nidl = \"idl/other.thrift\"\nserde = false\n",
    "[[job]]\r\nidl = \"./idl/other.thrift\"\r\nstreamx = true\r\ninclude = [\"idl\"]\r\n[[job]]\r\n\
     service = \"shop\"\r\nidl = \"idl/shop.thrift\"\r\nstreamx = true\r\ninclude = [\"idl/\"]\r\n",
];

/// The folder, the user, the language and the time zone do not matter to a settings file either, nor do
/// the folder in which it is run and the order of its jobs.
#[test]
fn a_settings_file_gives_the_same_bytes_wherever_it_is_run() {
    let here = Project::empty("settings-here");
    here.write("streamgen.toml", SETTINGS[0]);
    here.succeeds_with_file(".");
    let elsewhere = Project::empty("settings \u{e9}lsewhere");
    elsewhere.write("streamgen.toml", SETTINGS[0]);
    elsewhere.succeeds_with_file("idl");
    elsewhere.succeeds_with_file("src/stream_gen");
    assert!(elsewhere.all() == here.all());
    elsewhere.write("streamgen.toml", SETTINGS[1]);
    for folder in [".", "src"] {
        let output = elsewhere.settings_command(folder, &["-check"]).output();
        let output = output.expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
    }
    here.write("streamgen.toml", SETTINGS[1]);
    assert!(elsewhere.all() == here.all());
}

/// The file says the same as command lines do: but for the lock, which tells who said it.
#[test]
fn a_settings_file_gives_the_bytes_of_the_command_lines() {
    let typed = Project::new("settings-typed");
    let filed = Project::empty("settings-filed");
    filed.write(
        "streamgen.toml",
        &SETTINGS[0].replace("include", "# include"),
    );
    filed.succeeds_with_file(".");
    let code = |project: &Project| {
        let mut all = project.all();
        all.retain(|(path, _)| {
            !path.ends_with("streamgen.toml") && !path.ends_with("streamgen.lock")
        });
        all
    };
    assert!(code(&typed) == code(&filed));
    // A project of command lines becomes one of a file by running that.
    typed.write("streamgen.toml", &filed.text("streamgen.toml"));
    typed.succeeds_with_file(".");
    assert!(typed.all() == filed.all());
}

/// Jobs that the file does not have are gone, and their files too, unless somebody has changed them.
#[test]
fn the_file_has_all_jobs_of_a_project() {
    let project = Project::new("settings-all");
    let job = SETTINGS[0].split("\n\n[[job]]\nidl = \"idl/other").next();
    project.write("streamgen.toml", job.expect("there is one"));
    let output = project.settings_command(".", &["-check"]).output();
    let output = errors(&output.expect("the tool runs"));
    assert!(
        output.contains("src/stream_gen/other.rs is orphaned"),
        "{output}"
    );
    assert!(output.contains("run: streamgen\n"), "{output}");
    project.succeeds_with_file(".");
    assert!(!project.dir.join("src/stream_gen/other.rs").exists());
    assert!(
        !project
            .text("src/stream_gen/streamgen.lock")
            .contains("other.thrift")
    );
    // Nobody adds one behind its back.
    let output = project.command(&["idl/other.thrift"]).output();
    let output = output.expect("the tool runs");
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("`streamgen.toml` says what is generated here"));
}

/// `streamgen init` with the words of a command writes the file that does what the command does, wherever
/// the package is.
#[test]
fn init_writes_what_a_command_says() {
    for out in [".", "packages/shop"] {
        let typed = Project::empty(&format!("init-typed-{}", out.len()));
        let words = [
            "-out",
            out,
            "-service=shop",
            "-runtime=version:0.1",
            "-I",
            "idl",
            "-serde",
            "-map-type=btree",
            "-rename",
            "shop.Ask=Question",
            "-default-handlers",
            "idl/shop.thrift",
            "idl/other.thrift",
        ];
        typed.succeeds(&words);
        let filed = Project::empty(&format!("init-filed-{}", out.len()));
        let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
            .args(["init", "-streamx", "-module", "shop"])
            .args(words)
            .current_dir(&filed.dir)
            .output()
            .expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
        filed.succeeds_with_file(out);
        let code = |project: &Project| {
            let mut all = project.all();
            all.retain(|(path, _)| {
                !path.ends_with("streamgen.toml") && !path.ends_with("streamgen.lock")
            });
            all
        };
        assert!(code(&typed) == code(&filed), "{out}");
        let jobs = |project: &Project| {
            let lock = project.text(&format!("{out}/src/stream_gen/streamgen.lock"));
            lock[lock.find("[[jobs]]").expect("it has jobs")..].to_owned()
        };
        assert_eq!(jobs(&typed), jobs(&filed));
    }
}
