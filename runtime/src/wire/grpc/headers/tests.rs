use super::*;

static NONE: Metadata = Metadata::new();

fn head(payload: PayloadCodec) -> RequestHead<'static> {
    RequestHead {
        payload,
        timeout: None,
        metadata: &NONE,
        caller: "",
        encoding: None,
    }
}

fn with_content_type(value: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
    headers
}

#[test]
fn g12_the_headers_of_a_request() {
    let thrift = request_headers(&head(PayloadCodec::Thrift)).unwrap();
    assert_eq!(thrift["content-type"], "application/grpc+thrift");
    let protobuf = request_headers(&head(PayloadCodec::Protobuf)).unwrap();
    assert_eq!(protobuf["content-type"], "application/grpc");
    assert_eq!(protobuf["te"], "trailers");
    assert!(
        protobuf["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("grpc-rust-streamgen/")
    );
    assert_eq!(protobuf.len(), 4, "{protobuf:?}");
}

#[test]
fn a_request_with_everything_is_read_as_it_was_written() {
    let metadata = Metadata::from([("tenant", "a"), ("RPC_PERSIST_TRACE", "b")]);
    let headers = request_headers(&RequestHead {
        timeout: Some(Duration::from_millis(1500)),
        metadata: &metadata,
        caller: "front",
        ..head(PayloadCodec::Thrift)
    })
    .unwrap();
    assert_eq!(headers["grpc-timeout"], "1500000u");
    assert_eq!(headers["rpc-persist-trace"], "b");

    let info = read_request(&headers).unwrap();
    assert_eq!(info.payload, PayloadCodec::Thrift);
    assert_eq!(info.timeout, Some(Duration::from_millis(1500)));
    assert_eq!(info.encoding.unwrap(), None);
    assert_eq!(info.accept, Encoding::from_list(ACCEPT.as_bytes()));
    assert_eq!(info.caller, "front");
    assert_eq!(info.metadata.get("tenant"), Some("a"));
    assert_eq!(info.metadata.get("RPC_PERSIST_TRACE"), Some("b"));
}

#[test]
fn g13_a_subtype_behind_a_semicolon_counts_and_is_answered_behind_a_plus() {
    let info = read_request(&with_content_type("application/grpc;thrift")).unwrap();
    assert_eq!(info.payload, PayloadCodec::Thrift);
    let response = response_headers(info.payload, None, &NONE);
    assert_eq!(response["content-type"], "application/grpc+thrift");
    assert_eq!(response.len(), 1);
}

#[test]
fn everything_but_thrift_is_protobuf() {
    for value in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc+json",
        "application/grpc;charset=utf-8",
        "application/grpc+",
    ] {
        let payload = payload_of(&with_content_type(value));
        assert_eq!(payload, Some(PayloadCodec::Protobuf), "{value}");
    }
    let parameter = with_content_type("application/grpc+thrift;charset=utf-8");
    assert_eq!(payload_of(&parameter), Some(PayloadCodec::Thrift));
}

#[test]
fn g14_another_content_type_is_answered_by_rst_2() {
    for value in ["text/plain", "application/grpcx", "application/grp", ""] {
        let reason = read_request(&with_content_type(value)).unwrap_err();
        assert_eq!(u32::from(reason), 2, "{value}");
    }
    let reason = read_request(&HeaderMap::new()).unwrap_err();
    assert_eq!(u32::from(reason), 2);
}

#[test]
fn g16_a_client_does_not_look_at_the_subtype() {
    for value in ["application/grpc", "application/grpc+json"] {
        let info = read_response(StatusCode::OK, &with_content_type(value)).unwrap();
        assert_eq!((info.encoding, info.metadata), (None, Metadata::new()));
    }
}

#[test]
fn g17_an_answer_that_is_not_grpc_means_what_its_http_status_means() {
    for (http, status) in [
        (400, 13),
        (401, 16),
        (403, 7),
        (404, 12),
        (418, 2),
        (429, 14),
        (502, 14),
        (503, 14),
        (504, 14),
        (200, 2),
    ] {
        let http = StatusCode::from_u16(http).unwrap();
        let error = read_response(http, &with_content_type("text/html")).unwrap_err();
        assert_eq!(error.grpc_code(), Some(status.into()), "{http}");
    }
    let error = read_response(
        StatusCode::SERVICE_UNAVAILABLE,
        &with_content_type("text/html"),
    );
    assert_eq!(
        error.unwrap_err().message(),
        "Service Unavailable: HTTP status code 503; \
         transport: received the unexpected content-type \"text/html\""
    );
}

#[test]
fn g51_a_malformed_timeout_is_answered_by_rst_2() {
    for value in ["abc", "1", "1234567890S", "5x"] {
        let mut headers = with_content_type("application/grpc");
        headers.insert(name::GRPC_TIMEOUT, HeaderValue::from_static(value));
        assert_eq!(read_request(&headers).unwrap_err(), Reason::INTERNAL_ERROR);
    }
}

#[test]
fn g55_an_unknown_encoding_fails_the_call() {
    for (content_type, code) in [("application/grpc+thrift", 13), ("application/grpc", 12)] {
        let mut headers = with_content_type(content_type);
        headers.insert(name::GRPC_ENCODING, HeaderValue::from_static("snappy"));
        let error = read_request(&headers).unwrap().encoding.unwrap_err();
        assert_eq!(error.grpc_code(), Some(code.into()));
        assert!(error.message().contains("snappy"), "{error}");

        let error = read_response(StatusCode::OK, &headers).unwrap_err();
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
    }
}

#[test]
fn an_illegal_name_of_the_caller_is_left_out() {
    let headers = request_headers(&RequestHead {
        caller: "a\nb",
        ..head(PayloadCodec::Thrift)
    });
    assert!(!headers.unwrap().contains_key("source-service"));
}
