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

/// The commands of the README, each run in a folder that has nothing but the IDL.
const COMMANDS: [(&str, &[&str]); 3] = [
    (
        "echo",
        &[
            "-streamx",
            "-module",
            "echo",
            "-service",
            "echo-server",
            "echo.thrift",
        ],
    ),
    ("pow", &["-module", "pow", "-service", "pow", "pow.proto"]),
    // Of what it adds, a fresh project uses nothing.
    (
        "sum",
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
    for (name, arguments) in COMMANDS {
        let project = root.join(name);
        fs::create_dir_all(&project).expect("a folder can be made");
        let idl = arguments.last().expect("the IDL comes last");
        fs::copy(Path::new("idl-samples").join(idl), project.join(idl)).expect("it is a sample");
        let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        successful(tool.args(arguments).current_dir(project));
    }
    let members = COMMANDS.map(|(name, _)| name);
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    fs::write(root.join("Cargo.toml"), workspace).expect("a manifest can be written");
    // The versions that our workspace has, so that nothing has to be looked up.
    fs::copy("Cargo.lock", root.join("Cargo.lock")).expect("the workspace has a lock file");
    root
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

    let server = Server::start(&programs.join("pow"));
    let client = pow_gen::pow::pow::PowClient::builder("pow");
    let client = client.address(server.address.clone()).build()?;
    let mut stream = client.pow(pow_gen::pow::PowRequest { number: 2 }).await?;
    let error = stream.recv().await.expect_err("it is a stub");
    assert_names(&error, "Pow.Pow");
    Ok(())
}
