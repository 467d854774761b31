//! Unix sockets, and the files that stand for them.

use std::os::unix::net::{UnixListener, UnixStream as StdStream};
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

use super::served::{Served, draining, is_closed, stops_gracefully, telling_the_peer};
use crate::wires::{ALL, PATIENT, Wire, server};

/// A folder that is removed with what is in it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("streamgen-listen-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.0.join("peer.sock")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The address of a socket.
pub(crate) fn unix(path: &Path) -> String {
    format!("unix:{}", path.display())
}

async fn answers(path: &Path) {
    let client = Wire::Framed.client(&[unix(path)]);
    Wire::Framed.call(&client, PATIENT).await.unwrap();
}

#[tokio::test]
async fn unix_sockets_serve_every_wire() {
    let folder = Folder::new("every");
    let path = folder.socket();
    let slashes = format!("unix://{}", path.display());
    for address in [unix(&path), slashes] {
        let serving = Served::on(server(), address).await;
        for wire in ALL {
            let client = wire.client(&[unix(&path)]);
            wire.call(&client, PATIENT).await.unwrap();
            wire.call(&client, PATIENT).await.unwrap();
        }
        serving.stop().await;
        assert!(!path.exists(), "a server removes its file");
    }
}

#[tokio::test]
async fn a_server_on_a_unix_socket_stops_gracefully() {
    let folder = Folder::new("stop");
    for wire in ALL {
        let (builder, told) = draining();
        let serving = Served::on(builder, unix(&folder.socket())).await;
        let client = wire.client(&[unix(&folder.socket())]);
        stops_gracefully(wire, client, serving, told).await;
    }
}

#[tokio::test]
async fn the_peer_of_a_unix_socket_has_no_address() {
    let folder = Folder::new("peer");
    let _serving = Served::on(telling_the_peer(), unix(&folder.socket())).await;
    for wire in ALL {
        let client = wire.client(&[unix(&folder.socket())]);
        assert_eq!(wire.told(&client).await, "None", "{wire:?}");
    }
}

#[tokio::test]
async fn connections_to_a_unix_socket_are_limited() {
    let folder = Folder::new("limit");
    let path = folder.socket();
    let _serving = Served::on(server().max_connections(1), unix(&path)).await;
    let mut first = UnixStream::connect(&path).await.unwrap();
    // Half a protocol: the connection stays until detection gives up.
    first.write_all(&[0; 4]).await.unwrap();
    is_closed(&mut UnixStream::connect(&path).await.unwrap()).await;
}

#[tokio::test]
async fn a_file_that_nobody_listens_on_is_replaced() {
    let folder = Folder::new("stale");
    let path = folder.socket();
    // As a killed server leaves it.
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let serving = Served::on(server(), unix(&path)).await;
    answers(&path).await;
    serving.stop().await;
}

#[tokio::test]
async fn a_file_that_somebody_listens_on_is_left_alone() {
    let folder = Folder::new("live");
    let path = folder.socket();
    let serving = Served::on(server(), unix(&path)).await;
    let error = server().bind(unix(&path)).await.unwrap_err();
    assert!(error.message().contains("somebody listens"), "{error}");
    assert!(error.message().contains(path.to_str().unwrap()), "{error}");
    answers(&path).await;
    serving.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_listener_that_is_busy_is_somebody() {
    let folder = Folder::new("busy");
    let path = folder.socket();
    // It accepts nothing, and its queue is soon full.
    let _listener = UnixListener::bind(&path).unwrap();
    let mut waiting = Vec::new();
    let full = loop {
        let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        socket.set_nonblocking(true).unwrap();
        match socket.connect(&socket2::SockAddr::unix(&path).unwrap()) {
            Ok(()) => waiting.push(socket),
            Err(error) => break error,
        }
    };
    assert_eq!(full.kind(), std::io::ErrorKind::WouldBlock);
    let error = server().bind(unix(&path)).await.unwrap_err();
    assert!(error.message().contains("somebody listens"), "{error}");
    assert!(path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let folder = Folder::new("file");
    let path = folder.socket();
    std::fs::write(&path, "a letter").unwrap();
    let error = server().bind(unix(&path)).await.unwrap_err();
    assert!(error.message().contains("no socket"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"a letter");
}

#[tokio::test]
async fn a_server_removes_no_file_but_its_own() {
    let folder = Folder::new("own");
    let path = folder.socket();
    let first = Served::on(server(), unix(&path)).await;
    // Somebody takes the path over.
    std::fs::remove_file(&path).unwrap();
    let second = Served::on(server(), unix(&path)).await;
    first.stop().await;
    answers(&path).await;
    second.stop().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn a_server_that_never_served_leaves_no_file() {
    let folder = Folder::new("unserved");
    let path = folder.socket();
    let bound = server().bind(unix(&path)).await.unwrap();
    let error = bound.local_addr().unwrap_err();
    assert!(error.message().contains("no socket address"), "{error}");
    StdStream::connect(&path).unwrap();
    drop(bound);
    assert!(!path.exists());
}

#[tokio::test]
async fn what_is_no_path_is_refused_with_the_reason() {
    for (address, why) in [("unix:", "missing"), ("unix://peer", "slash")] {
        let error = server().bind(address).await.unwrap_err();
        assert!(error.message().contains(why), "{error}");
    }
    let error = server().bind("unix:/nowhere/peer").await.unwrap_err();
    assert!(error.message().contains("/nowhere/peer"), "{error}");
}
