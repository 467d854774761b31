//! A file that is read again and again, so that a change of it is found.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often a file is read, unless the user says otherwise.
const REFRESH: Duration = Duration::from_secs(1);
/// But not more often than this.
const SHORTEST_REFRESH: Duration = Duration::from_millis(10);
/// Bytes of the largest file: a hundred thousand instances with a few tags each.
const MAX_BYTES: usize = 16 << 20;

/// A file, and how often it is read.
#[derive(Debug, Clone)]
pub(crate) struct WatchedFile {
    pub(crate) path: Arc<Path>,
    refresh: Duration,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    /// No file has this path.
    Missing,
    /// Why it cannot be read.
    Unreadable(String),
}

/// What was read of a file so far.
#[derive(Debug, Default)]
pub(crate) struct Looks(Option<Content>);

impl WatchedFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path: path.into(),
            refresh: REFRESH,
        }
    }

    /// Sets the time between two looks at the file.
    pub(crate) fn set_refresh(&mut self, time: Duration) {
        self.refresh = time.max(SHORTEST_REFRESH);
    }

    /// Waits until something else is in the file than at the last look. Cancel safe.
    pub(crate) async fn changed<'l>(&self, looks: &'l mut Looks) -> &'l Content {
        loop {
            if looks.0.is_some() {
                sleep(self.refresh).await;
            }
            let content = self.read().await;
            if looks.0.as_ref() != Some(&content) {
                return looks.0.insert(content);
            }
        }
    }

    async fn read(&self) -> Content {
        let path = Arc::clone(&self.path);
        let read = spawn_blocking(move || read_bounded(&path)).await;
        match read.unwrap_or_else(|ended| Err(ended.into())) {
            Ok(bytes) => Content::Bytes(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Content::Missing,
            Err(error) => Content::Unreadable(error.to_string()),
        }
    }
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    match bytes.len() > MAX_BYTES {
        true => Err(io::Error::other(format!(
            "it is larger than {MAX_BYTES} bytes"
        ))),
        false => Ok(bytes),
    }
}
