//! What a first command leaves behind, for either language: a project that `cargo build` takes as it
//! is, without a warning, and a program that answers each call with an error that names the method.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use std::{fs, thread};

use streamgen_runtime::{Error, Result};

mod alone;
#[path = "../snapshots/echo/src/stream_gen/mod.rs"]
mod echo_gen;
mod generated_target;
#[path = "../snapshots/pow/src/stream_gen/mod.rs"]
mod pow_gen;

/// A project, the folder of its IDL, and the command that is run where nothing but that IDL is.
type Project = (&'static str, &'static str, &'static [&'static str]);

/// The commands of the README.
const COMMANDS: [Project; 3] = [
    (
        "echo",
        "idl-samples",
        &[
            "-streamx",
            "-module",
            "echo",
            "-service",
            "echo-server",
            "echo.thrift",
        ],
    ),
    (
        "pow",
        "idl-samples",
        &["-module", "pow", "-service", "pow", "pow.proto"],
    ),
    // Of what it adds, a fresh project uses nothing.
    (
        "sum",
        "idl-samples",
        &[
            "-module",
            "sum",
            "-service",
            "sum",
            "-descriptors",
            "sum.proto",
        ],
    ),
];

/// Names that mean something else in Rust, in Cargo, or to a reader of capitals. Each is the service
/// of a project.
const NAMES: [(&str, &str); 7] = [
    ("build", "no-package.proto"),
    ("no-package-two", "no-package-two.proto"),
    ("deps", "underscore-exception.thrift"),
    ("names-without-capital", "names-without-capital.thrift"),
    ("examples", "namespace-std.thrift"),
    ("tokio", "namespace-runtime.thrift"),
    ("std", "names-like-crates.proto"),
];

fn successful(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{errors}");
    output
}

/// The projects, as members of one workspace.
fn generated() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold");
    let _ = fs::remove_dir_all(&root);
    for (name, folder, arguments) in COMMANDS {
        generate(&root.join(name), folder, arguments);
    }
    for (service, idl) in NAMES {
        let name = format!("project-{service}");
        let arguments = ["-streamx", "-module", &name, "-service", service, idl];
        generate(&root.join(&name), "tests/scaffold", &arguments);
    }
    grown(&root.join("grown"));
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n";
    fs::write(root.join("Cargo.toml"), workspace).expect("a manifest can be written");
    // The versions that our workspace has, so that nothing has to be looked up.
    fs::copy("Cargo.lock", root.join("Cargo.lock")).expect("the workspace has a lock file");
    root
}

/// A project with a history: its IDL has got methods and a service, which the tool has added, and lost
/// another, which somebody has removed, and it has become a client of somebody else.
fn grown(project: &Path) {
    let grown = [
        "-streamx",
        "-module",
        "grown",
        "-service",
        "grown",
        "grown.thrift",
    ];
    let run = |version: &str| {
        let idl = fs::read_to_string(format!("tests/scaffold/grown-{version}.thrift"));
        fs::create_dir_all(project).expect("a folder can be made");
        fs::write(project.join("grown.thrift"), idl.expect("it is there")).expect("it is a copy");
        let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        tool.args(["-message-format", "json"]).args(grown);
        successful(tool.current_dir(project)).stdout
    };
    assert_eq!(notes(&run("1")), [] as [&str; 0]);
    let added = notes(&run("2"));
    for what in [
        "has got `two`, `three`, `four`",
        "`SecondImpl` is new",
        "serves `Second` now",
    ] {
        assert!(
            added.iter().any(|note| note.contains(what)),
            "{what}: {added:#?}"
        );
    }
    // The service that is gone leaves two lines and its handler.
    for (file, line) in [
        ("src/main.rs", "OldServer"),
        ("src/main.rs", "OldImpl"),
        ("src/main.rs", ".add_service(OldServer::new(OldImpl))"),
    ] {
        edit(project, file, |text| {
            let kept = text.lines().filter(|found| !found.contains(line));
            kept.map(|line| line.to_owned() + "\n").collect()
        });
    }
    edit(project, "src/handler.rs", |text| {
        let start = text.find("impl first::old::Old").expect("its handler");
        let end = start + text[start..].find("\n}\n").expect("its end") + 3;
        (text[..start].to_owned() + &text[end..]).replace(
            "#[derive(Clone, Debug, Default)]\npub struct OldImpl;\n",
            "",
        )
    });
    assert_eq!(notes(&run("2")), [] as [&str; 0]);
    for (folder, idl) in [
        ("idl-samples", "sum.proto"),
        ("tests/scaffold", "no-package.proto"),
    ] {
        generate(project, folder, &["-streamx", idl]);
    }
}

/// The notes of a run, as `-message-format json` has them.
fn notes(stdout: &[u8]) -> Vec<String> {
    let lines = std::str::from_utf8(stdout).expect("JSON is text").lines();
    let objects = lines.map(|line| {
        serde_json::from_str::<serde_json::Value>(line).expect("each line is an object")
    });
    let notes = objects.filter(|object| object["severity"] == "note");
    notes
        .map(|note| note["message"].as_str().expect("a text").to_owned())
        .collect()
}

fn edit(project: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = project.join(file);
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(path, change(text)).expect("it can be written");
}

