//! `cancel.go`: a client that cancels, at each point of a stream's life.

use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Code, Error, Result, ServerStreamingServer,
};
use tokio::time::sleep;

use crate::case::{Caller, Case};
use crate::served::Served;
use crate::text::Text;
use crate::ways::each_way;
use crate::wire::ALL;

/// Between two messages of an interaction.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);
/// How long an interaction goes on before it is cancelled.
const INTERACTION: Duration = Duration::from_millis(60);
/// The header of a handler that runs. Clients wait for it: a stream that is cancelled at once may have no handler.
pub(crate) const BEGUN: [(&str, &str); 1] = [("begun", "yes")];
/// The message at which the client stops.
const SPECIAL: &str = "special";

struct Cancel(&'static str);

/// Repeats what succeeds, and gives the error that ends it.
macro_rules! until_error {
    ($attempt:expr) => {
        loop {
            if let Err(error) = $attempt.await {
                break error;
            }
            tokio::time::sleep(crate::streamx::PAUSE).await;
        }
    };
}

pub(crate) use until_error;

/// Expects the error of a handler whose client has cancelled: the handler's context knows it too, and
/// TTHeader Streaming says who it was.
pub(crate) fn canceled_at_server(served: &Served, error: &Error) -> Result<(), String> {
    let known = served.cx.cancel_reason().is_some();
    let said = match served.is_grpc() {
        true => error.grpc_code() == Some(Code::CANCELED),
        false => error.cancel_path().starts_with("suites-client"),
    };
    match error.is_canceled() && known && said {
        true => Ok(()),
        false => Err(format!(
            "{error:?}, path {}, context {known}",
            error.cancel_path()
        )),
    }
}

/// Expects the error of a client that has cancelled.
fn assert_canceled<T: Text>(caller: &Caller<T>, error: &Error) {
    assert!(error.is_canceled(), "{error:?}");
    match caller.wire.grpc {
        true => assert_eq!(error.grpc_code(), Some(Code::CANCELED)),
        false => assert_eq!(error.kitex_code(), Some(12007)),
    }
}

impl Case for Cancel {
    fn name(&self) -> &'static str {
        self.0
    }

    fn is_judged(&self) -> bool {
        true
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        match self.0 {
            "cancel_client_without_sending" => {
                let mut stream = caller.requests().await.unwrap();
                stream.header().await.unwrap();
                stream.cancel();
                let error = stream.send(T::of("m")).await.unwrap_err();
                assert_canceled(&caller, &error);
            }
            "cancel_client_while_sending" => {
                let mut stream = caller.requests().await.unwrap();
                stream.header().await.unwrap();
                let cancel = stream.cancel_handle();
                let canceling = async {
                    sleep(INTERACTION).await;
                    cancel.cancel()
                };
                let sending = async { until_error!(stream.send(T::of("m"))) };
                let ((), error) = tokio::join!(canceling, sending);
                assert_canceled(&caller, &error);
            }
            "cancel_client_deferred" => {
                // Dropped behind these.
                let mut stream = caller.requests().await.unwrap();
                stream.header().await.unwrap();
                for _ in 0..10 {
                    stream.send(T::of("m")).await.unwrap();
                }
            }
            "cancel_server_deferred" => {
                let mut stream = caller.responses("m").await.unwrap();
                stream.header().await.unwrap();
                while stream.recv().await.unwrap().unwrap().text() != SPECIAL {}
            }
            "cancel_bidi_independent" => both_ways(caller).await,
            _ => {
                let mut stream = caller.responses("m").await.unwrap();
                stream.header().await.unwrap();
                let cancel = stream.cancel_handle();
                let canceling = async {
                    sleep(INTERACTION).await;
                    cancel.cancel()
                };
                let receiving = async { until_error!(stream.recv()) };
                let ((), error) = tokio::join!(canceling, receiving);
                assert_canceled(&caller, &error);
            }
        }
    }

    async fn requests<T: Text>(
        &self,
        served: Served,
        mut stream: ClientStreamingServer<T>,
    ) -> Result<T> {
        stream.send_header(BEGUN)?;
        let mut received = 0;
        let error = loop {
            match stream.recv().await {
                Ok(Some(_)) => received += 1,
                Ok(None) => break Error::application("the end"),
                Err(error) => break error,
            }
        };
        let found = match self.0 {
            "cancel_client_without_sending" if received > 0 => Err(format!("{received} messages")),
            _ => canceled_at_server(&served, &error),
        };
        served.judge(found)?;
        Ok(T::of(""))
    }

    async fn responses<T: Text>(
        &self,
        served: Served,
        _: T,
        mut stream: ServerStreamingServer<T>,
    ) -> Result<()> {
        stream.send_header(BEGUN)?;
        match self.0 {
            "cancel_server_responding_slowly" => {
                served.cx.cancelled().await;
            }
            "cancel_server_deferred" => {
                for _ in 0..5 {
                    stream.send(T::of("m")).await?;
                }
                stream.send(T::of(SPECIAL)).await?;
            }
            _ => {}
        }
        let error = until_error!(stream.send(T::of("m")));
        served.judge(canceled_at_server(&served, &error))
    }

    async fn bidi<T: Text>(
        &self,
        served: Served,
        mut stream: BidiStreamingServer<T, T>,
    ) -> Result<()> {
        stream.send_header(BEGUN)?;
        let (mut sender, mut receiver) = stream.split();
        let (sent, received) =
            tokio::join!(async { until_error!(sender.send(T::of("m"))) }, async {
                until_error!(receiver.recv())
            },);
        let found = canceled_at_server(&served, &sent);
        served.judge(found.and_then(|()| canceled_at_server(&served, &received)))
    }
}

async fn both_ways<T: Text>(caller: Caller<T>) {
    let mut stream = caller.bidi().await.unwrap();
    stream.header().await.unwrap();
    let cancel = stream.cancel_handle();
    let (mut sender, mut receiver) = stream.split();
    let canceling = async {
        sleep(INTERACTION).await;
        cancel.cancel()
    };
    let ((), sent, received) = tokio::join!(
        canceling,
        async { until_error!(sender.send(T::of("m"))) },
        async { until_error!(receiver.recv()) },
    );
    assert_canceled(&caller, &sent);
    assert_canceled(&caller, &received);
}

#[tokio::test]
async fn cancel_client_without_sending() {
    each_way(Cancel("cancel_client_without_sending"), ALL).await;
}

#[tokio::test]
async fn cancel_client_while_sending() {
    each_way(Cancel("cancel_client_while_sending"), ALL).await;
}

#[tokio::test]
async fn cancel_client_deferred() {
    each_way(Cancel("cancel_client_deferred"), ALL).await;
}

#[tokio::test]
async fn cancel_server_responding_slowly() {
    each_way(Cancel("cancel_server_responding_slowly"), ALL).await;
}

#[tokio::test]
async fn cancel_server_while_receiving() {
    each_way(Cancel("cancel_server_while_receiving"), ALL).await;
}

#[tokio::test]
async fn cancel_server_deferred() {
    each_way(Cancel("cancel_server_deferred"), ALL).await;
}

#[tokio::test]
async fn cancel_bidi_independent() {
    each_way(Cancel("cancel_bidi_independent"), ALL).await;
}
