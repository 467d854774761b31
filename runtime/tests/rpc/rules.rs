//! The rules of Kitex's interfaces `ClientStream` and `ServerStream`, each on every wire: Thrift over
//! TTHeader Streaming, Thrift over gRPC, Protobuf over gRPC. Handler and client are the same files
//! for all; a client names its wire by `.transport(…)` and nowhere else.
//!
//! That two tasks cannot send on one stream, or receive, or send and close, the compiler shows: see
//! the documentation of `streamgen_runtime::streaming`.

use crate::notes_support;

use notes_support::{proto, thrift};

macro_rules! on_every_wire {
    ($($side:ident: $rule:ident,)+) => {
        $(
            #[tokio::test]
            async fn $rule() {
                for transport in thrift::WIRES {
                    let book = thrift::book::Served::over(*transport).await;
                    thrift::$side::$rule(book).await;
                }
                for transport in proto::WIRES {
                    let book = proto::book::Served::over(*transport).await;
                    proto::$side::$rule(book).await;
                }
            }
        )+
    };
}

on_every_wire! {
    client_rules: header_waits_until_it_was_received,
    client_rules: header_and_trailer_are_empty_if_there_are_none,
    client_rules: trailer_is_there_after_the_end,
    client_rules: trailer_is_there_after_an_error,
    client_rules: trailer_is_there_after_close_and_receive,
    client_rules: close_send_ends_sending_and_not_receiving,
    client_rules: close_send_of_a_failed_stream_leaves_its_status,
    client_rules: send_on_an_ended_stream_fails_and_receiving_tells_the_status,
    client_rules: send_fails_with_the_status_that_this_side_made,
    client_rules: send_does_not_wait_for_the_server_to_receive,
    client_rules: send_waits_for_flow_control,
    client_rules: send_waits_no_longer_than_the_stream_lasts,
    client_rules: send_waits_no_longer_than_the_connection_lasts,
    client_rules: one_task_may_send_and_another_receive,
    client_rules: receiving_waits_for_a_message_or_the_end,
    server_rules: set_header_is_merged_and_sent_with_the_first_message,
    server_rules: set_header_is_sent_with_a_status_of_success,
    server_rules: set_header_is_sent_with_a_status_of_failure,
    server_rules: send_header_sends_what_was_set_and_what_it_is_given_once,
    server_rules: set_trailer_is_merged_and_sent_with_the_status,
    server_rules: a_handlers_send_does_not_wait_for_the_client_to_receive,
    server_rules: a_handlers_send_waits_for_flow_control,
    server_rules: a_handler_may_send_and_receive_in_two_tasks,
    server_rules: a_handlers_send_fails_when_the_stream_is_over,
    server_rules: a_handler_receives_to_the_clients_close_or_its_cancel,
    server_rules: a_handler_that_panics_before_it_is_a_future_ends_its_own_call,
}
