//! Which wire carries what.

use streamgen_runtime::client::{Channel, ServiceClient};
use streamgen_runtime::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport, UnaryTransport};

use super::stream_gen::classic::desk::TouchArgs;
use super::*;

#[tokio::test]
async fn calls_are_framed_and_streams_go_over_grpc_and_give_the_context_of_their_call() {
    let (calls, streams) = clients(&serve().await);
    // Framed carries no metainfo.
    let refused = calls.ask(text("a")).metainfo("TENANT", "a").await;
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.contains("`.metainfo(…)` has no effect over Framed"),
        "{refused}"
    );
    let asked = calls.ask(text("a")).await.unwrap();
    assert_eq!(asked.text, "Framed ask nobody unlimited");
    assert_eq!(
        answers(&streams).await.unwrap(),
        [
            "GRPC collect a limited",
            "GRPC watch b unlimited",
            "GRPC exchange nobody limited"
        ]
    );
}

#[tokio::test]
async fn a_unary_method_is_called_over_the_wire_of_streams() {
    let (_, streams) = clients(&serve().await);
    let touched = streams.touch(text("t")).metainfo("TENANT", "a");
    let touched = touched.timeout(PATIENCE).await.unwrap();
    assert_eq!(touched.text, "GRPC touch a limited");
    let refused = streams.touch(text("")).await.unwrap_err();
    assert!(matches!(refused, TouchError::Refused(why) if why.why == "empty"));
}

#[tokio::test]
async fn streams_can_go_over_another_wire_and_unary_methods_stay() {
    let address = serve().await;
    let streams = DeskStreamClient::builder("desk").address(address);
    let streams = streams.transport(Transport::TtHeaderStreaming);
    let streams = streams.build().unwrap();
    let [collected, ..] = answers(&streams).await.unwrap();
    // This wire does not tell the server how long its caller waits.
    assert_eq!(collected, "TTHeaderStreaming collect a unlimited");
    let touched = streams.touch(text("t")).await.unwrap();
    assert_eq!(touched.text, "GRPC touch nobody unlimited");
}

#[tokio::test]
async fn both_clients_share_a_channel_and_keep_their_wires() {
    let channel = Channel::builder("desk").address(serve().await);
    let channel = channel.rpc_timeout(PATIENCE).build().unwrap();
    let (calls, streams) = (
        DeskClient::new(channel.clone()),
        DeskStreamClient::new(channel),
    );
    let asked = calls.ask(text("a")).await.unwrap();
    assert_eq!(asked.text, "Framed ask nobody unlimited");
    // Streams have no `rpc_timeout`, and nor have unary calls over them.
    let touched = streams.touch(text("t")).await.unwrap();
    assert_eq!(touched.text, "GRPC touch nobody unlimited");
    let [_, watched, _] = answers(&streams).await.unwrap();
    assert_eq!(watched, "GRPC watch b unlimited");
}

/// A Kitex server of classic code refuses this. A client that knows the method as a ping-pong method is
/// one of StreamX code.
#[tokio::test]
async fn a_unary_method_answers_a_ping_pong_client_too() {
    static STREAMX: ServiceInfo = ServiceInfo::new(
        "Desk",
        "classic",
        PayloadCodec::Thrift,
        Transport::TtHeaderStreaming,
        &[MethodInfo::new("touch", Mode::PingPong)],
    );
    let channel = Channel::builder("desk").address(serve().await);
    let channel = channel.unary_transport(UnaryTransport::TtHeader).build();
    let client = ServiceClient::new(&STREAMX, channel.unwrap());
    let args = TouchArgs { text: text("t") };
    let touched = client.ping_pong::<_, Text, TouchError>(0, args).await;
    assert_eq!(touched.unwrap().text, "TTHeader touch nobody unlimited");
}

#[tokio::test]
async fn each_client_refuses_the_methods_of_the_other() {
    let address = serve().await;
    let channel = Channel::builder("desk").address(address).build().unwrap();
    let info = &super::stream_gen::classic::desk::SERVICE_INFO;
    let calls = ServiceClient::of_calls(info, channel.clone());
    let streams = ServiceClient::of_streams(info, channel);
    let (args, other) = (TouchArgs { text: text("t") }, TouchArgs { text: text("t") });
    let opened = calls.bidi_streaming::<Text, Text>(4).await.err().unwrap();
    let touched = calls.over_stream::<_, Text, TouchError>(1, args).await;
    let asked = streams.ping_pong::<_, Text, AskError>(0, other).await;
    let TouchError::Error(touched) = touched.unwrap_err() else {
        panic!("not declared")
    };
    let AskError::Error(asked) = asked.unwrap_err() else {
        panic!("not declared")
    };
    for error in [opened, touched, asked] {
        let text = "the service has no method of this kind";
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn streams_are_compressed_without_a_word_about_calls() {
    let streams = DeskStreamClient::builder("desk").address(serve().await);
    // Framed, the wire of the service's calls, compresses nothing.
    let streams = streams
        .encoding(streamgen_runtime::Encoding::GZIP)
        .build()
        .unwrap();
    let [collected, ..] = answers(&streams).await.unwrap();
    assert_eq!(collected, "GRPC collect a limited");
}
