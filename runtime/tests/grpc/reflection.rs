//! `grpc.reflection.v1` and `v1alpha` over loopback: what grpcurl asks, and what it gets.

use crate::rpc_support;

use rpc_support::{Running, start};
use streamgen_runtime::Code;
use streamgen_runtime::health::{FILE_DESCRIPTOR_SET as HEALTH, Health};
use streamgen_runtime::prost::Message as _;
use streamgen_runtime::prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, OneofDescriptorProto,
    ServiceDescriptorProto,
};
use streamgen_runtime::reflection::v1::server_reflection_request::MessageRequest;
use streamgen_runtime::reflection::v1::server_reflection_response::MessageResponse;
use streamgen_runtime::reflection::v1::{
    ErrorResponse, ExtensionRequest, ServerReflectionClient, ServerReflectionRequest,
    ServerReflectionResponse,
};
use streamgen_runtime::reflection::{Reflection, ReflectionBuilder, v1alpha};
use streamgen_runtime::{BidiStreamingClient, ErrorKind, Server};

type Stream = BidiStreamingClient<ServerReflectionRequest, ServerReflectionResponse>;

fn named(name: &str) -> Option<String> {
    Some(name.to_owned())
}

fn field(name: &str, number: i32) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: named(name),
        number: Some(number),
        ..Default::default()
    }
}

fn extension(name: &str, number: i32, extendee: &str) -> FieldDescriptorProto {
    FieldDescriptorProto {
        extendee: named(extendee),
        ..field(name, number)
    }
}

/// `shop.proto` imports `base.proto`, which imports `deep.proto` and one that nobody has; `more.proto`
/// stands alone and extends a message of `shop.proto`.
fn shop() -> Vec<u8> {
    let file = |name: &str, package: &str, imports: &[&str]| FileDescriptorProto {
        name: named(name),
        package: named(package),
        dependency: imports.iter().map(|name| (*name).to_owned()).collect(),
        ..Default::default()
    };
    let state = EnumDescriptorProto {
        name: named("State"),
        value: vec![EnumValueDescriptorProto {
            name: named("NEW"),
            ..Default::default()
        }],
        ..Default::default()
    };
    let order = DescriptorProto {
        name: named("Order"),
        field: vec![field("id", 1)],
        extension: vec![extension("nested", 200, ".shop.Order")],
        nested_type: vec![DescriptorProto {
            name: named("Item"),
            ..Default::default()
        }],
        enum_type: vec![state],
        oneof_decl: vec![OneofDescriptorProto {
            name: named("payment"),
            ..Default::default()
        }],
        ..Default::default()
    };
    let orders = ServiceDescriptorProto {
        name: named("Orders"),
        method: vec![MethodDescriptorProto {
            name: named("Get"),
            ..Default::default()
        }],
        ..Default::default()
    };
    let set = FileDescriptorSet {
        file: vec![
            file("deep.proto", "deep", &[]),
            file("base.proto", "base", &["deep.proto", "nobody.proto"]),
            FileDescriptorProto {
                message_type: vec![order],
                service: vec![orders],
                ..file("shop.proto", "shop", &["base.proto", "deep.proto"])
            },
            FileDescriptorProto {
                extension: vec![extension("more", 100, ".shop.Order")],
                ..file("more.proto", "", &[])
            },
        ],
    };
    set.encode_to_vec()
}

async fn serve(reflection: &Reflection) -> (Running, Stream) {
    let server = Server::builder()
        .add_service(reflection.service())
        .add_service(reflection.service_v1alpha())
        .add_service(Health::new().service());
    let server = start(server).await;
    let client = ServerReflectionClient::builder("reflection").address(server.address.to_string());
    let stream = client.build().unwrap().server_reflection_info().await;
    (server, stream.unwrap())
}

async fn of_shop() -> (Running, Stream) {
    let reflection = Reflection::builder().descriptors(shop()).build().unwrap();
    serve(&reflection).await
}

