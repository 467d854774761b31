//! The server, whose handlers read fast or slowly. It stops and starts again when a test tells it to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingServer, BoundServer, ClientStreamingServer, Context, Result, Server,
    ServerStreamingServer,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use crate::activities::{Pace, WORD};
use crate::notes_support::thrift::book::{PAGE, note};
use crate::notes_support::thrift::{Note, Notes, NotesServer};

/// How long a stopping server waits for its calls.
const EXIT_WAIT: Duration = Duration::from_millis(300);

/// How long the server tries to listen on its port again: another program may have taken it.
const TRIES: u32 = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// How a server stops.
#[derive(Clone, Copy)]
pub(crate) enum Stop {
    Gracefully,
    AtOnce,
}

pub(crate) struct Library {
    pub(crate) address: SocketAddr,
    running: Arc<AtomicUsize>,
    stop: mpsc::Sender<(Stop, oneshot::Sender<usize>)>,
}

impl Library {
    pub(crate) async fn start() -> Self {
        let running = Arc::<AtomicUsize>::default();
        let first = listen("127.0.0.1:0".parse().expect("an address"), &running).await;
        let address = first.0.local_addr().expect("it is bound");
        let (stop, stops) = mpsc::channel(1);
        tokio::spawn(serve(first, address, Arc::clone(&running), stops));
        Self {
            address,
            running,
            stop,
        }
    }

    /// How many handlers run.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// Stops the server and starts another one on the same port. Returns how many handlers still
    /// ran when the server had stopped.
    pub(crate) async fn restart(&self, stop: Stop) -> usize {
        let (stopped, has_stopped) = oneshot::channel();
        self.stop.send((stop, stopped)).await.expect("it serves");
        has_stopped.await.expect("it serves")
    }
}

async fn serve(
    (mut server, mut own): (BoundServer, Arc<AtomicUsize>),
    address: SocketAddr,
    running: Arc<AtomicUsize>,
    mut stops: mpsc::Receiver<(Stop, oneshot::Sender<usize>)>,
) {
    loop {
        let (shut_down, is_shut_down) = oneshot::channel::<()>();
        let mut serving = Box::pin(server.serve_with_shutdown(async move {
            let _ = is_shut_down.await;
        }));
        let asked = tokio::select! {
            asked = stops.recv() => asked,
            _ = &mut serving => None,
        };
        let Some((stop, stopped)) = asked else { return };
        let left = match stop {
            Stop::Gracefully => {
                let _ = shut_down.send(());
                let _ = serving.as_mut().await;
                own.load(Ordering::Relaxed)
            }
            // Nobody waits for the handlers, so some may still be about to end.
            Stop::AtOnce => 0,
        };
        drop(serving);
        (server, own) = listen(address, &running).await;
        let _ = stopped.send(left);
    }
}

/// A new server, and how many handlers it runs.
async fn listen(
    address: SocketAddr,
    running: &Arc<AtomicUsize>,
) -> (BoundServer, Arc<AtomicUsize>) {
    let own = Arc::<AtomicUsize>::default();
    for _ in 0..TRIES {
        let shelf = Shelf {
            running: [running, &own].map(Arc::clone),
        };
        let server = Server::builder().exit_wait(EXIT_WAIT);
        if let Ok(server) = server
            .add_service(NotesServer::new(shelf))
            .bind(address)
            .await
        {
            return (server, own);
        }
        sleep(BETWEEN_TRIES).await;
    }
    panic!("{address} is not to be had");
}

struct Shelf {
    /// How many handlers run: of all servers so far, and of this one.
    running: [Arc<AtomicUsize>; 2],
}

/// A handler that runs. The handler holds this, and drops it when it returns or is dropped.
struct Running([Arc<AtomicUsize>; 2]);

impl Shelf {
    fn runs(&self) -> Running {
        for count in &self.running {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Running(self.running.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for count in &self.0 {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// How fast the caller wants the handler to read.
fn pace(cx: &Context) -> Pace {
    cx.metainfo(WORD).map_or(Pace::Fast, Pace::named)
}

impl Notes for Shelf {
    async fn unary(&self, _: Context, req: Note) -> Result<Note> {
        let _running = self.runs();
        Ok(req)
    }

    async fn bidi(&self, cx: Context, mut stream: BidiStreamingServer<Note, Note>) -> Result<()> {
        let _running = self.runs();
        let mut pace = pace(&cx);
        while let Some(note) = stream.recv().await? {
            stream.send(note).await?;
            pace.keep().await;
        }
        Ok(())
    }

    async fn collect(&self, cx: Context, mut stream: ClientStreamingServer<Note>) -> Result<Note> {
        let _running = self.runs();
        let (mut pace, mut pages) = (pace(&cx), 0);
        while let Some(page) = stream.recv().await? {
            assert_eq!(page.message.len(), PAGE);
            pages += 1;
            pace.keep().await;
        }
        Ok(note(&pages.to_string()))
    }

    async fn count(
        &self,
        _: Context,
        req: Note,
        mut stream: ServerStreamingServer<Note>,
    ) -> Result<()> {
        let _running = self.runs();
        let page = note(&"x".repeat(PAGE));
        for _ in 0..req.message.parse().unwrap_or(0) {
            stream.send(page.clone()).await?;
        }
        Ok(())
    }
}
