//! What the server's halves found whose clients cannot know.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{sleep, timeout};

/// How long a verdict may take. Kitex sees some cancels after five seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// By the metainfo `RUN` of the call: `ok`, or what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Verdicts(Mutex<HashMap<String, String>>);

impl Verdicts {
    pub(crate) fn put(&self, run: &str, found: &str) {
        let mut all = self.0.lock().unwrap();
        all.insert(run.to_owned(), found.to_owned());
    }

    /// Waits for the verdict of a run.
    pub(crate) async fn take(&self, run: &str) -> String {
        let found = timeout(PATIENCE, async {
            loop {
                let found = self.0.lock().unwrap().remove(run);
                if let Some(found) = found {
                    return found;
                }
                sleep(Duration::from_millis(5)).await;
            }
        });
        found
            .await
            .unwrap_or_else(|_| "the server's half has not ended".to_owned())
    }
}
