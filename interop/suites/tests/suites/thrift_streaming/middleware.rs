//! `thrift_test.go`, `thrift_slim_test.go`, `grpcpb_test.go`: middleware that looks at messages, changes them, or
//! answers itself; the id of a stream; and values from before the stream.

use streamgen_runtime::ClientBuilder;
use streamgen_runtime::middleware::{Calling, ContextMap};
use streamgen_runtime::server::ServerBuilder;

use super::hooks::{
    answer, change_all, client_recv, client_send, load, log_id_of_call, log_id_of_recv,
    log_id_of_send, make_log_id, server_recv, server_send, store,
};
use crate::case::{Caller, Case};
use crate::text::Text;
use crate::ways::each_way;
use crate::wire::{FRUGAL, FRUGAL_GRPC, GRPC, GRPC_PB, GRPC_STREAMING_PB, STREAMS, TTHEADER, Wire};

const CALLS: &[Wire] = &[TTHEADER, FRUGAL];
const UNARY: &[Wire] = &[GRPC, FRUGAL_GRPC];
const PROTOBUF: &[Wire] = &[GRPC_STREAMING_PB, GRPC_PB];

struct Hooked(&'static str);

impl Case for Hooked {
    fn name(&self) -> &'static str {
        self.0
    }

    fn client<C>(&self, builder: ClientBuilder<C>, _: bool) -> ClientBuilder<C> {
        match self.0 {
            "stream_log_id" => builder
                .middleware(make_log_id)
                .recv_middleware(log_id_of_recv)
                .send_middleware(log_id_of_send),
            name if name.starts_with("client_middleware_") => builder
                .unary_middleware(answer)
                .recv_middleware(client_recv)
                .send_middleware(client_send),
            _ => builder,
        }
    }

    fn server(&self, builder: ServerBuilder) -> ServerBuilder {
        match self.0 {
            "stream_log_id" => builder
                .middleware(log_id_of_call)
                .recv_middleware(log_id_of_recv)
                .send_middleware(log_id_of_send),
            "on_read_stream" => builder
                .on_read_stream(async |calling: &mut Calling| {
                    calling.insert_extension(ContextMap::new());
                    Ok(())
                })
                .recv_middleware(store)
                .send_middleware(load),
            name if name.starts_with("server_middleware_") => builder
                .middleware(change_all)
                .recv_middleware(server_recv)
                .send_middleware(server_send),
            _ => builder,
        }
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        match self.0 {
            "client_middleware_pingpong" => {
                caller.expect_ping_pong("request", "", "response").await
            }
            "client_middleware_unary" => {
                assert_eq!(caller.unary("request").await.unwrap(), "response");
            }
            "client_middleware_bidi" => {
                caller
                    .expect_bidi(&["request"], &["request-modified"])
                    .await
            }
            "client_middleware_client" => {
                caller
                    .expect_client(&["request-0", "request-1"], "2-modified")
                    .await;
            }
            "client_middleware_server" => {
                let responses = ["request-0-modified", "request-1-modified"];
                caller.expect_server("request", &responses).await;
            }
            "server_middleware_pingpong" => {
                let response = "ping+request-pong+response";
                caller.expect_ping_pong("ping", "pong", response).await;
            }
            "server_middleware_pb_pingpong" => {
                caller
                    .expect_ping_pong("ping", "", "ping+request+response")
                    .await;
            }
            "server_middleware_unary" => {
                let response = caller.unary("ping").await.unwrap();
                assert_eq!(response, "ping+request+response");
            }
            "server_middleware_bidi" => {
                caller
                    .expect_bidi(&["request"], &["request+recv+send"])
                    .await;
            }
            "server_middleware_client" => {
                caller
                    .expect_client(&["request-0", "request-1"], "2+send")
                    .await;
            }
            "server_middleware_server" => {
                let responses = ["request+recv-0+send", "request+recv-1+send"];
                caller.expect_server("request", &responses).await;
            }
            "stream_log_id" => caller.expect_bidi(&["hello"], &["hello"]).await,
            _ => caller.expect_server("hello", &["value"]).await,
        }
    }
}

#[tokio::test]
async fn client_middleware_pingpong() {
    each_way(Hooked("client_middleware_pingpong"), CALLS).await;
}

#[tokio::test]
async fn client_middleware_unary() {
    each_way(Hooked("client_middleware_unary"), UNARY).await;
}

#[tokio::test]
async fn client_middleware_bidi() {
    each_way(Hooked("client_middleware_bidi"), STREAMS).await;
}

#[tokio::test]
async fn client_middleware_client() {
    each_way(Hooked("client_middleware_client"), STREAMS).await;
}

#[tokio::test]
async fn client_middleware_server() {
    each_way(Hooked("client_middleware_server"), STREAMS).await;
}

#[tokio::test]
async fn server_middleware_pingpong() {
    each_way(Hooked("server_middleware_pingpong"), CALLS).await;
}

#[tokio::test]
async fn server_middleware_pb_pingpong() {
    each_way(Hooked("server_middleware_pb_pingpong"), PROTOBUF).await;
}

#[tokio::test]
async fn server_middleware_unary() {
    each_way(Hooked("server_middleware_unary"), UNARY).await;
}

#[tokio::test]
async fn server_middleware_bidi() {
    each_way(Hooked("server_middleware_bidi"), STREAMS).await;
}

#[tokio::test]
async fn server_middleware_client() {
    each_way(Hooked("server_middleware_client"), STREAMS).await;
}

#[tokio::test]
async fn server_middleware_server() {
    each_way(Hooked("server_middleware_server"), STREAMS).await;
}

#[tokio::test]
async fn stream_log_id() {
    each_way(Hooked("stream_log_id"), &[GRPC, GRPC_PB]).await;
}

#[tokio::test]
async fn on_read_stream() {
    each_way(Hooked("on_read_stream"), &[GRPC, GRPC_PB]).await;
}
