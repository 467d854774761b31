//! Instances, and a client of them.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::fleet::{Fleet, Instance, StaticList};
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{ClientBuilder, Server};

use crate::rpc_support::stream_gen::rpc::peer::EchoError;
use crate::rpc_support::{Peer, PeerClient, PeerServer, msg};
use crate::wires::Wire;

/// Longer than any call takes; it costs no time on the paused clock.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// The address of the n-th instance.
pub(crate) fn address(nth: usize) -> String {
    format!("i{nth}:80")
}

pub(crate) fn instance(nth: usize) -> Instance {
    Instance::parse(address(nth)).unwrap()
}

/// Starts the n-th instance, which says its number where a call is answered.
pub(crate) async fn serve(network: &Network, nth: usize) -> Serving {
    serve_peer(network, nth, Peer::default()).await
}

pub(crate) async fn serve_peer(network: &Network, nth: usize, peer: Peer) -> Serving {
    let prefix = ["0:", "1:", "2:", "3:", "4:", "5:", "6:", "7:", "8:", "9:"][nth];
    let service = PeerServer::from(Arc::new(Peer { prefix, ..peer }));
    let server = Server::builder().add_service(service);
    network.serve(&address(nth), server).await.unwrap()
}

/// A list of the first instances.
pub(crate) fn first(count: usize) -> StaticList {
    StaticList::new((0..count).map(instance))
}

/// The builder of a client of this fleet.
pub(crate) fn builder(network: &Network, wire: Wire, fleet: Fleet) -> ClientBuilder<PeerClient> {
    wire.builder(&[]).dial(network.host("a")).fleet(fleet)
}

/// Which instance has answered a call over that wire.
pub(crate) async fn ask(wire: Wire, client: &PeerClient) -> streamgen_runtime::Result<usize> {
    match wire.is_unary() {
        true => match client.echo(msg("m")).timeout(LIMIT).await {
            Ok(answer) => Ok(number(&answer.text)),
            Err(EchoError::Error(error)) => Err(error),
            Err(EchoError::Refused(refused)) => panic!("{refused:?}"),
        },
        false => answering(client).await,
    }
}

/// Which instance has answered a stream of one message.
pub(crate) async fn answering(client: &PeerClient) -> streamgen_runtime::Result<usize> {
    let mut stream = client.bidi().timeout(LIMIT).await?;
    stream.send(msg("m")).await?;
    let text = stream.recv().await?.expect("a message").text;
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);
    Ok(number(&text))
}

/// The number of the instance that has answered so.
pub(crate) fn number(text: &str) -> usize {
    text.split_once(':').expect("a prefix").0.parse().unwrap()
}
