//! What tracers keep of a call, and who else sees it.

use streamgen_runtime::middleware::{Calling, ContextMap, Next, RpcFinish, TracedCall, Tracer};
use streamgen_runtime::{Error, Mode, Result, Side};

use crate::rpc_support::Peer;
use crate::support::{Log, STREAMS, client, server};

#[derive(Clone)]
struct Note(&'static str);

/// Leaves a note when the call begins, and tells what became of it.
struct Leaves(Log);

impl Tracer for Leaves {
    fn rpc_start(&self, call: &TracedCall) {
        let info = call.info();
        assert_eq!((info.service(), info.mode()), ("Peer", Mode::BidiStreaming));
        call.state().insert(Note("left"));
    }

    fn rpc_finish(&self, call: &TracedCall, _: &RpcFinish<'_>) {
        let note = call.state().get::<Note>().unwrap();
        let reached = call.info().endpoint().is_some();
        assert_eq!(reached, call.info().side() == Side::Client);
        self.0.add(note.0);
    }
}

/// Finds the note, and leaves another one.
async fn changes(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let map = calling.call().extensions().get::<ContextMap>().unwrap();
    assert_eq!(map.insert(Note("changed")).unwrap().0, "left");
    next.run(calling).await
}

#[tokio::test]
async fn middleware_finds_it_and_can_change_it() {
    for wire in STREAMS {
        let log = Log::default();
        let server = server(Peer::default()).tracer(Leaves(log.clone()));
        let client = client(server.middleware(changes), wire);
        let client = client.tracer(Leaves(log.clone())).middleware(changes);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        assert_eq!(log.take(), ["changed", "changed"], "{wire:?}");
    }
}

#[derive(Clone)]
struct Earlier;

/// As Kitex's `OnReadStream`, which comes before the tracer.
#[tokio::test]
async fn a_map_that_was_there_when_the_stream_arrived_is_kept() {
    async fn arrives(calling: &mut Calling) -> Result<()> {
        let map = ContextMap::new();
        map.insert(Earlier);
        calling.insert_extension(map);
        Ok(())
    }
    struct Expects(Log);
    impl Tracer for Expects {
        fn rpc_start(&self, call: &TracedCall) {
            assert!(call.state().get::<Earlier>().is_some());
            self.0.add("told");
        }
    }
    for wire in STREAMS {
        let log = Log::default();
        let server = server(Peer::default()).on_read_stream(arrives);
        let client = client(server.tracer(Expects(log.clone())), wire);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        assert_eq!(log.take(), ["told"], "{wire:?}");
    }
}

#[tokio::test]
async fn a_stream_that_is_refused_when_it_arrives_is_no_call() {
    async fn refuses(_: &mut Calling) -> Result<()> {
        Err(Error::application("not today"))
    }
    for wire in STREAMS {
        let log = Log::default();
        let server = server(Peer::default()).on_read_stream(refuses);
        let client = client(server.tracer(log.named("")), wire);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.recv().await.unwrap_err();
        // Only streams arrive that way.
        assert!(log.take().is_empty(), "{wire:?}");
    }
}
