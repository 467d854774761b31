//! Cancel and timeout from the client, and how a cancel travels on (checklist 63, 64, 67, 68,
//! 70–73).

use crate::stream_support;

use std::time::Duration;

use stream_support::{Client, Server, data, rst, trailer};
use streamgen_runtime::unstable::cascade;
use streamgen_runtime::unstable::ttheader::state::{
    QueueLimits, connection_closed_cancel, recv_timeout_error,
};
use streamgen_runtime::{CancelReason, ErrorKind, Side};

const USER_TEXT: &str = "user code invoking stream RPC with context processed by \
                         context.WithCancel or context.WithTimeout, then invoking cancel() actively";

#[test]
fn s63_a_cancel_writes_rst_and_then_trailer_if_not_half_closed() {
    let mut client = Client::open();
    client.cancel(CancelReason::User);
    assert_eq!(
        client.wrote(),
        [
            format!("RST ttscp=caller [12007 {USER_TEXT}]"),
            "TRAILER".into()
        ]
    );

    let text = format!("[ttstream error, code=12007] [client-side stream] {USER_TEXT}");
    assert_eq!([client.recv(), client.send_error()], [text.clone(), text]);
    assert_eq!(
        client.stream.end_error().unwrap().kind(),
        ErrorKind::Canceled
    );
}

#[test]
fn s63_a_cancel_after_half_close_writes_rst_only() {
    let mut client = Client::half_closed();
    client.cancel(CancelReason::User);
    client.cancel(CancelReason::User);
    assert_eq!(
        client.wrote(),
        [format!("RST ttscp=caller [12007 {USER_TEXT}]")]
    );
    assert_eq!(client.ends(), 1);
}

#[test]
fn s63_a_cancel_after_the_end_writes_nothing() {
    let mut client = Client::half_closed();
    client.on([trailer(&[])]);
    client.cancel(CancelReason::User);
    assert_eq!((client.wrote(), client.recv()), (vec![], "EOF".to_owned()));
}

#[test]
fn s64_no_path_is_written_if_name_and_path_are_empty() {
    let mut client = Client::named("", QueueLimits::default());
    client.cancel(CancelReason::User);
    assert_eq!(client.wrote()[0], format!("RST [12007 {USER_TEXT}]"));
}

#[test]
fn s67_a_passed_deadline_is_12015_of_class_timeout() {
    let cases = [
        (
            Some(Duration::from_millis(1500)),
            "stream timeout, timeout in ctx: 1.5s",
        ),
        (
            None,
            "stream timeout, no explicit timeout set in stream ctx",
        ),
    ];
    for (timeout, text) in cases {
        let mut client = Client::half_closed();
        client.cancel(CancelReason::Deadline(timeout));
        assert_eq!(client.wrote(), [format!("RST ttscp=caller [12015 {text}]")]);
        let error = client.stream.end_error().unwrap();
        assert_eq!(
            (error.kitex_code(), error.kind()),
            (Some(12_015), ErrorKind::Timeout)
        );
        assert_eq!(error.message(), text);
    }
}

#[test]
fn s68_a_recv_timeout_is_12014_and_ends_the_stream() {
    let mut client = Client::half_closed();
    client.cancel(CancelReason::RecvTimeout(Duration::from_millis(100)));
    let text = "stream Recv timeout, timeout config={Timeout:100ms DisableCancelRemote:false}";
    assert_eq!(client.wrote(), [format!("RST ttscp=caller [12014 {text}]")]);
    assert_eq!(
        client.stream.end_error().unwrap().kind(),
        ErrorKind::Timeout
    );
}

#[test]
fn s68_with_disable_cancel_remote_the_error_is_for_one_recv() {
    let error = recv_timeout_error(Side::Client, Duration::from_millis(100), true);
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_014), ErrorKind::Timeout)
    );
    assert_eq!(
        error.to_string(),
        "[ttstream error, code=12014] [client-side stream] stream Recv timeout, \
         timeout config={Timeout:100ms DisableCancelRemote:true}"
    );
}

#[test]
fn s70_buffered_messages_come_before_a_cancel() {
    let mut client = Client::open();
    client.on([data("a"), data("b")]);
    client.cancel(CancelReason::User);
    client.on([data("late")]);
    assert_eq!([client.recv(), client.recv()], ["a", "b"]);
    assert!(client.recv().contains("code=12007"));
}

#[test]
fn s71_a_cascade_keeps_type_and_text_and_appends_the_name() {
    let mut handler = Server::open();
    handler.on([rst(12_007, "from A", "A")]);

    let mut child = Client::named("B", QueueLimits::default());
    child.close_send();
    child.wrote();
    child.cancel(cascade(handler.stream.reason().unwrap()));
    assert_eq!(child.wrote(), ["RST ttscp=A,B [12007 from A]"]);
    assert_eq!(
        child.recv(),
        "[ttstream error, code=12007] [client-side stream] [canceled path: A] from A"
    );

    let mut last = Server::open();
    last.on([rst(12_007, "from A", "A,B")]);
    assert!(last.recv().contains("[canceled path: A -> B] from A"));
}

#[test]
fn s72_a_returned_handler_cancels_its_live_child_with_12012() {
    let mut handler = Server::open();
    handler.finish(streamgen_runtime::unstable::ttheader::state::Outcome::Success);
    let expected = ["RST ttscp=caller [12012 canceled by business handler returning]"];

    for reason in [
        cascade(handler.stream.reason().unwrap()),
        CancelReason::HandlerReturned,
    ] {
        let mut child = Client::half_closed();
        child.cancel(reason);
        assert_eq!(child.wrote(), expected);
    }
}

#[test]
fn a_lost_connection_cascades_as_12013_from_this_node_on() {
    let mut child = Client::half_closed();
    child.cancel(cascade(&connection_closed_cancel(None)));
    assert_eq!(
        child.wrote(),
        ["RST ttscp=caller [12013 canceled by connection closed]"]
    );
}

#[test]
fn s73_a_foreign_error_is_12011_with_a_path_that_says_so() {
    let mut client = Client::half_closed();
    client.cancel(CancelReason::Foreign("rpc error".into()));
    assert_eq!(
        client.wrote(),
        ["RST ttscp=non-ttstream path,caller [12011 rpc error]"]
    );
    assert_eq!(
        client.recv(),
        "[ttstream error, code=12011] [client-side stream] rpc error"
    );
}
