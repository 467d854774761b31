//! The runtime's services for health and reflection, asked by the client libraries of grpcio
//! (`grpcio/health_and_reflection.py`) and tonic (`health_and_reflection.rs` of `interop/tonic`), and
//! by grpcurl.

use std::process::{Command, Output};

use streamgen_runtime::health::{FILE_DESCRIPTOR_SET, Health, ServingStatus};
use streamgen_runtime::prost::Message as _;
use streamgen_runtime::prost_types::descriptor_proto::ExtensionRange;
use streamgen_runtime::prost_types::field_descriptor_proto::{Label, Type};
use streamgen_runtime::prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    ServiceDescriptorProto,
};
use streamgen_runtime::reflection::Reflection;
use streamgen_runtime::{Server, ServerBuilder};

use crate::support::{go, grpcio, tonic};

/// `shop.proto` with a message and a service, and `more.proto` that extends the message.
fn shop() -> Vec<u8> {
    let field = |name: &str, number| FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(number),
        label: Some(Label::Optional.into()),
        r#type: Some(Type::Int32.into()),
        ..Default::default()
    };
    let order = DescriptorProto {
        name: Some("Order".to_owned()),
        field: vec![field("id", 1)],
        extension_range: vec![ExtensionRange {
            start: Some(100),
            end: Some(200),
            options: None,
        }],
        ..Default::default()
    };
    let orders = ServiceDescriptorProto {
        name: Some("Orders".to_owned()),
        ..Default::default()
    };
    let shop = FileDescriptorProto {
        name: Some("shop.proto".to_owned()),
        package: Some("shop".to_owned()),
        message_type: vec![order],
        service: vec![orders],
        ..Default::default()
    };
    let more = FileDescriptorProto {
        name: Some("more.proto".to_owned()),
        dependency: vec!["shop.proto".to_owned()],
        extension: vec![FieldDescriptorProto {
            extendee: Some(".shop.Order".to_owned()),
            ..field("more", 100)
        }],
        ..Default::default()
    };
    let set = FileDescriptorSet {
        file: vec![shop, more],
    };
    set.encode_to_vec()
}

fn server() -> ServerBuilder {
    let health = Health::new();
    health.set("shop.Orders", ServingStatus::NotServing);
    let reflection = Reflection::builder()
        .descriptors(shop())
        .descriptors(FILE_DESCRIPTOR_SET)
        .build()
        .expect("they are descriptors");
    Server::builder()
        .add_service(health.service())
        .add_service(reflection.service())
        .add_service(reflection.service_v1alpha())
}

/// What a program says of the server whose address it gets behind its other arguments.
async fn ask(mut program: Command, behind: &[&str]) -> anyhow::Result<Output> {
    let server = server().bind("127.0.0.1:0").await?;
    program.arg(server.local_addr()?.to_string()).args(behind);
    let serving = tokio::spawn(server.serve());
    let output = tokio::task::spawn_blocking(move || program.output()).await??;
    serving.abort();
    Ok(output)
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_reflection_are_understood_by_grpcio() -> anyhow::Result<()> {
    let Some(client) = grpcio::script("health_and_reflection.py") else {
        return Ok(());
    };
    let output = ask(client, &[]).await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_reflection_are_understood_by_tonic() -> anyhow::Result<()> {
    let output = ask(tonic::program("health-and-reflection"), &[]).await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_needs_no_proto() -> anyhow::Result<()> {
    let table: [(&[&str], &[&str], &str); 3] = [
        (
            &[],
            &["list"],
            "grpc.health.v1.Health\ngrpc.reflection.v1.ServerReflection\nshop.Orders\n",
        ),
        (
            &[],
            &["describe", "shop.Order"],
            "shop.Order is a message:\nmessage Order {\n  optional int32 id = 1;\n  extensions 100 to 199;\n}\n",
        ),
        (
            &["-d", r#"{"service": "shop.Orders"}"#],
            &["grpc.health.v1.Health/Check"],
            "{\n  \"status\": \"NOT_SERVING\"\n}\n",
        ),
    ];
    for (flags, behind, expected) in table {
        let Some(mut grpcurl) = go::program("grpcurl") else {
            return Ok(());
        };
        grpcurl.arg("-plaintext").args(flags);
        let output = ask(grpcurl, behind).await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            expected,
            "{errors}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_is_told_what_is_not_there() -> anyhow::Result<()> {
    let Some(mut grpcurl) = go::program("grpcurl") else {
        return Ok(());
    };
    grpcurl.arg("-plaintext");
    let output = ask(grpcurl, &["describe", "shop.Nothing"]).await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("Symbol not found: shop.Nothing"),
        "{errors}"
    );
    assert!(!output.status.success());
    Ok(())
}
