//! Processes that take over a socket from one another, and are stopped by SIGTERM.
//!
//! The processes are this test program again: [`as_a_child`] is what they run.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use streamgen_runtime::ClientBuilder;
use streamgen_runtime::server::ListenOn;
use tokio::time::sleep;

use crate::load::{ALL, Load, Set, server};

/// Set for the processes that serve, to the seconds of their drain delay.
const CHILD: &str = "STREAMGEN_TEST_SERVES";
/// What a process says when it serves.
const SERVES: &str = "serves on ";
const MILLI: Duration = Duration::from_millis(1);

/// What a process does that the tests of this file start: the program of a user.
#[tokio::test]
#[ignore = "the other tests run it in processes of their own"]
#[expect(
    clippy::print_stdout,
    reason = "the test that started the process reads it"
)]
async fn as_a_child() {
    let Ok(seconds) = env::var(CHILD) else {
        return;
    };
    let delay = Duration::from_secs(seconds.parse().unwrap());
    let on = ListenOn::inherited_or("127.0.0.1:1");
    let shown = on.to_string();
    let server = server().stop_on_signals().drain_delay(delay);
    let bound = server.bind(on).await.unwrap();
    println!("{SERVES}{shown}");
    let stopped = bound.serve_until(std::future::pending()).await.unwrap();
    println!("{stopped}");
}

/// A process that serves on the socket that it was given as its standard input.
struct Process {
    child: Child,
    says: BufReader<std::process::ChildStdout>,
}

impl Process {
    fn command(socket: &TcpListener) -> Command {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args([
                "--exact",
                "handed_over::as_a_child",
                "--ignored",
                "--nocapture",
            ])
            .env(CHILD, "0")
            .stdin(OwnedFd::from(socket.try_clone().unwrap()))
            .stdout(Stdio::piped());
        command
    }

    fn begin(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Self { child, says }
    }

    /// As a supervisor starts it that names the descriptor.
    fn start(socket: &TcpListener) -> Self {
        Self::start_with_delay(socket, "0")
    }

    /// The same with a drain delay of so many seconds.
    fn start_with_delay(socket: &TcpListener, seconds: &str) -> Self {
        let mut command = Self::command(socket);
        command
            .env(CHILD, seconds)
            .env("LISTEN_FDS", "1")
            .env("LISTEN_FDS_FIRST_FD", "0");
        let mut process = Self::begin(command);
        assert_eq!(
            process.said(SERVES),
            socket.local_addr().unwrap().to_string()
        );
        process
    }

    /// What follows `word` in what the process says next.
    fn said(&mut self, word: &str) -> String {
        let mut lines = self.says.by_ref().lines();
        loop {
            let line = lines.next().expect("the process says it").unwrap();
            // The test's own name may stand in front.
            if let Some((_, rest)) = line.split_once(word) {
                return rest.to_owned();
            }
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end.
    fn wait(mut self) {
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The client knows one address, on which one process serves after the other.
struct One(String);

impl Set for One {
    fn on<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.address(self.0.clone())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_that_a_process_takes_over_the_socket() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let mut old = Process::start(&socket);
    let load = Load::begin(&ALL, &One(address), MILLI);
    sleep(300 * MILLI).await;

    let new = Process::start(&socket);
    old.signal(Signal::TERM);
    let old = tokio::task::spawn_blocking(move || {
        assert_eq!(old.said("no call was cut"), "");
        old.wait();
    });
    old.await.unwrap();
    sleep(200 * MILLI).await;
    load.end().await;
    new.signal(Signal::INT);
    new.wait();
}

/// systemd gives descriptor 3, and says whom it is for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_takes_the_socket_that_systemd_gives() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let inner = Process::command(&socket);
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            r#"LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@" 3<&0 0</dev/null"#,
        ])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env(CHILD, "0")
        .stdin(OwnedFd::from(socket.try_clone().unwrap()))
        .stdout(Stdio::piped());
    let mut process = Process::begin(command);
    assert_eq!(process.said(SERVES), address);
    process.signal(Signal::TERM);
    assert_eq!(process.said("no call was cut"), "");
    process.wait();
}

/// An operator who does not want to wait sends a second signal. The delay of this process is an hour.
#[test]
fn another_signal_ends_a_drain_delay_at_once() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut process = Process::start_with_delay(&socket, "3600");
    // The system keeps one of each kind for a process that is slow.
    process.signal(Signal::TERM);
    process.signal(Signal::INT);
    assert_eq!(process.said("no call was cut"), "");
    process.wait();
}