async fn ask(stream: &mut Stream, question: MessageRequest) -> MessageResponse {
    let request = ServerReflectionRequest {
        host: "shop.example".to_owned(),
        message_request: Some(question),
    };
    stream.send(request.clone()).await.unwrap();
    let answer = stream.recv().await.unwrap().unwrap();
    assert_eq!(answer.valid_host, "shop.example");
    assert_eq!(answer.original_request, Some(request));
    answer.message_response.unwrap()
}

/// The names of the files in an answer.
fn files(answer: MessageResponse) -> Vec<String> {
    let MessageResponse::FileDescriptorResponse(found) = answer else {
        panic!("{answer:?}");
    };
    let files = found.file_descriptor_proto.into_iter();
    let files = files.map(|bytes| FileDescriptorProto::decode(bytes).unwrap());
    files.map(|file| file.name().to_owned()).collect()
}

fn not_found(what: &str) -> MessageResponse {
    MessageResponse::ErrorResponse(ErrorResponse {
        error_code: Code::NOT_FOUND.into(),
        error_message: format!("{what} not found"),
    })
}

fn services(answer: MessageResponse) -> Vec<String> {
    let MessageResponse::ListServicesResponse(found) = answer else {
        panic!("{answer:?}");
    };
    found.service.into_iter().map(|one| one.name).collect()
}

fn numbers(answer: MessageResponse) -> Vec<i32> {
    let MessageResponse::AllExtensionNumbersResponse(found) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(found.base_type_name, "shop.Order");
    found.extension_number
}

#[tokio::test]
async fn a_file_comes_with_what_it_imports_and_imports_only_once() {
    let (_server, mut stream) = of_shop().await;
    let by_name = |name: &str| MessageRequest::FileByFilename(name.to_owned());

    let mut first = files(ask(&mut stream, by_name("shop.proto")).await);
    assert_eq!(first[0], "shop.proto");
    first.sort();
    assert_eq!(first, ["base.proto", "deep.proto", "shop.proto"]);

    // What was asked for comes again, its imports do not.
    for name in ["shop.proto", "base.proto"] {
        assert_eq!(files(ask(&mut stream, by_name(name)).await), [name]);
    }
    let answer = ask(&mut stream, by_name("nobody.proto")).await;
    assert_eq!(answer, not_found("file"));
}

#[tokio::test]
async fn a_symbol_is_anything_with_a_full_name() {
    let (_server, mut stream) = of_shop().await;
    for name in [
        "shop.Order",
        "shop.Order.id",
        "shop.Order.payment",
        "shop.Order.nested",
        "shop.Order.Item",
        "shop.Order.State",
        "shop.Order.NEW", // beside its enum
        "shop.Orders",
        "shop.Orders.Get",
    ] {
        let question = MessageRequest::FileContainingSymbol(name.to_owned());
        let answer = ask(&mut stream, question).await;
        assert_eq!(files(answer)[0], "shop.proto", "{name}");
    }
    let question = MessageRequest::FileContainingSymbol("more".to_owned());
    assert_eq!(files(ask(&mut stream, question).await), ["more.proto"]);
    for name in ["shop", ".shop.Order", "shop.Order.State.NEW", ""] {
        let question = MessageRequest::FileContainingSymbol(name.to_owned());
        let answer = ask(&mut stream, question).await;
        assert_eq!(answer, not_found("symbol"), "{name}");
    }
}

#[tokio::test]
async fn extensions_are_found_by_number() {
    let (_server, mut stream) = of_shop().await;
    let question = |containing_type: &str, extension_number| {
        MessageRequest::FileContainingExtension(ExtensionRequest {
            containing_type: containing_type.to_owned(),
            extension_number,
        })
    };
    for (number, file) in [(100, "more.proto"), (200, "shop.proto")] {
        let answer = ask(&mut stream, question("shop.Order", number)).await;
        assert_eq!(files(answer)[0], file);
    }
    for (name, number) in [("shop.Order", 1), ("shop.Order", -1), ("shop.Nothing", 100)] {
        let answer = ask(&mut stream, question(name, number)).await;
        assert_eq!(answer, not_found("extension"));
    }
}

