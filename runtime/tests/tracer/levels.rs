//! Several tracers, of a server and of its services, of a channel and of a set.

use streamgen_runtime::middleware::Hooks;
use streamgen_runtime::{Channel, Server};

use crate::rpc_support::{OtherServer, Peer, PeerClient, PeerServer, Second, msg};
use crate::support::{Log, STREAMS};

/// The names before the events, in the order in which they were told of the first and of the last.
fn order(told: &[String]) -> (Vec<&str>, Vec<&str>) {
    let of = |event: &str| {
        let lines = told.iter();
        let names = lines.filter_map(|line| line.split_once(event).map(|(name, _)| name));
        names.collect()
    };
    (of(" RPCStart"), of(" RPCFinish"))
}

/// As in Kitex, whose `DoFinish` goes backwards.
#[tokio::test]
async fn the_first_is_told_first_and_of_the_end_last() {
    for wire in STREAMS {
        let (near, far) = (Log::default(), Log::default());
        let set = Hooks::new().tracer(far.named("set "));
        let service = Hooks::new().tracer(far.named("service "));
        let server = Server::builder()
            .tracer(far.named("server "))
            .hooks(set)
            .add_fallback_service(service.around(PeerServer::new(Peer::default())))
            .add_service(OtherServer::new(Second));
        let channel = Channel::builder("peer")
            .dial(server.invoker().unwrap())
            .transport(wire)
            .tracer(near.named("one "))
            .tracer(near.named("two "));
        let client = PeerClient::new(channel.build().unwrap());
        client.echo(msg("m")).await.unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        stream.recv().await.unwrap().unwrap();
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());

        let told = near.take();
        let (forwards, backwards) = (["one", "two"], ["two", "one"]);
        let twice = |names: [&'static str; 2]| [names, names].concat();
        assert_eq!(
            order(&told),
            (twice(forwards), twice(backwards)),
            "{wire:?}"
        );
        let sends: Vec<_> = told
            .iter()
            .filter(|line| line.contains("StreamSend"))
            .collect();
        assert!(
            sends[0].starts_with("one") && sends[1].starts_with("two"),
            "{sends:?}"
        );
        let told = far.take();
        let forwards = ["server", "set", "service"];
        let backwards = ["service", "set", "server"];
        let twice = |names: [&'static str; 3]| [names, names].concat();
        assert_eq!(
            order(&told),
            (twice(forwards), twice(backwards)),
            "{wire:?}"
        );
    }
}
