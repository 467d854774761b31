//! Sockets that listen already when the process begins, as systemd hands them over.

use std::sync::{Mutex, OnceLock};

use listenfd::ListenFd;
use socket2::SockRef;

use super::listen::ListenOn;
use crate::error::{Error, Result};
use crate::sync::lock;

/// What the process was given, and how many of it were taken.
struct Inherited {
    sockets: ListenFd,
    taken: usize,
}

/// Takes the next socket that the process was given; `None` if there is no more.
///
/// # Errors
/// What was given is no socket that listens for streams.
pub(super) fn next() -> Result<Option<ListenOn>> {
    static GIVEN: OnceLock<Mutex<Inherited>> = OnceLock::new();
    let given = GIVEN.get_or_init(|| {
        Mutex::new(Inherited {
            sockets: ListenFd::from_env(),
            taken: 0,
        })
    });
    let Inherited { sockets, taken } = &mut *lock(given);
    if *taken >= sockets.len() {
        return Ok(None);
    }
    let nth = *taken;
    *taken += 1;
    if let Ok(Some(tcp)) = sockets.take_tcp_listener(nth) {
        check(nth, &SockRef::from(&tcp))?;
        return Ok(Some(tcp.into()));
    }
    match sockets.take_unix_listener(nth) {
        Ok(Some(unix)) => {
            check(nth, &SockRef::from(&unix))?;
            Ok(Some(unix.into()))
        }
        _ => Err(refused(nth)),
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn check(nth: usize, socket: &SockRef<'_>) -> Result<()> {
    match socket.is_listener() {
        Ok(false) => Err(refused(nth)),
        _ => Ok(()),
    }
}

/// Other systems do not say whether a socket listens: the server takes the word of whoever gave it.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn check(_: usize, _: &SockRef<'_>) -> Result<()> {
    Ok(())
}

fn refused(nth: usize) -> Error {
    let text = format!(
        "number {nth} of the sockets in LISTEN_FDS is none that listens for TCP or Unix streams: give \
         such a socket (systemd: ListenStream=), or unset LISTEN_FDS"
    );
    Error::invalid_argument(text)
}