#[tokio::test]
async fn the_numbers_of_all_extensions_are_sorted() {
    let (_server, mut stream) = of_shop().await;
    let question = |name: &str| MessageRequest::AllExtensionNumbersOfType(name.to_owned());
    let answer = ask(&mut stream, question("shop.Order")).await;
    assert_eq!(numbers(answer), [100, 200]);

    // A type that nothing extends is not an error; one that is not there is.
    let answer = ask(&mut stream, question("shop.Order.Item")).await;
    assert!(matches!(
        answer,
        MessageResponse::AllExtensionNumbersResponse(found) if found.extension_number.is_empty()
    ));
    let answer = ask(&mut stream, question("shop.Nothing")).await;
    assert_eq!(answer, not_found("type"));
}

async fn listed(builder: ReflectionBuilder) -> Vec<String> {
    let (_server, mut stream) = serve(&builder.build().unwrap()).await;
    services(ask(&mut stream, MessageRequest::ListServices(String::new())).await)
}

#[tokio::test]
async fn services_are_those_of_the_descriptors_or_those_that_were_named() {
    let own = "grpc.reflection.v1.ServerReflection";
    assert_eq!(listed(Reflection::builder()).await, [own]);

    let both = || {
        Reflection::builder()
            .descriptors(shop())
            .descriptors(HEALTH)
    };
    assert_eq!(
        listed(both()).await,
        ["grpc.health.v1.Health", own, "shop.Orders"]
    );
    let named = both().services(["shop.Orders"]);
    assert_eq!(listed(named).await, [own, "shop.Orders"]);
}

#[tokio::test]
async fn reflection_reflects_itself_to_old_clients_too() {
    let reflection = Reflection::builder().build().unwrap();
    let (server, _) = serve(&reflection).await;
    let client = v1alpha::ServerReflectionClient::builder("reflection");
    let client = client.address(server.address.to_string()).build().unwrap();
    let mut stream = client.server_reflection_info().await.unwrap();

    let own = "grpc.reflection.v1alpha.ServerReflection";
    let list = MessageRequest::ListServices(String::new());
    assert_eq!(services(ask(&mut stream, list).await), [own]);
    let answer = ask(
        &mut stream,
        MessageRequest::FileContainingSymbol(own.to_owned()),
    )
    .await;
    assert_eq!(files(answer), ["grpc/reflection/v1alpha/reflection.proto"]);
}

/// grpc-go ends the stream with this status too.
#[tokio::test]
async fn a_request_that_asks_nothing_is_an_invalid_argument() {
    let (_server, mut stream) = of_shop().await;
    stream
        .send(ServerReflectionRequest::default())
        .await
        .unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::INVALID_ARGUMENT));
}

#[tokio::test]
async fn of_files_with_one_name_the_first_counts() {
    let other = FileDescriptorSet {
        file: vec![FileDescriptorProto {
            name: named("shop.proto"),
            package: named("other"),
            ..Default::default()
        }],
    };
    let builder = Reflection::builder().descriptors(shop());
    let reflection = builder.descriptors(other.encode_to_vec()).build().unwrap();
    let (_server, mut stream) = serve(&reflection).await;
    let question = MessageRequest::FileContainingSymbol("shop.Order".to_owned());
    assert_eq!(files(ask(&mut stream, question).await)[0], "shop.proto");
}

#[test]
fn bytes_that_are_no_descriptors_are_refused() {
    // A field that ends too early, and a set of a file that is none.
    for bytes in [&b"\x0a\x05ab"[..], b"\x0a\x01\xff"] {
        let built = Reflection::builder().descriptors(bytes).build();
        assert_eq!(built.unwrap_err().kind(), ErrorKind::InvalidArgument);
    }
}
