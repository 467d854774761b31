//! A client stream's normal life: header, data, trailer, half-close (checklist 36–49).

use crate::stream_support;

use stream_support::{
    Client, data, failing_trailer, header, meta, opening_bytes, pairs, read_header, trailer,
};
use streamgen_runtime::ErrorKind;
use streamgen_runtime::unstable::ttheader::state::{
    ClientStream, Effects, Outgoing, QueueLimits, ServerStream, Wake,
};

#[test]
fn s20_s22_the_header_carries_isn_and_method_and_only_keys_9_and_27() {
    let bytes = opening_bytes("EchoSvc", &[]);
    let (payload, info) = read_header(&bytes);
    assert_eq!(info.strings, pairs(&[("isn", "EchoSvc")]));
    assert_eq!(info.ints, [(9, "Bidi".into()), (27, "2".into())]);
    assert_eq!(payload, "");
}

#[test]
fn s22_a_header_hook_adds_pairs_but_cannot_replace_isn_method_or_frame_type() {
    let ints = vec![(2, "log".into()), (9, "Other".into()), (27, "5".into())];
    let header = Outgoing::open("EchoSvc", ints, pairs(&[("isn", "Other"), ("env", "test")]));
    let mut bytes = bytes::BytesMut::new();
    header.write(1, "Bidi", &mut bytes).unwrap();

    let (_, info) = read_header(&bytes);
    assert_eq!(info.strings, pairs(&[("isn", "EchoSvc"), ("env", "test")]));
    assert_eq!(
        info.ints,
        [(9, "Bidi".into()), (27, "2".into()), (2, "log".into())]
    );
}

#[test]
fn s36_header_and_trailer_pairs_arrive_unchanged() {
    let mut client = Client::open();
    assert!(client.stream.header().is_pending());
    client.on([header(&[("Key", "Värde")])]);
    assert!(client.stream.trailer().is_pending());
    client.on([trailer(&[("t", "1")])]);

    for _ in 0..2 {
        assert_eq!(client.header(), Ok(pairs(&[("Key", "Värde")])));
        assert_eq!(client.trailer(), Ok(pairs(&[("t", "1")])));
    }
}

#[test]
fn s37_a_stream_without_header_is_accepted() {
    let mut client = Client::open();
    client.on([data("a"), trailer(&[])]);
    assert_eq!([client.recv(), client.recv()], ["a", "EOF"]);
    assert_eq!(client.header(), Ok(pairs(&[])));

    let mut client = Client::open();
    client.on([trailer(&[("k", "v")])]);
    assert_eq!(client.header(), Err("stream is closed".to_owned()));
}

#[test]
fn s38_a_second_header_is_fatal_for_the_connection() {
    let mut client = Client::open();
    client.on([header(&[])]);
    let error = client.stream.on_frame(header(&[])).unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_002), ErrorKind::Protocol)
    );
    assert_eq!(
        error.to_string(),
        "[ttstream error, code=12002] [client-side stream] stream[1] already set header"
    );
}

#[test]
fn s39_meta_changes_nothing() {
    let mut client = Client::open();
    client.on([meta(&[("rip", "10.0.0.1:80")])]);
    assert!(client.stream.header().is_pending());
    let frame = meta(&[("rip", "10.0.0.1:80")]);
    assert_eq!(client.stream.on_frame(frame).unwrap(), Effects::default());
}

#[test]
fn s41_close_send_writes_one_trailer() {
    let mut client = Client::open();
    for _ in 0..3 {
        client.close_send();
    }
    assert_eq!(client.wrote(), ["TRAILER"]);
}

#[test]
fn s42_send_after_close_send_fails_and_writes_nothing() {
    let mut client = Client::half_closed();
    assert_eq!(
        client.send_error(),
        "[ttstream error, code=12005] [client-side stream] stream is closed send"
    );
    assert_eq!(client.wrote(), [""; 0]);
}

#[test]
fn s45_a_trailer_before_half_close_is_answered_by_one() {
    let mut client = Client::open();
    client.send("a").unwrap();
    client.on([header(&[]), trailer(&[])]);
    assert_eq!(client.wrote(), ["DATA a", "TRAILER"]);
    assert_eq!(client.ends(), 1);

    client.close_send();
    assert!(client.send("b").is_err());
    assert_eq!(client.wrote(), [""; 0]);
}

#[test]
fn s46_a_trailer_after_half_close_is_not_answered() {
    let mut client = Client::half_closed();
    client.on([header(&[]), trailer(&[])]);
    assert_eq!(client.wrote(), [""; 0]);
    assert_eq!(client.ends(), 1);
}

#[test]
fn s47_recv_drains_then_gives_eof_forever_and_send_gives_12005() {
    let mut client = Client::open();
    client.on([header(&[]), data("a"), data("b"), trailer(&[])]);
    assert_eq!(client.send("c").unwrap_err().kitex_code(), Some(12_005));
    let got = [client.recv(), client.recv(), client.recv(), client.recv()];
    assert_eq!(got, ["a", "b", "EOF", "EOF"]);
}

#[test]
fn s48_server_streaming_writes_data_and_trailer_before_the_first_recv() {
    let mut client = Client::open();
    client.send("request").unwrap();
    client.close_send();
    assert_eq!(client.wrote(), ["DATA request", "TRAILER"]);
    assert_eq!(client.recv(), "wait");
}

#[test]
fn s49_the_trailer_ends_the_stream_though_the_user_receives_once() {
    let mut client = Client::half_closed();
    client.on([header(&[]), data("response"), trailer(&[])]);
    assert_eq!(client.recv(), "response");
    assert!(client.stream.has_ended());
    assert_eq!(client.ends(), 1);
}

#[test]
fn frames_after_the_end_are_ignored() {
    let mut client = Client::half_closed();
    client.on([trailer(&[])]);
    client.on([
        header(&[]),
        header(&[]),
        data("late"),
        failing_trailer(6, "late", &[]),
        meta(&[]),
    ]);
    assert_eq!(client.recv(), "EOF");
    assert_eq!((client.ends(), client.wrote()), (1, vec![]));
}

#[test]
fn waiters_are_woken_for_what_they_wait_for() {
    let mut client = Client::open();
    let mut wake = |frame| client.stream.on_frame(frame).unwrap().wake;
    assert_eq!(wake(meta(&[])), Wake::Nobody);
    assert_eq!(wake(header(&[])), Wake::Header);
    assert_eq!(wake(data("a")), Wake::Recv);
    assert_eq!(wake(trailer(&[])), Wake::Everyone);
}

#[test]
fn a_message_that_exceeds_the_queue_ends_its_stream_with_rst() {
    let limits = QueueLimits {
        max_bytes: 3,
        max_messages: 10,
    };
    let mut client = Client::named("caller", limits);
    client.on([data("ab"), data("cd"), data("dropped")]);
    assert_eq!(
        client.wrote(),
        [
            "RST ttscp=caller [12011 receive queue exceeds 3 bytes]",
            "TRAILER"
        ]
    );
    assert_eq!(client.recv(), "ab");
    assert_eq!(
        client.recv(),
        "[ttstream error, code=12011] [client-side stream] receive queue exceeds 3 bytes"
    );
}

#[test]
fn an_idle_stream_is_small() {
    // 10,000 idle streams may take 1 KiB each and side, with all that the connection keeps.
    assert!(size_of::<ClientStream>() <= 256);
    assert!(size_of::<ServerStream>() <= 256);
}