/// Runs the command in `project`, which it makes, with the IDL that the last argument names.
fn generate(project: &Path, folder: &str, arguments: &[&str]) {
    fs::create_dir_all(project).expect("a folder can be made");
    let idl = arguments.last().expect("the IDL comes last");
    fs::copy(Path::new(folder).join(idl), project.join(idl)).expect("it is a sample");
    let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
    successful(tool.args(arguments).current_dir(project));
}

/// Builds them, and says where the programs are.
fn built(root: &Path) -> PathBuf {
    let mut cargo = generated_target::cargo();
    cargo.args(["build", "--workspace", "--quiet", "--manifest-path"]);
    cargo.arg(root.join("Cargo.toml"));
    let messages = successful(&mut cargo).stderr;
    assert!(
        messages.is_empty(),
        "in {}:\n{}",
        root.display(),
        String::from_utf8_lossy(&messages)
    );
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-target/debug")
}

/// Free ports that are tried.
const ATTEMPTS: usize = 5;

/// A running program, stopped when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts a program that takes its address as first argument, and waits until it listens.
    fn start(program: &Path) -> Self {
        let server = (0..ATTEMPTS).find_map(|_| Self::start_on_a_free_port(program));
        server.unwrap_or_else(|| panic!("{} ended", program.display()))
    }

    /// `None` if the program ended, as it does when another one was faster to take the port.
    fn start_on_a_free_port(program: &Path) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("there is a free port").to_string();
        let mut command = Command::new(program);
        command.arg(&address).stdout(Stdio::null());
        let mut server = Self {
            process: command.spawn().expect("the program starts"),
            address,
        };
        while server
            .process
            .try_wait()
            .expect("it can be asked")
            .is_none()
        {
            if TcpStream::connect(&server.address).is_ok() {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn assert_names(error: &Error, method: &str) {
    let text = format!("{method} is not implemented");
    assert!(error.to_string().contains(&text), "{error}");
}

#[tokio::test]
async fn a_fresh_project_builds_and_serves() -> Result<()> {
    let programs = alone::alone(env!("CARGO_TARGET_TMPDIR"), "scaffold", || {
        built(&generated())
    });

    let server = Server::start(&programs.join("echo-server"));
    let client = echo_gen::echo::test_service::TestServiceClient::builder("echo");
    let client = client.address(server.address.clone()).build()?;
    let reply = client.ping_pong(echo_gen::echo::Request::default()).await;
    assert_names(&reply.expect_err("it is a stub"), "TestService.PingPong");

    assert_registers(&programs);

    // The name of the service is one that Cargo keeps for itself.
    drop(Server::start(&programs.join("build-server")));

    let server = Server::start(&programs.join("pow"));
    let client = pow_gen::pow::pow::PowClient::builder("pow");
    let client = client.address(server.address.clone()).build()?;
    let mut stream = client.pow(pow_gen::pow::PowRequest { number: 2 }).await?;
    let error = stream.recv().await.expect_err("it is a stub");
    assert_names(&error, "Pow.Pow");
    Ok(())
}

/// The environment says where a server registers, if a feature of its package is on.
fn assert_registers(programs: &Path) {
    let mut without = Command::new(programs.join("echo-server"));
    without.env("SERVICE_REGISTRY", "etcd://127.0.0.1:2379");
    let ended = without
        .arg("127.0.0.1:0")
        .output()
        .expect("the program starts");
    assert!(!ended.status.success());
    let said = String::from_utf8_lossy(&ended.stderr);
    for part in [
        "the variable SERVICE_REGISTRY",
        "needs the feature `etcd` of streamgen-runtime",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--offline", "--depth", "1", "--format", "{p} {f}"]);
    cargo.args(["--package", "echo", "--features", "etcd", "--manifest-path"]);
    cargo.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold/Cargo.toml"));
    let tree = successful(&mut cargo).stdout;
    let tree = String::from_utf8_lossy(&tree);
    let has = |line: &str| line.contains("streamgen-runtime") && line.contains("default,etcd");
    assert!(tree.lines().any(has), "{tree}");
}

/// Whether Cargo reads a manifest, and all that belongs to it.
fn cargo_reads(manifest: &Path) -> bool {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]);
    cargo.arg("--manifest-path").arg(manifest);
    cargo.output().expect("cargo starts").status.success()
}

#[test]
fn cargo_takes_a_member_that_was_added_as_advised() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold-workspace");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("svc")).expect("a folder can be made");
    let workspace = |members: &str| {
        let text = format!("[workspace]\nresolver = \"3\"\n{members}\nexclude = [\"apart\"]\n");
        fs::write(root.join("Cargo.toml"), text).expect("a manifest can be written");
    };
    workspace("members = []");
    let new = |name: &str, out: &str| {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        tool.args([
            "-message-format",
            "json",
            "-streamx",
            "-module",
            name,
            "-out",
        ]);
        tool.arg(root.join(out)).arg("idl-samples/echo.thrift");
        notes(&successful(&mut tool).stdout)
    };
    for (name, out) in [("one", "svc/one"), ("two", "svc/two")] {
        let notes = new(name, out);
        assert_eq!(notes.len(), 1, "{notes:?}");
        let manifest = root.join(out).join("Cargo.toml");
        assert!(!cargo_reads(&manifest), "{name}");
        let line = notes[0].find("members = ").expect("it is the line to add");
        workspace(&notes[0][line..]);
        assert!(cargo_reads(&manifest), "{name}");
    }
    assert_eq!(new("three", "apart/three"), [] as [&str; 0]);
    assert!(cargo_reads(&root.join("apart/three/Cargo.toml")));
}
