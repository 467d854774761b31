//! An etcd of one member on loopback, with a data folder of its own.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value, json};

use crate::alone::alone;
use crate::skip::skip;

/// Where the program and the data are.
const TMP: &str = env!("CARGO_TARGET_TMPDIR");
/// Longer than etcd takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often etcd is started. A port that was free may be somebody else's when etcd asks for it.
const ATTEMPTS: usize = 10;

/// A running etcd. Dropping it kills it and removes its data.
#[derive(Debug)]
pub(crate) struct EtcdServer {
    process: Child,
    program: &'static Path,
    folder: PathBuf,
    /// Where clients connect, and where other members would.
    ports: [u16; 2],
}

impl EtcdServer {
    /// Starts etcd on free ports. If it cannot be had here, prints one line and returns `None`.
    pub(crate) fn start() -> Option<Self> {
        let program = program()?;
        let etcd = (0..ATTEMPTS).find_map(|_| Self::start_on_free_ports(program));
        Some(etcd.expect("etcd starts"))
    }

    /// `None` if etcd has ended, which it does if it does not get its ports.
    fn start_on_free_ports(program: &'static Path) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("etcd-data-{}-{count}", std::process::id());
        let folder = Path::new(TMP).join(name);
        let ports = free_ports();
        let mut etcd = Self {
            process: run(program, &folder, ports),
            program,
            folder,
            ports,
        };
        etcd.becomes_healthy().then_some(etcd)
    }

