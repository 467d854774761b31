//! Calls and streams while servers restart: run on request only.

use std::io::{copy, sink, stdin};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::time::sleep;

use super::load::at_once;
use crate::output::{emit, fields};
use crate::services::{EchoCall as _, Services};
use crate::session::{Check, Session};
use crate::wire::Abilities;

/// The messages of a stream, and the time between two: it lasts a second.
const MESSAGES: usize = 10;
const BETWEEN: Duration = Duration::from_millis(100);
/// What a caller rests between two calls.
const PAUSE: Duration = Duration::from_millis(5);
/// Longer than any call takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(10);

/// What came of the calls, or of the streams.
#[derive(Clone, Copy, Default)]
struct Count {
    made: usize,
    lost: usize,
}

#[derive(Default)]
struct Rolled {
    calls: Count,
    streams: Count,
    /// The first error.
    why: Option<String>,
}

impl Rolled {
    fn note(&mut self, is_stream: bool, made: Check) {
        let count = match is_stream {
            true => &mut self.streams,
            false => &mut self.calls,
        };
        match made {
            Ok(()) => count.made += 1,
            Err(why) => {
                count.lost += 1;
                self.why.get_or_insert(why);
            }
        }
    }
}

/// Makes calls and streams until standard input ends, and tells how many were lost.
pub async fn rolling<S: Services>(session: &Session<S>) -> Check {
    let over = until_input_ends();
    let can_stream = session.options.wire.can(Abilities::STREAMS);
    let callers = session.options.parallel * if can_stream { 2 } else { 1 };
    let rolled = Mutex::new(Rolled::default());
    at_once(callers, |k| {
        let (rolled, over) = (&rolled, &over);
        let is_stream = can_stream && k % 2 == 1;
        async move {
            while !over.load(Ordering::Relaxed) {
                let made = match is_stream {
                    true => stream(session).await,
                    false => call(session).await,
                };
                rolled.lock().expect("nobody panics").note(is_stream, made);
                sleep(PAUSE).await;
            }
            Ok(())
        }
    })
    .await?;
    let rolled = rolled.into_inner().expect("nobody panics");
    let (calls, streams) = (rolled.calls, rolled.streams);
    let first = rolled.why.clone().unwrap_or_default();
    emit(
        "rolled",
        fields! {
            "calls" => calls.made, "lost_calls" => calls.lost,
            "streams" => streams.made, "lost_streams" => streams.lost, "~first" => first,
        },
    );
    match rolled.why {
        None => Ok(()),
        Some(why) => Err(format!("calls or streams were lost, first: {why}")),
    }
}

/// Becomes true when standard input ends.
fn until_input_ends() -> Arc<AtomicBool> {
    let over = Arc::new(AtomicBool::default());
    let ends = Arc::clone(&over);
    thread::spawn(move || {
        // An input that cannot be read has ended, too.
        let _ = copy(&mut stdin(), &mut sink());
        ends.store(true, Ordering::Relaxed);
    });
    over
}

async fn call<S: Services>(session: &Session<S>) -> Check {
    let call = session.services.echo(session.message(0)).timeout(LIMIT);
    call.await.map(drop).map_err(|error| error.to_string())
}

async fn stream<S: Services>(session: &Session<S>) -> Check {
    let streaming = async {
        let mut stream = session.services.bidi().timeout(LIMIT).await?;
        for nth in 0..MESSAGES {
            stream.send(session.message(nth)).await?;
            stream.recv().await?;
            sleep(BETWEEN).await;
        }
        stream.close_send().await?;
        stream.recv().await
    };
    let streaming: Result<_, streamgen_runtime::Error> = streaming.await;
    streaming.map(drop).map_err(|error| error.to_string())
}
