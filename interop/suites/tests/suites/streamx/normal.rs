//! `normal.go`: calls and streams of every kind, and how often each middleware runs for them.

use std::time::Duration;

use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientBuilder, ClientStreamingServer, Code, Error, Result,
    ServerStreamingServer, Side,
};
use tokio::time::sleep;

use super::counted::{Counted, Counts};
use super::normal_clients::{assert_biz, call_client_errors};
use crate::case::{Caller, Case};
use crate::served::Served;
use crate::text::Text;
use crate::ways::each_way;
use crate::wire::{ALL, GRPC, GRPC_PB, GRPC_STREAMING, GRPC_STREAMING_PB};

/// How many messages go each way.
pub(super) const TIMES: u32 = 10;
/// The header by which a client asks for an error, and its values.
pub(super) const MODE: &str = "return_err_mode";
pub(super) const STATUS: &str = "return_grpc_err";
pub(super) const BIZ: &str = "return_biz_err";
pub(super) const OTHER: &str = "return_other_err";
/// Far longer than the client waits, on a busy machine too. Nobody waits for the handler.
const SLOWLY: Duration = Duration::from_secs(30);

pub(super) struct Normal {
    name: &'static str,
    pub(super) counted: Counted,
}

fn normal(name: &'static str) -> Normal {
    let counted = Counted::default();
    Normal { name, counted }
}

/// Fails with what is wrong.
fn expect<V: PartialEq + std::fmt::Debug>(what: &str, got: V, want: V) -> Result<()> {
    match got == want {
        true => Ok(()),
        false => Err(Error::application(format!(
            "{what}: got {got:?}, want {want:?}"
        ))),
    }
}

/// Expects what every client sends with these calls.
fn given(served: &Served, stream: bool) -> Result<()> {
    expect("METAKEY", served.cx.metainfo("METAKEY"), Some("METAVALUE"))?;
    if !stream || !served.is_grpc() {
        return Ok(());
    }
    let value = served.cx.header().get("metadatakey");
    expect("metadatakey", value, Some("metadatavalue"))
}

/// The error that the client has asked for.
fn returned(served: &Served) -> Result<()> {
    match served.cx.header().get(MODE) {
        Some(STATUS) => Err(Error::grpc_status(Code::INTERNAL, "grpc")),
        Some(BIZ) => Err(BizStatusError::new(10000, "biz").into()),
        Some(OTHER) => Err(Error::application("other")),
        _ => Ok(()),
    }
}

/// Sets what clients look for.
macro_rules! set_metadata {
    ($stream:expr) => {
        $stream.set_header([("headerkey", "headervalue")])?;
        $stream.set_trailer([("trailerkey", "trailervalue")])?;
    };
}

impl Normal {
    fn at_server(&self, served: &Served) -> Counts {
        let run = served.cx.metainfo("RUN").unwrap_or_default();
        self.counted.of(Side::Server, run)
    }
}

