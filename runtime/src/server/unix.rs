//! Unix sockets that a server listens on, and the files of these sockets.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket as Unbound, UnixStream};

use super::listen::BACKLOG;

/// A listening Unix socket. If this type has made the socket's file, dropping it removes the file.
#[derive(Debug)]
pub(super) struct UnixSocket {
    /// Dropped first: as long as the socket is open, no other file gets the inode number of this
    /// file.
    file: Option<SocketFile>,
    listener: UnixListener,
}

impl UnixSocket {
    /// Listens at `path`. Replaces the file that a killed server has left there.
    ///
    /// # Errors
    /// `AddrInUse` if another server listens there or the file is no socket; otherwise the system's
    /// error.
    pub(super) async fn bind(path: &Path) -> io::Result<Self> {
        let listener = match listen(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                remove_stale(path).await?;
                listen(path)?
            }
            bound => bound?,
        };
        Ok(Self {
            file: Some(SocketFile::made_at(path)?),
            listener,
        })
    }

    /// Whether this type has made the socket.
    pub(super) fn is_own(&self) -> bool {
        self.file.is_some()
    }

    /// Cancel safe.
    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl From<UnixListener> for UnixSocket {
    /// `file` is `None`: the file belongs to the program that bound the socket.
    fn from(listener: UnixListener) -> Self {
        Self {
            file: None,
            listener,
        }
    }
}

fn listen(path: &Path) -> io::Result<UnixListener> {
    let socket = Unbound::new_stream()?;
    socket.bind(path)?;
    socket.listen(BACKLOG)
}

/// Removes the file of a socket that refuses connections, because no process has that socket open.
async fn remove_stale(path: &Path) -> io::Result<()> {
    let in_use = |why| io::Error::new(io::ErrorKind::AddrInUse, why);
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(in_use("a file that is no socket is there"));
    }
    // The call does not wait for a listener to accept. A full queue of connections also means that
    // a process listens. (Linux reports it as such. The BSDs refuse the connection then, so there
    // this code takes a server with a full queue for a dead one.)
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => remove(path),
        _ => Err(in_use("somebody listens there")),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// A file that `bind` has made.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    number: Number,
}

/// Identifies a file whatever its path: device and inode.
type Number = (u64, u64);

impl SocketFile {
    fn made_at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            number: number(path)?,
            // Absolute, because the working directory may be another one when the server stops.
            path: std::path::absolute(path)?,
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another server may have replaced the file.
        if number(&self.path).is_ok_and(|found| found == self.number) {
            // If this process may not remove the file, the next server does: it finds that nobody
            // listens there.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn number(path: &Path) -> io::Result<Number> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}
