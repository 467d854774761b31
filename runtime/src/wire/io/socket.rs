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

/// Sets what every wire wants of a socket that a client has connected.
///
/// No Nagle: frames are put together before they are written, and must not wait in the kernel.
/// Keepalive and user timeout find a peer's host that is gone, while nothing is sent and while
/// something is: no wire but gRPC has a heartbeat (ttheader-streaming.md 5.3).
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

/// Sets what every wire wants of a socket that a server has accepted: no Nagle, as above, and keepalive
/// with the system's times, as Go's servers have it switched on. A user timeout is for who waits for
/// answers.
pub(super) fn prepare_accepted(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    SockRef::from(socket).set_keepalive(true)
}

// What was set, only Linux tells in full.
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
