//! Registries that a URL names, and variables of the environment that have such a URL.
//!
//! The tests of `interop/registries` give a program the URLs of a real etcd and of a real nacos.

use std::sync::Arc;

use streamgen_runtime::fleet::{Fleet, Registering};
use streamgen_runtime::{Channel, ErrorKind, Server, ServerBuilder};

use crate::rpc_support::{Peer, PeerServer};

fn server() -> ServerBuilder {
    let service = PeerServer::from(Arc::new(Peer::default()));
    Server::builder().add_service(service)
}

/// What is said about a URL, which is the same for servers and for clients.
fn refused(url: &str) -> String {
    let error = Registering::from_url("peer", url).expect_err(url);
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let of_client = Fleet::from_url(url).expect_err(url);
    assert_eq!(of_client.message(), error.message());
    error.message().to_owned()
}

#[tokio::test]
async fn a_url_makes_a_registry_and_a_fleet() {
    for url in [
        "etcd://me:secret@127.0.0.1:1,[::1]/prefix?lease=10",
        "nacos://me:secret@127.0.0.1:1,[::1]/?namespace=dev&group=G&cluster=C",
    ] {
        let client = Channel::builder("peer").fleet(Fleet::from_url(url).unwrap());
        client.build().unwrap();
        let registering = Registering::from_url("peer", url).unwrap();
        assert!(!format!("{registering:?}").contains("secret"));
        // It serves while its registry cannot be reached.
        let bound = server().registry(registering).bind("127.0.0.1:0").await;
        bound.unwrap();
    }
}

#[test]
fn what_is_no_url_of_a_registry_is_refused_without_a_word_of_it() {
    for url in [
        "",
        "etcd",
        "etcd:",
        "etcd:/me:secret@host",
        "://me:secret@host",
        " etcd://me:secret@host",
        "ETCD://me:secret@host",
        "etcd+tls://me:secret@host",
        "http://me:secret@host",
        "me:secret@host:2379",
    ] {
        assert_eq!(
            refused(url),
            "this is no URL of a registry: write etcd://host:port or nacos://host:port",
            "{url}"
        );
    }
}

#[test]
fn what_the_registry_itself_refuses_is_said_by_it() {
    for (url, why) in [
        ("etcd://", "it names no host"),
        ("etcd://me:secret@", "it names no host"),
        ("etcd://me:secret@host?zone=b", "there is only `lease`"),
        ("etcd://me:secret", "`me:…` is no usable address"),
        ("nacos://", "`` is no usable address"),
        ("nacos://me:secret@host?zone=b", "`zone` is unknown"),
        ("nacos://me:secret", "`me:…` is no usable address"),
    ] {
        let said = refused(url);
        assert!(said.contains(why), "{url}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[test]
fn a_variable_that_is_not_set_registers_nowhere() {
    let registered = server().registry_from_env("peer", "STREAMGEN_TEST_NOT_SET");
    // An invoker listens nowhere, and refuses what registers.
    registered.unwrap().invoker().unwrap();
}

#[test]
fn a_variable_with_something_else_is_named() {
    // cargo sets it for tests, and it is no URL.
    let error = server().registry_from_env("peer", "CARGO_PKG_NAME");
    let error = error.expect_err("it is a name");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        error.message(),
        "the variable CARGO_PKG_NAME: this is no URL of a registry: write etcd://host:port or \
         nacos://host:port"
    );
}
