//! Unix sockets to listen on, and the files that stand for them.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket as Unbound, UnixStream};

use super::listen::BACKLOG;

/// A listening Unix socket. Dropping it removes its file, if it was made here.
#[derive(Debug)]
pub(super) struct UnixSocket {
    /// Dropped first: as long as the socket is open, no other file gets the number of this one.
    _file: Option<SocketFile>,
    listener: UnixListener,
}

impl UnixSocket {
    /// Listens at `path`. A file that is left there from a server that was killed is replaced.
    ///
    /// # Errors
    /// Somebody listens there, or the file is no socket: `AddrInUse`; or what the system says.
    pub(super) async fn bind(path: &Path) -> io::Result<Self> {
        let listener = match listen(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                remove_stale(path).await?;
                listen(path)?
            }
            bound => bound?,
        };
        Ok(Self {
            _file: Some(SocketFile::made_at(path)?),
            listener,
        })
    }

    /// Cancel safe.
    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl From<UnixListener> for UnixSocket {
    /// The file is that of whoever bound the socket.
    fn from(listener: UnixListener) -> Self {
        Self {
            _file: None,
            listener,
        }
    }
}

fn listen(path: &Path) -> io::Result<UnixListener> {
    let socket = Unbound::new_stream()?;
    socket.bind(path)?;
    socket.listen(BACKLOG)
}

/// Removes the file of a socket that refuses connections: nobody has it open any more.
async fn remove_stale(path: &Path) -> io::Result<()> {
    let in_use = |why| io::Error::new(io::ErrorKind::AddrInUse, why);
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(in_use("a file that is no socket is there"));
    }
    // Without waiting: a queue of connections that is full is a listener's, too. (Linux says so; the BSDs
    // refuse there as well, and a server that is so far behind is taken for a dead one.)
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

/// The file that `bind` has made.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    number: Number,
}

/// What a file is known by, whatever its path: device and inode.
type Number = (u64, u64);

impl SocketFile {
    fn made_at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            number: number(path)?,
            // The working directory may be another one when the server stops.
            path: std::path::absolute(path)?,
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another server may have taken its place.
        if number(&self.path).is_ok_and(|found| found == self.number) {
            // Who may not remove it any more leaves it to the next server, which finds nobody there.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn number(path: &Path) -> io::Result<Number> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}
