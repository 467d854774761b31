//! A project that `streamgen.toml` describes.

use std::process::Command;

use crate::project::{Project, errors};

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
    assert!(typed.code() == filed.code());
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
    // A command line cannot add a job beside the file.
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
            "-mock",
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
        assert!(typed.code() == filed.code(), "{out}");
        let jobs = |project: &Project| {
            let lock = project.text(&format!("{out}/src/stream_gen/streamgen.lock"));
            lock[lock.find("[[jobs]]").expect("it has jobs")..].to_owned()
        };
        assert_eq!(jobs(&typed), jobs(&filed));
    }
}
