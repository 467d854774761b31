//! What is attacked: this program, started as a server or as a client. Both end when their standard
//! input does.

pub mod client;
pub mod server;

use std::io;

/// The runtime that a program would have.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

/// Returns at the end of standard input.
fn wait_for_the_end() {
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
}
