//! Kitex with its registry-etcd v0.2.6 on the other side.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use streamgen_runtime::etcd::Etcd;

use crate::instances::{Instance, client, echo, until_answering};
use crate::kitex_programs;
use crate::server::EtcdServer;

/// The Go program of this package, running. Dropping it kills it.
struct Kitex {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Kitex {
    fn start(program: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(arguments)
            .env("KITEX_ETCD_REGISTRY_LEASE_TTL", "2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The name of the instance that answers the client's call or stream.
    fn call(&mut self, kind: &str) -> String {
        writeln!(self.input.as_mut().unwrap(), "{kind}").unwrap();
        self.line()
    }
}

impl Drop for Kitex {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the program if need be. Its generated code is that of the other Go programs, which are built first.
fn program() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        kitex_programs::program("peer")?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kitex");
        let mut build = Command::new("go");
        build.args(["build", "-o", "bin/registries", "."]);
        let built = build.current_dir(&folder).output().expect("Go builds it");
        let errors = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "go build failed:\n{errors}");
        Some(folder.join("bin/registries"))
    });
    built.as_deref()
}

#[tokio::test(flavor = "multi_thread")]
async fn kitex_finds_us_and_we_find_kitex() {
    let (Some(etcd), Some(program)) = (EtcdServer::start(), program()) else {
        return;
    };
    let address = etcd.address();
    let store = Etcd::new([&address]).unwrap();
    let mut server = Kitex::start(program, &["server", "users", "kitex", &address]);
    assert!(server.line().starts_with("listening on 127.0.0.1:"));
    let found = client(&store, "users");
    until_answering(&found, &["kitex"]).await;
    assert_eq!(echo(&found).await.unwrap(), "kitex");

    let ours = Instance::start(&store, "users", "ours").await;
    until_answering(&found, &["kitex", "ours"]).await;
    // What both have written is the same but for the address and the tag.
    let values = etcd.values("kitex/registry-etcd/users/");
    assert_eq!(values.len(), 2, "{values:?}");
    for value in values {
        let value: serde_json::Value = serde_json::from_str(&value).unwrap();
        let address = value["address"].as_str().unwrap();
        let by = match address == ours.address.to_string() {
            true => "streamgen",
            false => "kitex",
        };
        let expected = serde_json::json!({
            "network": "tcp", "address": address, "weight": 10, "tags": { "by": by },
        });
        assert_eq!(value, expected);
    }

    // Kitex's server removes its entry, so that Kitex's client finds ours only.
    drop(server.input.take());
    assert_eq!(server.line(), "stopped");
    until_answering(&found, &["ours"]).await;
    let mut kitex = Kitex::start(program, &["client", "users", &address]);
    for _ in 0..3 {
        assert_eq!(kitex.call("ping"), "ours");
        assert_eq!(kitex.call("echo"), "ours");
    }
    // And ours its own.
    ours.stop().await;
    assert!(etcd.values("kitex/registry-etcd/users/").is_empty());
}
