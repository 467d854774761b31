//! The calls that A makes, and what has to be true of each.

use std::time::Duration;

use streamgen_runtime::testing::Network;
use streamgen_runtime::{Error, ErrorKind, Result};
use tokio::time::sleep;

use crate::rpc_support::{Msg, PeerClient};

/// How a call talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    PingPong,
    Client,
    Server,
    Bidi,
}

/// One call, as the seed wants it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    shape: Shape,
    /// Which client makes it.
    pub(crate) client: usize,
    begins: Duration,
    messages: i64,
    size: usize,
    /// Between two messages.
    pause: Duration,
    timeout: Duration,
    /// A gives up after so many answers.
    gives_up_after: Option<i64>,
}

/// How a call ended.
pub(crate) enum End {
    /// As it should.
    Whole,
    GivenUp,
    Failed(Error),
}

impl Call {
    /// Draws a call. On a calm network, its timeout is so long that it never passes.
    pub(crate) fn draw(network: &Network, clients: usize, calm: bool) -> Self {
        let below = |bound: u64| network.draw(0..bound);
        let shapes = [Shape::PingPong, Shape::Client, Shape::Server, Shape::Bidi];
        let (shape, messages) = (shapes[below(4) as usize], below(20) as i64);
        let large = below(10) == 0;
        Self {
            shape,
            client: below(clients as u64) as usize,
            begins: Duration::from_millis(below(1000)),
            messages,
            size: below(if large { 40_000 } else { 300 }) as usize,
            pause: Duration::from_millis(below(20)),
            timeout: match calm {
                true => Duration::from_secs(600),
                false => Duration::from_millis(20 + below(10_000)),
            },
            gives_up_after: (below(4) == 0).then(|| below(messages as u64 + 1) as i64),
        }
    }

    /// Makes the call.
    ///
    /// # Panics
    /// The answers are wrong, lost or out of order.
    pub(crate) async fn make(&self, client: &PeerClient) -> End {
        sleep(self.begins).await;
        let mut answers = Answers::default();
        let ended = match self.shape {
            Shape::PingPong => self.ping_pong(client).await,
            Shape::Client => self.collect(client, &mut answers).await,
            Shape::Server => self.count(client, &mut answers).await,
            Shape::Bidi => self.bidi(client, &mut answers).await,
        };
        match ended {
            Ok(true) => {
                let due = match self.shape {
                    Shape::PingPong => 0,
                    _ => self.messages,
                };
                assert_eq!(answers.0, due, "messages were lost: {self:?}");
                End::Whole
            }
            Ok(false) => End::GivenUp,
            Err(error) => End::Failed(error),
        }
    }

    fn message(&self, seq: i64) -> Msg {
        Msg {
            text: "m".repeat(self.size).into(),
            seq,
        }
    }

    async fn ping_pong(&self, client: &PeerClient) -> Result<bool> {
        let text = self.message(0).text;
        let answer = client.hello(text.clone()).timeout(self.timeout).await?;
        assert_eq!(answer, text);
        Ok(true)
    }

    async fn collect(&self, client: &PeerClient, answers: &mut Answers) -> Result<bool> {
        let mut stream = client.collect().timeout(self.timeout).await?;
        for seq in 0..self.messages {
            stream.send(self.message(seq)).await?;
            sleep(self.pause).await;
            if self.gives_up_after == Some(seq) {
                return Ok(false);
            }
        }
        answers.0 = stream.close_and_recv().await?.seq;
        Ok(true)
    }

    async fn count(&self, client: &PeerClient, answers: &mut Answers) -> Result<bool> {
        let request = self.message(self.messages);
        let mut stream = client.count(request).timeout(self.timeout).await?;
        while let Some(message) = stream.recv().await? {
            if self.gives_up_after == Some(answers.see(&message)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn bidi(&self, client: &PeerClient, answers: &mut Answers) -> Result<bool> {
        let (mut to, mut from) = client.bidi().timeout(self.timeout).await?.split();
        let send = async {
            for seq in 0..self.messages {
                to.send(self.message(seq)).await?;
                sleep(self.pause).await;
            }
            to.close().await
        };
        let receive = async {
            while let Some(message) = from.recv().await? {
                if self.gives_up_after == Some(answers.see(&message)) {
                    return Err(given_up());
                }
            }
            Ok(())
        };
        // Both halves are dropped with the futures, whichever of them fails.
        match tokio::try_join!(send, receive) {
            Ok(_) => Ok(true),
            Err(error) if error.message() == given_up().message() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn given_up() -> Error {
    Error::application("A gives up")
}

/// How many answers have come.
#[derive(Debug, Default)]
struct Answers(i64);

impl Answers {
    /// Returns the number of the message, from 0.
    fn see(&mut self, message: &Msg) -> i64 {
        assert_eq!(message.seq, self.0, "messages are out of order");
        self.0 += 1;
        message.seq
    }
}

impl End {
    /// Whether a call may end like this, on a network that is calm or not.
    pub(crate) fn check(&self, calm: bool) {
        let Self::Failed(error) = self else { return };
        let kinds: &[ErrorKind] = match calm {
            true => &[],
            // An error that a handler of B or C returns is one of the application for its caller.
            false => &[
                ErrorKind::Connection,
                ErrorKind::Timeout,
                ErrorKind::Canceled,
                ErrorKind::Application,
            ],
        };
        assert!(
            kinds.contains(&error.kind()),
            "no fault causes {:?}: {error}",
            error.kind()
        );
    }
}
