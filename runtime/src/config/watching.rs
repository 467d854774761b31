//! A configuration at work: what its source has told, and holds now.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::category::Category;
use super::events;
use super::names::ConfigNames;
use super::parse::{self, Parsed};
use super::settings::Settings;
use super::source::{ConfigSource, ConfigUpdates, ErasedSource};
use crate::companion::Companion;
use crate::error::Result;
use crate::sync::lock;

/// How long the first call waits until its source has told something. Then the program's settings hold.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How long a source that has failed is left alone at first; twice as long each further time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// But not longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The configuration of a client or a server. Its source runs from the first time on that somebody asks,
/// until this is dropped.
pub(crate) struct Watching {
    inner: Arc<Inner>,
    task: Companion,
}

pub(super) struct Inner {
    names: ConfigNames,
    source: Box<dyn ErasedSource>,
    now: RwLock<Arc<Settings>>,
    /// What each document was when it was told last.
    last: Mutex<HashMap<Document, Option<Vec<u8>>>>,
    /// Whether the source has told something. The first calls hear of it when the source waits for more, so
    /// that they have all that it told until then.
    spoken: AtomicBool,
    told: watch::Sender<bool>,
}

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Document {
    Of(Category),
    /// All categories, of many clients and servers.
    File,
}

impl Watching {
    pub(crate) fn new(names: ConfigNames, source: impl ConfigSource) -> Self {
        let inner = Inner {
            names,
            source: Box::new(source),
            now: RwLock::default(),
            last: Mutex::default(),
            spoken: AtomicBool::new(false),
            told: watch::Sender::new(false),
        };
        Self {
            inner: Arc::new(inner),
            task: Companion::default(),
        }
    }

    /// What holds for a call that begins now. Only the first ones wait.
    pub(crate) async fn settings(&self) -> Arc<Settings> {
        if !self.is_told() {
            // Boxed, so that other calls are no larger for it.
            Box::pin(self.first()).await;
        }
        self.inner.now()
    }

    /// The same, without waiting for the source's first word.
    pub(crate) fn settings_now(&self) -> Arc<Settings> {
        self.watch();
        self.inner.now()
    }

    fn is_told(&self) -> bool {
        self.task.runs() && *self.inner.told.borrow()
    }

    async fn first(&self) {
        self.watch();
        let mut told = self.inner.told.subscribe();
        let _ = timeout(FIRST_WAIT, told.wait_for(|told| *told)).await;
        // Later calls do not wait for a source that takes so long.
        self.inner.told.send_replace(true);
    }

    /// Runs the source on a task, unless it runs.
    fn watch(&self) {
        self.task.begin(|| watch(Arc::downgrade(&self.inner)));
    }
}

async fn watch(configuration: Weak<Inner>) {
    let mut pause = FIRST_PAUSE;
    while let Some(inner) = configuration.upgrade() {
        let mut updates = ConfigUpdates::new(Weak::clone(&configuration));
        // The task, which has `inner` meanwhile, is aborted when the last `Watching` is dropped.
        let Err(error) = inner.hear(&mut updates).await else {
            return;
        };
        if updates.told {
            pause = FIRST_PAUSE;
        }
        events::unknown(&inner.names, &error, pause);
        inner.told.send_replace(true);
        drop(inner);
        sleep(pause).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

impl Inner {
    /// Runs the source.
    async fn hear(&self, updates: &mut ConfigUpdates) -> Result<()> {
        let mut source = self.source.watch(&self.names, updates);
        poll_fn(|cx| {
            let polled = source.as_mut().poll(cx);
            if self.spoken.swap(false, Ordering::Relaxed) {
                self.told.send_replace(true);
            }
            polled
        })
        .await
    }

    fn now(&self) -> Arc<Settings> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now)
    }

    /// Takes what the source has told, unless it has told the same before.
    pub(super) fn take(&self, what: Document, from: &dyn Display, document: Option<&[u8]>) {
        let text = document.map(<[u8]>::to_vec);
        let before = lock(&self.last).insert(what, text.clone());
        if before != Some(text) {
            self.read(what, from, document, before.is_some());
        }
        self.spoken.store(true, Ordering::Relaxed);
    }

    /// Only the source's task calls this, so that nothing is lost between reading and writing.
    fn read(&self, what: Document, from: &dyn Display, document: Option<&[u8]>, known: bool) {
        let parsed = match (what, document) {
            (_, None) => Ok(None),
            (Document::Of(category), Some(text)) => parse::category(category, text).map(Some),
            (Document::File, Some(text)) => parse::file(&self.names, text),
        };
        match parsed {
            Ok(Some(parsed)) => self.apply(what, from, parsed),
            Ok(None) => {
                self.put(what, Parsed::default());
                // That a category has no document is usual; a file without this client is not.
                if known || what == Document::File {
                    events::removed(&self.names, from);
                }
            }
            Err(problem) => events::refused(&self.names, from, &problem),
        }
    }

    fn apply(&self, what: Document, from: &dyn Display, mut parsed: Parsed) {
        let categories: Vec<_> = parsed.parts.keys().map(|it| it.name()).collect();
        let unused = std::mem::take(&mut parsed.unused);
        events::applied(&self.names, from, &categories.join(", "));
        if !unused.is_empty() {
            events::unused(&self.names, from, &unused);
        }
        self.put(what, parsed);
    }

    /// Has the settings of a document hold, instead of those that it had before.
    fn put(&self, what: Document, mut parsed: Parsed) {
        let mut settings = Settings::clone(&self.now());
        for category in self.names.categories() {
            match parsed.parts.remove(category) {
                Some(part) => settings.put(part),
                None if what == Document::File || what == Document::Of(*category) => {
                    settings.clear(*category);
                }
                None => {}
            }
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    pub(super) fn unreadable(&self, from: &dyn Display, why: &dyn Display) {
        events::refused(&self.names, from, why);
        self.spoken.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching")
            .field("names", &self.inner.names)
            .field("now", &self.inner.now())
            .finish_non_exhaustive()
    }
}