impl Case for Normal {
    fn name(&self) -> &'static str {
        self.name
    }

    fn client<C>(&self, builder: ClientBuilder<C>, _: bool) -> ClientBuilder<C> {
        let builder = match self.name {
            "normal_unary_timeout" => builder.rpc_timeout(Duration::from_millis(150)),
            _ => builder,
        };
        self.counted.at_client(builder)
    }

    fn server(&self, builder: ServerBuilder) -> ServerBuilder {
        self.counted.at_server(builder)
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        let mut caller = caller.with("METAKEY", "METAVALUE");
        if caller.wire.grpc && !self.name.starts_with("normal_unary") {
            caller = caller.with_header("metadatakey", "metadatavalue");
        }
        match self.name {
            "normal_unary_timeout" => {
                let error = caller.ping_pong("ping", "").await.unwrap_err();
                assert!(error.is_timeout(), "{error:?}");
            }
            "normal_unary_middleware" => {
                caller.expect_ping_pong("ping", "", "pong").await;
                let (_, run) = &caller.extras.metainfo[1];
                assert_eq!(self.counted.of(Side::Client, run).call, [1, 1]);
            }
            "normal_unary_biz_status" => {
                let call = caller.with_header(MODE, BIZ);
                let error = call.ping_pong("ping", "").await.unwrap_err();
                assert_biz(&error, 10000, "biz");
            }
            "normal_bidi" => self.call_bidi(caller).await,
            "normal_client" => self.call_client(caller).await,
            "normal_client_errors" => call_client_errors(caller).await,
            "normal_server" => self.call_server(caller).await,
            _ => {
                let mut stream = caller.bidi().await.unwrap();
                stream.send(T::of("biz_error")).await.unwrap();
                let error = stream.recv().await.map(drop).unwrap_err();
                assert_biz(&error, 404, "not found");
            }
        }
    }

    async fn ping_pong(&self, served: Served, first: String, _: String) -> Result<String> {
        if self.name == "normal_unary_timeout" {
            sleep(SLOWLY).await;
            return Ok("pong".to_owned());
        }
        given(&served, false)?;
        expect("message", &*first, "ping")?;
        expect("middleware", self.at_server(&served).call, [1, 1])?;
        if served.cx.header().get(MODE).is_some() {
            served.cx.set_header([(MODE, BIZ)])?;
            served.cx.set_trailer([(MODE, BIZ)])?;
        }
        returned(&served)?;
        Ok("pong".to_owned())
    }

    async fn bidi<T: Text>(
        &self,
        served: Served,
        mut stream: BidiStreamingServer<T, T>,
    ) -> Result<()> {
        given(&served, true)?;
        set_metadata!(stream);
        expect("stream middleware", self.at_server(&served).stream, [1, 1])?;
        expect("OnReadStream", self.at_server(&served).read_stream, 1)?;
        while let Some(request) = stream.recv().await? {
            if request.text() == "biz_error" {
                return Err(BizStatusError::new(404, "not found").into());
            }
            stream.send(T::of("pong")).await?;
        }
        expect("recv", self.at_server(&served).recv, [TIMES + 1; 2])?;
        expect("send", self.at_server(&served).send, [TIMES; 2])
    }

    async fn requests<T: Text>(
        &self,
        served: Served,
        mut stream: ClientStreamingServer<T>,
    ) -> Result<T> {
        given(&served, true)?;
        set_metadata!(stream);
        let mut received = 0;
        while stream.recv().await?.is_some() {
            received += 1;
        }
        expect("received", received, TIMES)?;
        if self.name == "normal_client" {
            expect("recv", self.at_server(&served).recv, [TIMES + 1; 2])?;
        }
        returned(&served)?;
        Ok(T::of("pong"))
    }

    async fn responses<T: Text>(
        &self,
        served: Served,
        request: T,
        mut stream: ServerStreamingServer<T>,
    ) -> Result<()> {
        given(&served, true)?;
        set_metadata!(stream);
        expect("message", request.text(), "ping")?;
        stream.send_header([("headerkey1", "headervalue1")])?;
        for _ in 0..TIMES {
            stream.send(T::of("pong")).await?;
        }
        expect("send", self.at_server(&served).send, [TIMES; 2])
    }
}

#[tokio::test]
async fn normal_unary_timeout() {
    each_way(normal("normal_unary_timeout"), ALL).await;
}

#[tokio::test]
async fn normal_unary_middleware() {
    each_way(normal("normal_unary_middleware"), ALL).await;
}

#[tokio::test]
async fn normal_unary_biz_status() {
    each_way(normal("normal_unary_biz_status"), &[GRPC, GRPC_PB]).await;
}

#[tokio::test]
async fn normal_bidi() {
    each_way(normal("normal_bidi"), ALL).await;
}

#[tokio::test]
async fn normal_client() {
    each_way(normal("normal_client"), ALL).await;
}

#[tokio::test]
async fn normal_client_errors() {
    let wires = [GRPC_STREAMING, GRPC, GRPC_STREAMING_PB, GRPC_PB];
    each_way(normal("normal_client_errors"), &wires).await;
}

#[tokio::test]
async fn normal_server() {
    each_way(normal("normal_server"), ALL).await;
}

#[tokio::test]
async fn normal_biz_error() {
    each_way(normal("normal_biz_error"), ALL).await;
}
