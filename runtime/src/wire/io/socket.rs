//! Options of sockets.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// Silence after which the kernel asks whether the peer's host is still there, and how often it
/// asks: Go's values, and so those of every Kitex peer.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// How long bytes that were sent may stay unacknowledged before the connection is given up; Linux
/// would try for a quarter of an hour. gRPC waits 20 s for a ping; a host that is merely slow gets
/// half as much again.
#[cfg(target_os = "linux")]
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Sets the options that every wire needs on a socket which a client has connected.
///
/// Nagle's algorithm is off: frames are put together before they are written, and must not wait in
/// the kernel. Keepalive finds out that the peer's host is gone while this side sends nothing, and
/// the user timeout while it sends: no wire but gRPC has a heartbeat (ttheader-streaming.md 5.3).
pub(super) fn prepare(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let socket = SockRef::from(socket);
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE);
    #[cfg(any(target_os = "linux", target_os = "macos", windows))]
    let keepalive = keepalive.with_interval(KEEPALIVE);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(())
}

/// Sets the options that every wire needs on a socket which a server has accepted: Nagle's
/// algorithm is off, as above, and keepalive is on with the system's times, as in Go's servers. A
/// user timeout is for a side that waits for answers, so a server sets none.
pub(super) fn prepare_accepted(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    SockRef::from(socket).set_keepalive(true)
}

// Only Linux lets a program read back all of these options.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_dead_host_is_found_out_by_the_kernel() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        prepare(&socket).unwrap();
        let socket = SockRef::from(&socket);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), KEEPALIVE);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), KEEPALIVE);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(USER_TIMEOUT));
    }
}
