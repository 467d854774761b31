//! `timeout.go`: the limit of one Recv, and that of the stream.

use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingServer, ClientBuilder, ClientStreamingServer, Code, Error, Result,
    ServerStreamingServer,
};
use tokio::time::sleep;

use super::cancel::{BEGUN, canceled_at_server, until_error};
use crate::case::{Caller, Case};
use crate::served::Served;
use crate::text::Text;
use crate::ways::each_way_with;
use crate::wire::{ALL, GRPC, GRPC_PB, Wire};

/// The limit that takes effect.
const SHORT: Duration = Duration::from_millis(150);
/// That of a stream, which counts from its opening. Its handler has to begin before, on a busy machine too.
const DEADLINE: Duration = Duration::from_secs(5);
/// The limit that does not.
const LONG: Duration = Duration::from_secs(60);

/// Set at the client, and at the call.
const BOTH: &[bool] = &[false, true];
/// As in the original, there is a limit of the whole stream over gRPC only.
const LIMITED: &[Wire] = &[GRPC, GRPC_PB];

struct Timeout(&'static str);

impl Timeout {
    /// It is the limit of the stream that takes effect.
    fn is_of_stream(&self) -> bool {
        self.0.ends_with("_stream_timeout_takes_effect")
    }

    fn of_recv(&self) -> Duration {
        if self.is_of_stream() { LONG } else { SHORT }
    }

    /// The limit of the stream, if it has one.
    fn of_stream(&self) -> Option<Duration> {
        match self.is_of_stream() {
            true => Some(DEADLINE),
            false => self.0.ends_with("_takes_effect").then_some(LONG),
        }
    }

    fn assert_timed_out<T: Text>(&self, caller: &Caller<T>, error: &Error) {
        assert!(error.is_timeout(), "{error:?}");
        match (caller.wire.grpc, self.is_of_stream()) {
            (false, _) => assert_eq!(error.kitex_code(), Some(12014)),
            (true, true) => assert_eq!(error.grpc_code(), Some(Code::DEADLINE_EXCEEDED)),
            // Kitex's status of its own for this.
            (true, false) => assert_eq!(error.grpc_code(), Some(Code::from(17))),
        }
    }

    /// What the handler learns of its client's limit.
    fn timed_out_at_server(&self, served: &Served, error: &Error) -> Result<(), String> {
        if !self.is_of_stream() {
            return canceled_at_server(served, error);
        }
        let known = served.cx.cancel_reason().is_some() && served.cx.deadline().is_some();
        match known && (error.is_timeout() || error.is_canceled()) {
            true => Ok(()),
            false => Err(format!("{error:?}, context {known}")),
        }
    }
}

/// Receives to the end. On a busy machine its client may have given up before.
macro_rules! drain {
    ($receiver:expr) => {
        loop {
            match $receiver.recv().await {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        }
    };
}

/// Sends some messages and then no more, until the client has given up. On a busy machine it may do so before.
macro_rules! fall_silent {
    ($case:expr, $served:expr, $sender:expr) => {{
        let mut sent = 0;
        let error = until_error!(async {
            sent += 1;
            if sent == 4 {
                $served.cx.cancelled().await;
                // The deadline may have ended the call here before its client.
                sleep(SHORT).await;
            }
            $sender.send(T::of("m")).await
        });
        $served.judge($case.timed_out_at_server(&$served, &error))
    }};
}

/// The call with the limits of the case.
macro_rules! limited {
    ($case:expr, $caller:expr, $call:expr) => {{
        let mut call = $call;
        if let Some(limit) = $case.of_stream() {
            call = call.timeout(limit);
        }
        match $caller.per_call {
            true => call.recv_timeout($case.of_recv()),
            false => call,
        }
    }};
}

impl Case for Timeout {
    fn name(&self) -> &'static str {
        self.0
    }

    fn is_judged(&self) -> bool {
        true
    }

    fn client<C>(&self, builder: ClientBuilder<C>, per_call: bool) -> ClientBuilder<C> {
        match per_call {
            true => builder,
            false => builder.recv_timeout(self.of_recv()),
        }
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        let error = match self.0.split('_').nth(1).unwrap() {
            "client" => {
                let mut stream = limited!(self, caller, caller.requests()).await.unwrap();
                stream.header().await.unwrap();
                for _ in 0..3 {
                    stream.send(T::of("m")).await.unwrap();
                }
                stream.close_and_recv().await.map(drop).unwrap_err()
            }
            "server" => {
                let mut stream = limited!(self, caller, caller.responses("m")).await.unwrap();
                stream.header().await.unwrap();
                until_error!(stream.recv())
            }
            _ => {
                let mut stream = limited!(self, caller, caller.bidi()).await.unwrap();
                stream.header().await.unwrap();
                let (mut sender, mut receiver) = stream.split();
                for _ in 0..3 {
                    sender.send(T::of("m")).await.unwrap();
                }
                sender.close().await.unwrap();
                until_error!(receiver.recv())
            }
        };
        self.assert_timed_out(&caller, &error);
    }

    async fn requests<T: Text>(
        &self,
        served: Served,
        mut stream: ClientStreamingServer<T>,
    ) -> Result<T> {
        stream.send_header(BEGUN)?;
        if let Err(error) = drain!(stream) {
            served.judge(self.timed_out_at_server(&served, &error))?;
            return Err(error);
        }
        // The handler answers by returning: what it learns is in its context.
        let error = served.cx.cancelled().await;
        served.judge(self.timed_out_at_server(&served, &error))?;
        Ok(T::of("m"))
    }

    async fn responses<T: Text>(
        &self,
        served: Served,
        _: T,
        mut stream: ServerStreamingServer<T>,
    ) -> Result<()> {
        stream.send_header(BEGUN)?;
        fall_silent!(self, served, stream)
    }

    async fn bidi<T: Text>(
        &self,
        served: Served,
        mut stream: BidiStreamingServer<T, T>,
    ) -> Result<()> {
        stream.send_header(BEGUN)?;
        let (mut sender, mut receiver) = stream.split();
        if let Err(error) = drain!(receiver) {
            return served.judge(self.timed_out_at_server(&served, &error));
        }
        fall_silent!(self, served, sender)
    }
}

#[tokio::test]
async fn timeout_client() {
    each_way_with(Timeout("timeout_client"), ALL, BOTH).await;
}

#[tokio::test]
async fn timeout_server() {
    each_way_with(Timeout("timeout_server"), ALL, BOTH).await;
}

#[tokio::test]
async fn timeout_bidi() {
    each_way_with(Timeout("timeout_bidi"), ALL, BOTH).await;
}

#[tokio::test]
async fn timeout_client_recv_timeout_takes_effect() {
    let case = Timeout("timeout_client_recv_timeout_takes_effect");
    each_way_with(case, LIMITED, BOTH).await;
}

#[tokio::test]
async fn timeout_client_stream_timeout_takes_effect() {
    let case = Timeout("timeout_client_stream_timeout_takes_effect");
    each_way_with(case, LIMITED, BOTH).await;
}

#[tokio::test]
async fn timeout_server_recv_timeout_takes_effect() {
    let case = Timeout("timeout_server_recv_timeout_takes_effect");
    each_way_with(case, LIMITED, BOTH).await;
}

#[tokio::test]
async fn timeout_server_stream_timeout_takes_effect() {
    let case = Timeout("timeout_server_stream_timeout_takes_effect");
    each_way_with(case, LIMITED, BOTH).await;
}

#[tokio::test]
async fn timeout_bidi_recv_timeout_takes_effect() {
    let case = Timeout("timeout_bidi_recv_timeout_takes_effect");
    each_way_with(case, LIMITED, BOTH).await;
}

#[tokio::test]
async fn timeout_bidi_stream_timeout_takes_effect() {
    let case = Timeout("timeout_bidi_stream_timeout_takes_effect");
    each_way_with(case, LIMITED, BOTH).await;
}
