//! nacos's own server, on loopback, with a folder of its own.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::{Instant, sleep};

use crate::skip::skip;

/// nacos takes 7 s to start; a busy machine takes longer.
const START: Duration = Duration::from_secs(120);
/// Beside its port nacos listens 1000 below it, and 1000 and 1001 above it.
const OTHER_PORTS: [i32; 4] = [-1000, 0, 1000, 1001];

pub(crate) struct Nacos {
    process: Child,
    /// Settings of nacos, `name=value`.
    properties: Vec<String>,
    folder: PathBuf,
    pub(crate) port: u16,
}

impl Nacos {
    /// Starts nacos. `None` where this machine cannot: it says so.
    pub(crate) async fn start() -> Result<Option<Self>> {
        Self::start_with(&[]).await
    }

    /// The same, with these settings of nacos.
    pub(crate) async fn start_with(properties: &[String]) -> Result<Option<Self>> {
        for tool in ["java", "javac", "mvn"] {
            let asked = Command::new(tool).arg("-version").output();
            if !asked.is_ok_and(|output| output.status.success()) {
                skip(&format!("nacos needs {tool}, which is not here"));
                return Ok(None);
            }
        }
        // Tests that begin together look for ports in turn.
        static STARTING: Mutex<()> = Mutex::const_new(());
        let _starting = STARTING.lock().await;
        let port = free_port()?;
        let folder =
            std::env::temp_dir().join(format!("streamgen-nacos-{port}-{}", std::process::id()));
        fs::create_dir_all(folder.join("conf"))?;
        File::create(folder.join("conf/application.properties"))?;
        let properties = properties.to_vec();
        let mut nacos = Self {
            process: spawn(&folder, port, &properties).await?,
            properties,
            folder,
            port,
        };
        nacos.ready().await?;
        Ok(Some(nacos))
    }

    /// Kills nacos, waits, and starts it again at the same place. It has forgotten its instances.
    pub(crate) async fn restart(&mut self, down: Duration) -> Result<()> {
        self.kill();
        sleep(down).await;
        self.process = spawn(&self.folder, self.port, &self.properties).await?;
        self.ready().await
    }

    async fn ready(&mut self) -> Result<()> {
        let until = Instant::now() + START;
        let log = self.folder.join("out");
        while !fs::read_to_string(&log)?.contains("started successfully") {
            let ended = self.process.try_wait()?.is_some() || Instant::now() > until;
            ensure!(
                !ended,
                "nacos does not start:\n{}",
                fs::read_to_string(&log)?
            );
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Nacos {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> Result<u16> {
    let free = |port: &u16| {
        let mut all = OTHER_PORTS.iter().map(|other| i32::from(*port) + other);
        all.all(|port| TcpListener::bind(("127.0.0.1", port as u16)).is_ok())
    };
    // Below those that the system gives to connections.
    let begin = 12_000 + (std::process::id() % 10_000) as u16;
    let port = (begin..begin + 10_000).step_by(7).find(free);
    port.context("four ports for nacos")
}

/// The class path of nacos and of the class that starts it.
fn built() -> Result<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("nacos");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nacos");
    fs::create_dir_all(&target)?;
    let list = target.join("classpath");
    if !list.exists() {
        run(Command::new("mvn")
            .args(["--batch-mode", "--quiet", "--file"])
            .arg(source.join("pom.xml"))
            .arg("org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath")
            .arg(format!("-Dmdep.outputFile={}", list.display())))?;
    }
    let jars = fs::read_to_string(&list)?;
    run(Command::new("javac")
        .args(["-cp", jars.trim(), "-d"])
        .arg(&target)
        .args(["NacosServer.java", "Users.java"].map(|file| source.join(file))))?;
    // nacos finds what lets users in by a file below the sources.
    let (target, source) = (target.display(), source.display());
    Ok(format!("{target}:{source}:{}", jars.trim()))
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    ensure!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&said)
    );
    Ok(())
}

async fn spawn(folder: &Path, port: u16, settings: &[String]) -> Result<Child> {
    static BUILT: OnceCell<String> = OnceCell::const_new();
    let class_path = BUILT.get_or_try_init(async || built()).await?;
    let properties = [
        "nacos.standalone=true".to_owned(),
        // nacos writes its logs there.
        format!("user.home={}", folder.display()),
        format!("nacos.home={}", folder.display()),
        "nacos.inetutils.ip-address=127.0.0.1".to_owned(),
        format!("server.port={port}"),
        "server.address=127.0.0.1".to_owned(),
        "server.servlet.contextPath=/nacos".to_owned(),
        format!("server.tomcat.basedir={}", folder.display()),
    ];
    let log = File::create(folder.join("out"))?;
    Command::new("java")
        // It lives for seconds: what makes it faster later is not worth the time.
        .args(["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
        .args(
            properties
                .iter()
                .chain(settings)
                .map(|one| format!("-D{one}")),
        )
        .args(["-cp", class_path, "NacosServer"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(log.try_clone()?)
        .stdout(log)
        .spawn()
        .context("java")
}