    /// Where clients connect.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.ports[0])
    }

    /// Kills it without a word.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }

    /// Removes all data of one that was killed.
    pub(crate) fn wipe(&self) {
        fs::remove_dir_all(&self.folder).expect("the data can be removed");
    }

    /// Starts one that was killed, at the same address.
    pub(crate) fn restart(&mut self) {
        let healthy = (0..ATTEMPTS).any(|_| {
            self.process = run(self.program, &self.folder, self.ports);
            self.becomes_healthy() || {
                thread::sleep(Duration::from_millis(500));
                false
            }
        });
        assert!(healthy, "etcd does not start again");
    }

    fn is_healthy(&self) -> bool {
        let answer = self.exchange("GET /health HTTP/1.0\r\n\r\n");
        answer.is_ok_and(|answer| answer.contains(r#""health":"true""#))
    }

    /// Posts JSON to etcd's gateway, and returns what it answers.
    pub(crate) fn post(&self, path: &str, body: &str) -> Value {
        let request = format!(
            "POST /v3/{path} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = self.exchange(&request).expect("etcd answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
        assert!(head.contains(" 200 "), "{path}: {answer}");
        serde_json::from_str(body).expect("it is JSON")
    }

    /// Writes a key.
    pub(crate) fn put(&self, key: &str, value: &str) {
        let (key, value) = (BASE64.encode(key), BASE64.encode(value));
        self.post("kv/put", &json!({ "key": key, "value": value }).to_string());
    }

    /// Removes a key.
    pub(crate) fn delete(&self, key: &str) {
        let key = BASE64.encode(key);
        self.post("kv/deleterange", &json!({ "key": key }).to_string());
    }

    /// What etcd knows of all keys that begin so, the last byte of which is a slash.
    pub(crate) fn entries(&self, prefix: &str) -> Vec<Value> {
        let end = format!("{}0", prefix.strip_suffix('/').expect("a slash"));
        let (key, end) = (BASE64.encode(prefix), BASE64.encode(end));
        let body = json!({ "key": key, "range_end": end });
        let found = self.post("kv/range", &body.to_string());
        found["kvs"].as_array().cloned().unwrap_or_default()
    }

    /// The values of these keys.
    pub(crate) fn values(&self, prefix: &str) -> Vec<String> {
        let text = |entry: &Value| {
            let bytes = BASE64.decode(entry["value"].as_str().expect("a value"));
            String::from_utf8(bytes.expect("base64")).expect("UTF-8")
        };
        self.entries(prefix).iter().map(text).collect()
    }

    fn exchange(&self, request: &str) -> std::io::Result<String> {
        let mut socket = TcpStream::connect(self.address())?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.write_all(request.as_bytes())?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// Waits until it serves; false if it has ended instead.
    fn becomes_healthy(&mut self) -> bool {
        let begun = Instant::now();
        while !self.is_healthy() {
            if self.process.try_wait().expect("it is ours").is_some() {
                return false;
            }
            assert!(begun.elapsed() < PATIENCE, "etcd does not become healthy");
            thread::sleep(Duration::from_millis(10));
        }
        true
    }
}

impl Drop for EtcdServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_ports() -> [u16; 2] {
    let listen = |_| TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
    // Both are held before one is given back.
    let listeners = [0, 1].map(listen);
    listeners.map(|listener| listener.local_addr().expect("it listens").port())
}

fn run(program: &Path, folder: &Path, ports: [u16; 2]) -> Child {
    let [clients, members] = ports.map(|port| format!("http://127.0.0.1:{port}"));
    Command::new(program)
        .arg("--data-dir")
        .arg(folder)
        .args([
            "--listen-client-urls",
            &clients,
            "--advertise-client-urls",
            &clients,
        ])
        .args([
            "--listen-peer-urls",
            &members,
            "--initial-advertise-peer-urls",
            &members,
        ])
        .args(["--initial-cluster", &format!("default={members}")])
        // Milliseconds. A member that is alone is elected as soon as this is over, and no lease is shorter
        // than one and a half of it: with the defaults, two seconds.
        .args(["--heartbeat-interval", "20", "--election-timeout", "200"])
        .args(["--logger", "zap", "--log-level", "fatal"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("etcd starts")
}

/// The program `etcd`: one that is installed, or that of Debian's package, unpacked once.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        if Command::new("etcd").arg("--version").output().is_ok() {
            return Some(PathBuf::from("etcd"));
        }
        alone(TMP, "etcd", unpack)
            .inspect_err(|missing| skip(&format!("{missing}, so nothing was tested against etcd")))
            .ok()
    });
    program.as_deref()
}

fn unpack() -> Result<PathBuf, String> {
    let folder = Path::new(TMP).join("etcd");
    let program = folder.join("usr/bin/etcd");
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let missing = "Debian's package etcd-server cannot be had";
    download(&folder, missing)?;
    let files = fs::read_dir(&folder).expect("it is there");
    let mut paths = files.map(|file| file.expect("it is there").path());
    let package = paths.find(|path| path.extension().is_some_and(|suffix| suffix == "deb"));
    let mut unpack = Command::new("dpkg");
    unpack
        .arg("--extract")
        .arg(package.ok_or(missing)?)
        .arg(&folder);
    succeeds(&mut unpack, missing)?;
    Ok(program)
}

/// Downloads the package by the lists of packages that the machine has. A fresh one has none: then by lists
/// that are fetched into the folder, which needs no rights on the machine.
fn download(folder: &Path, missing: &str) -> Result<(), String> {
    let apt = |options: &[String], what: &[&str]| {
        let mut command = Command::new("apt-get");
        command.arg("--quiet").args(options).args(what);
        succeeds(command.current_dir(folder), missing)
    };
    let package = ["download", "etcd-server"];
    if apt(&[], &package).is_ok() {
        return Ok(());
    }
    let mut own = Vec::new();
    for (kind, name) in [("State::Lists", "lists"), ("Cache", "cache")] {
        let place = folder.join(name);
        fs::create_dir_all(place.join("partial")).expect("the target folder can be written to");
        own.push(format!("--option=Dir::{kind}={}", place.display()));
    }
    apt(&own, &["update"])?;
    apt(&own, &package)
}

fn succeeds(command: &mut Command, otherwise: &str) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            let last = errors.lines().last().unwrap_or_default();
            Err(format!("{otherwise} ({last})"))
        }
        Err(error) => Err(format!("{otherwise} ({error})")),
    }
}
