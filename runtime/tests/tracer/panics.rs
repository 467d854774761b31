//! A tracer that panics.

use streamgen_runtime::middleware::{
    RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader, TracedCall, Tracer,
};

use crate::rpc_support::{Peer, msg};
use crate::support::{Log, STREAMS, client, server};

/// Panics whatever it is told.
struct Panics;

impl Tracer for Panics {
    fn rpc_start(&self, _: &TracedCall) {
        panic!("a tracer's own");
    }

    fn stream_start(&self, _: &TracedCall) {
        panic!("a tracer's own");
    }

    fn stream_recv_header(&self, _: &TracedCall, _: &StreamRecvHeader<'_>) {
        panic!("a tracer's own");
    }

    fn stream_send(&self, _: &TracedCall, _: &StreamMessage<'_>) {
        panic!("a tracer's own");
    }

    fn stream_recv(&self, _: &TracedCall, _: &StreamMessage<'_>) {
        panic!("a tracer's own");
    }

    fn stream_finish(&self, _: &TracedCall, _: &StreamFinish<'_>) {
        panic!("a tracer's own");
    }

    fn rpc_finish(&self, _: &TracedCall, _: &RpcFinish<'_>) {
        panic!("a tracer's own");
    }
}

#[tokio::test]
async fn it_harms_neither_the_call_nor_other_tracers() {
    for wire in STREAMS {
        let mut told = Vec::new();
        for with in [false, true] {
            let (near, far) = (Log::default(), Log::default());
            let (mut server, mut builder) = (server(Peer::default()), None);
            if with {
                server = server.tracer(Panics);
            }
            let client = client(server.tracer(far.named("")), wire);
            builder.replace(match with {
                true => client.tracer(Panics),
                false => client,
            });
            let client = builder.unwrap().tracer(near.named("")).build().unwrap();
            client.echo(msg("m")).await.unwrap();
            let mut stream = client.bidi().await.unwrap();
            stream.send(msg("m")).await.unwrap();
            stream.recv().await.unwrap().unwrap();
            stream.close_send().await.unwrap();
            assert!(stream.recv().await.unwrap().is_none());
            told.push((near.take(), far.take()));
        }
        assert_eq!(told[0], told[1], "{wire:?}");
    }
}
