//! `TestTimeoutRecvSend` of `thrift_test.go`: timeouts of the caller's own, of the handler's own, and of a Recv.

use std::future::pending;
use std::time::Duration;

use streamgen_runtime::middleware::{Receiving, RecvNext};
use streamgen_runtime::{BidiStreamingServer, ClientBuilder, Code, Error, ErrorKind, Result};
use tokio::time::timeout;

use crate::case::{Caller, Case};
use crate::served::Served;
use crate::streamx::{BEGUN, canceled_at_server};
use crate::text::Text;
use crate::ways::{each_way, each_way_with};
use crate::wire::{GRPC, GRPC_PB, STREAMS, Wire};

const SHORT: Duration = Duration::from_millis(150);
/// As in the original. Kitex's TTHeader Streaming measures a Recv without its middleware.
const OF_RECV: &[Wire] = &[GRPC, GRPC_PB];

struct Limited(&'static str);

/// Takes longer than any limit.
async fn slow(_: &mut Receiving, _: RecvNext<'_>) -> Result<()> {
    pending().await
}

impl Limited {
    fn is_of_recv(&self) -> bool {
        self.0.starts_with("recv_timeout_")
    }
}

impl Case for Limited {
    fn name(&self) -> &'static str {
        self.0
    }

    fn is_judged(&self) -> bool {
        self.0.starts_with("own_timeout_of_")
    }

    fn client<C>(&self, builder: ClientBuilder<C>, per_call: bool) -> ClientBuilder<C> {
        if !self.is_of_recv() {
            return builder;
        }
        let builder = builder.recv_middleware(slow);
        if per_call {
            builder
        } else {
            builder.recv_timeout(SHORT)
        }
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        if self.is_of_recv() {
            let call = caller.with("COUNT", 1).bidi();
            let call = if caller.per_call {
                call.recv_timeout(SHORT)
            } else {
                call
            };
            let mut stream = call.await.unwrap();
            stream.send(T::of("request")).await.unwrap();
            let error = stream.recv().await.map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
            assert_eq!(error.grpc_code(), Some(Code::from(17)));
            return;
        }
        let mut stream = caller.bidi().await.unwrap();
        match self.0 {
            // The stream is dropped with its caller's patience, which cancels it.
            "own_timeout_of_recv" => {
                stream.header().await.unwrap();
                assert!(timeout(SHORT, stream.recv()).await.is_err());
            }
            "own_timeout_of_send" => {
                stream.header().await.unwrap();
                let sending = async {
                    pending::<()>().await;
                    stream.send(T::of("m")).await
                };
                assert!(timeout(SHORT, sending).await.is_err());
            }
            _ => drop(stream.recv().await.unwrap_err()),
        }
    }

    async fn bidi<T: Text>(
        &self,
        served: Served,
        mut stream: BidiStreamingServer<T, T>,
    ) -> Result<()> {
        if self.is_of_recv() {
            return crate::echo::bidi(served, stream).await;
        }
        if self.0 == "own_timeout_at_server" {
            let received = timeout(SHORT, stream.recv()).await;
            return received
                .map_or_else(|_| Err(Error::application("timeout")), |got| got.map(drop));
        }
        stream.send_header(BEGUN)?;
        let error = loop {
            match stream.recv().await {
                Ok(Some(_)) => {}
                Ok(None) => break Error::application("the end"),
                Err(error) => break error,
            }
        };
        served.judge(canceled_at_server(&served, &error))
    }
}

#[tokio::test]
async fn own_timeout_of_send() {
    each_way(Limited("own_timeout_of_send"), STREAMS).await;
}

#[tokio::test]
async fn own_timeout_of_recv() {
    each_way(Limited("own_timeout_of_recv"), STREAMS).await;
}

#[tokio::test]
async fn own_timeout_at_server() {
    each_way(Limited("own_timeout_at_server"), STREAMS).await;
}

#[tokio::test]
async fn recv_timeout_of_client() {
    each_way(Limited("recv_timeout_of_client"), OF_RECV).await;
}

#[tokio::test]
async fn recv_timeout_of_call() {
    each_way_with(Limited("recv_timeout_of_call"), OF_RECV, &[true]).await;
}
