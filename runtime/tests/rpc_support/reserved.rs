//! An address at which nobody listens.
#![allow(
    unreachable_pub,
    reason = "files without a server of peers include it, too"
)]

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// An address at which nobody listens while this process runs, unless a test listens there itself. A port that is only
/// free now may be given to the next listener of another test, or to the very connection that is to be refused.
pub fn reserved() -> SocketAddr {
    let socket = TcpSocket::new_v4().unwrap();
    // Linux then allows a listener of a test beside this socket, which does not listen.
    socket.set_reuseaddr(true).unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    if cfg!(target_os = "linux") {
        std::mem::forget(socket);
    }
    address
}
