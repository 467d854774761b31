//! Listeners that were bound before there was a server, and the ways to write an address.

use std::net::{Ipv4Addr, SocketAddr};

use streamgen_runtime::server::ListenOn;

use super::served::{Served, draining, stops_gracefully, telling_the_peer};
use crate::wires::{ALL, PATIENT, Wire, server};

async fn serves_every_wire(on: impl Into<ListenOn>, address: String) {
    let serving = Served::on(server(), on).await;
    for wire in ALL {
        let client = wire.client(std::slice::from_ref(&address));
        wire.call(&client, PATIENT).await.unwrap();
    }
    serving.stop().await;
}

#[tokio::test]
async fn a_bound_tcp_listener_serves_every_wire() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    serves_every_wire(listener, address).await;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    serves_every_wire(listener, address).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_bound_unix_listener_serves_every_wire_and_keeps_its_file() {
    let folder = super::unix::Folder::new("given");
    let (path, address) = (folder.socket(), super::unix::unix(&folder.socket()));
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    serves_every_wire(listener, address.clone()).await;
    assert!(path.exists(), "it is that of whoever made it");

    std::fs::remove_file(&path).unwrap();
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    serves_every_wire(listener, address).await;
    assert!(path.exists());
}

#[tokio::test]
async fn a_server_on_a_given_listener_stops_gracefully() {
    for wire in ALL {
        let (builder, told) = draining();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Served::on(builder, listener).await;
        let client = wire.client(&[address.to_string()]);
        stops_gracefully(wire, client, serving, told).await;
    }
}

#[tokio::test]
async fn the_peer_of_a_tcp_connection_is_the_clients_socket() {
    let bound = telling_the_peer().bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().unwrap();
    tokio::spawn(bound.serve());
    for wire in ALL {
        let client = wire.client(&[address.to_string()]);
        let seen = wire.told(&client).await;
        assert!(seen.starts_with("Some(127.0.0.1:"), "{wire:?}: {seen}");
    }
}

#[tokio::test]
async fn addresses_have_many_forms() {
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let text = local.to_string();
    let forms: Vec<ListenOn> = vec![
        text.as_str().into(),
        (&text).into(),
        text.clone().into(),
        "localhost:0".into(),
        local.into(),
        (&local).into(),
        vec![local].into(),
        (Ipv4Addr::LOCALHOST, 0).into(),
        (local.ip(), 0).into(),
        ("127.0.0.1", 0).into(),
        ("localhost", 0).into(),
    ];
    for form in forms {
        let shown = format!("{form:?}");
        let bound = server().bind(form).await.unwrap();
        let address = bound.local_addr().unwrap();
        assert!(address.ip().is_loopback(), "{shown}: {address}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for on in [address.as_str(), "nowhere"] {
        let error = server().bind(on).await.unwrap_err();
        assert!(error.message().contains(on), "{error}");
    }
    // Of several, the first that is free.
    let several = [taken.local_addr().unwrap(), ([127, 0, 0, 1], 0).into()];
    let bound = server().bind(&several[..]).await.unwrap();
    assert_ne!(bound.local_addr().unwrap(), several[0]);
    let client = Wire::Framed.client(&[bound.local_addr().unwrap().to_string()]);
    tokio::spawn(bound.serve());
    Wire::Framed.call(&client, PATIENT).await.unwrap();
}
