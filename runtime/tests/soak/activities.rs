//! The activities of clients. Each returns when it is done, or with its first error.

use std::time::Duration;

use streamgen_runtime::{Error, ErrorKind};
use tokio::time::{Instant, sleep};

use crate::notes_support::thrift::NotesClient;
use crate::notes_support::thrift::book::{PAGE, note};
use crate::random::Random;

/// The metainfo that tells a handler its pace.
pub(crate) const WORD: &str = "DO";

/// How fast a reader takes messages.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    Fast,
    /// Takes a few, and sleeps for some milliseconds.
    Slow {
        taken: u32,
    },
    /// Takes some, and then stands still for longer than a second, once.
    Stops {
        taken: u32,
    },
}

const SLEEP: Duration = Duration::from_millis(8);
const SLEEP_EVERY: u32 = 4;
const STOP: Duration = Duration::from_millis(1_200);
const STOP_BEHIND: u32 = 20;

impl Pace {
    pub(crate) const SLOW: &str = "slow";
    pub(crate) const STOPS: &str = "stops";

    pub(crate) fn named(name: &str) -> Self {
        match name {
            Self::SLOW => Self::Slow { taken: 0 },
            Self::STOPS => Self::Stops { taken: 0 },
            _ => Self::Fast,
        }
    }

    /// Called behind each message that the reader has taken.
    pub(crate) async fn keep(&mut self) {
        match self {
            Self::Fast => {}
            Self::Slow { taken } => {
                *taken += 1;
                if *taken % SLEEP_EVERY == 0 {
                    sleep(SLEEP).await;
                }
            }
            Self::Stops { taken } => {
                *taken += 1;
                if *taken == STOP_BEHIND {
                    sleep(STOP).await;
                }
            }
        }
    }
}

/// Pages of a stream with a slow reader: more than any window of one stream, less than its queue.
const PAGES: (i64, i64) = (50, 300);

/// The most streams of a burst.
const BURST: usize = 40;

/// Echoes of one stream of a fast client.
const ECHOES: usize = 200;

/// An activity of a client. Those with slow readers hold the name of the reader's [`Pace`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Activity {
    Echo,
    SlowClient(&'static str),
    SlowHandler(&'static str),
    Cancels,
    Deadline,
    Call,
}

impl Activity {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::SlowClient(Pace::STOPS) => "a client that stops reading",
            Self::SlowClient(_) => "a slow client",
            Self::SlowHandler(Pace::STOPS) => "a handler that stops reading",
            Self::SlowHandler(_) => "a slow handler",
            Self::Cancels => "a burst of cancels",
            Self::Deadline => "a deadline",
            Self::Call => "a call",
        }
    }

    /// Does it once. Calls `echoed` with the time of each echo.
    pub(crate) async fn once(
        self,
        client: &NotesClient,
        random: &mut Random,
        echoed: impl FnMut(Duration) + Send,
    ) -> Done {
        match self {
            Self::Echo => echo(client, echoed).await,
            Self::SlowClient(pace) => read_slowly(client, pace, random).await,
            Self::SlowHandler(pace) => write_to_slow(client, pace, random).await,
            Self::Cancels => cancel_a_burst(client, random).await,
            Self::Deadline => run_into_the_deadline(client, random).await,
            Self::Call => call(client, random).await,
        }
    }
}

type Done = Result<(), Error>;

/// Echoes as fast as it can, and checks each answer. Calls `took` with the time of each.
async fn echo(client: &NotesClient, mut took: impl FnMut(Duration) + Send) -> Done {
    let mut stream = client.bidi().await?;
    for number in 0..ECHOES {
        let (text, from) = (note(&number.to_string()), Instant::now());
        stream.send(text.clone()).await?;
        expect(stream.recv().await?, Some(text))?;
        took(from.elapsed());
    }
    stream.close_send().await?;
    expect(stream.recv().await?, None)
}

/// Reads slowly, while the server sends as fast as it can.
async fn read_slowly(client: &NotesClient, pace: &str, random: &mut Random) -> Done {
    let pages = random.between(PAGES.0, PAGES.1);
    let mut stream = client.count(note(&pages.to_string())).await?;
    let (mut pace, mut taken) = (Pace::named(pace), 0);
    while let Some(page) = stream.recv().await? {
        assert_eq!(page.message.len(), PAGE);
        taken += 1;
        pace.keep().await;
    }
    expect(taken, pages)
}

/// Sends as fast as it can to a handler that reads slowly.
async fn write_to_slow(client: &NotesClient, pace: &'static str, random: &mut Random) -> Done {
    let pages = random.between(PAGES.0, PAGES.1);
    let mut stream = client.collect().metainfo(WORD, pace).await?;
    let page = note(&"x".repeat(PAGE));
    for _ in 0..pages {
        stream.send(page.clone()).await?;
    }
    expect(stream.close_and_recv().await?, note(&pages.to_string()))
}

/// Opens many streams, uses some of them, and gives all of them up at the same time.
async fn cancel_a_burst(client: &NotesClient, random: &mut Random) -> Done {
    let (mut echoes, mut floods) = (Vec::new(), Vec::new());
    for _ in 0..1 + random.below(BURST) {
        match random.one_in(2) {
            true => echoes.push(client.bidi().metainfo(WORD, Pace::SLOW).await?),
            false => floods.push(client.count(note("1000")).await?),
        }
    }
    for stream in &mut echoes {
        for _ in 0..random.below(4) {
            stream.send(note("given up")).await?;
        }
    }
    for stream in floods.iter_mut().filter(|_| random.one_in(2)) {
        stream.recv().await?;
    }
    // Half of them are cancelled, the others are dropped.
    random.shuffle(&mut echoes);
    for (number, stream) in echoes.iter_mut().enumerate() {
        if number % 2 == 0 {
            stream.cancel();
        }
    }
    Ok(())
}

/// A stream that its deadline ends.
async fn run_into_the_deadline(client: &NotesClient, random: &mut Random) -> Done {
    let limit = Duration::from_millis(random.between(1, 60).unsigned_abs());
    let ended = async {
        let mut stream = client.bidi().timeout(limit).await?;
        stream.recv().await.map(drop)
    };
    match ended.await {
        Err(error) if error.kind() == ErrorKind::Timeout => Ok(()),
        Err(error) => Err(error),
        Ok(()) => Err(wrong("the stream ended without an error")),
    }
}

/// A call without a stream, of any size up to a page.
async fn call(client: &NotesClient, random: &mut Random) -> Done {
    let text = note(&"y".repeat(random.below(PAGE)));
    expect(client.unary(text.clone()).await?, text)
}

fn expect<T: PartialEq + std::fmt::Debug>(got: T, wanted: T) -> Done {
    match got == wanted {
        true => Ok(()),
        false => Err(wrong(&format!("{got:?} instead of {wanted:?}"))),
    }
}

/// An error of a kind that the runtime itself does not return here, so that no weather excuses it.
fn wrong(text: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, 0, text.to_owned())
}

/// Whether a restarted server or a cut connection may be the cause of this error.
pub(crate) fn is_excused(error: &Error) -> bool {
    use ErrorKind::{Application, Canceled, Connection, Timeout};
    matches!(error.kind(), Connection | Canceled | Timeout | Application)
}
