//! Values that the hooks of one call share, and the hook that runs before a server's stream exists.

use streamgen_runtime::middleware::{
    Calling, ContextMap, Hooks, Next, OnReadStream, Receiving, RecvNext, SendNext, Sending,
};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, ErrorKind, FastStr, Result, Server,
    ServerStreamingServer,
};

use crate::rpc_support::stream_gen::rpc::peer::{self, EchoError, NothingError};
use crate::rpc_support::{Mark, Msg, Peer, PeerClient, PeerServer, msg};
use crate::support::{Log, STREAMS, client, server};

/// Does what Kitex's `contextmap.WithContextMap` does in `MetaHandler.OnReadStream`.
async fn begin(calling: &mut Calling) -> Result<()> {
    assert!(calling.call().mode().is_streaming());
    calling.insert_extension(ContextMap::new());
    Ok(())
}

/// The texts that this side has received so far.
#[derive(Clone, Default)]
struct Received(Vec<FastStr>);

async fn note(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await?;
    let map = recv.call().extensions().get::<ContextMap>().cloned();
    if let (Some(map), Some(message)) = (map, recv.message_as::<Msg>()) {
        map.update(|received: &mut Received| received.0.push(message.text.clone()));
    }
    Ok(())
}

/// Adds the texts received so far to each message that is sent.
async fn report(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    let map = send.call().extensions().get::<ContextMap>().cloned();
    if let (Some(map), Some(message)) = (map, send.message_as::<Msg>()) {
        let Received(texts) = map.get().unwrap_or_default();
        message.text = format!("{}, after {}", message.text, texts.join("+")).into();
    }
    next.run(send).await
}

#[tokio::test]
async fn a_send_middleware_reads_what_a_recv_middleware_wrote() {
    for wire in STREAMS {
        let server = server()
            .on_read_stream(begin)
            .recv_middleware(note)
            .send_middleware(report);
        let client = client(server, wire).build().unwrap();
        // Each call has a map of its own.
        for _ in 0..2 {
            let mut stream = client.bidi().await.unwrap();
            for (text, answer) in [("a", "a, after a"), ("b", "b, after a+b")] {
                stream.send(msg(text)).await.unwrap();
                let answered = stream.recv().await.unwrap().unwrap();
                assert_eq!(answered.text, answer, "{wire:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_clients_middleware_shares_a_map_too() {
    for wire in STREAMS {
        let share = async |calling: &mut Calling, next: Next<'_>| {
            calling.insert_extension(ContextMap::new());
            next.run(calling).await
        };
        let client = client(server(), wire)
            .stream_middleware(share)
            .recv_middleware(note)
            .send_middleware(report);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("a")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text, "a, after ");
        stream.send(msg("b")).await.unwrap();
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!(answer.text, "b, after a, after ", "{wire:?}");
    }
}

/// Writes down that it runs, and refuses callers without a name.
struct Door(Log);

impl OnReadStream for Door {
    async fn read_stream(&self, calling: &mut Calling) -> Result<()> {
        self.0.add("door");
        match calling.call().metainfo("NAME") {
            Some(_) => Ok(()),
            None => Err(Error::application("nobody is not served")),
        }
    }
}

#[tokio::test]
async fn it_runs_before_all_middleware_and_can_refuse() {
    for wire in STREAMS {
        let log = Log::default();
        let seen = log.clone();
        let service = Hooks::new().on_read_stream(Door(log.clone()));
        let server = Server::builder()
            .add_service(service.around(PeerServer::new(Peer::default())))
            .recv_middleware(log.named("handler"))
            .on_read_stream(begin);
        let client = client(server, wire).build().unwrap();
        let mut stream = client.bidi().metainfo("NAME", "x").await.unwrap();
        stream.send(msg("m")).await.unwrap();
        stream.recv().await.unwrap().unwrap();
        assert_eq!(seen.take(), ["door", "handler received m"], "{wire:?}");

        let error = client.bidi().await.unwrap().recv().await.unwrap_err();
        assert!(
            error.to_string().contains("nobody is not served"),
            "{wire:?}: {error}"
        );
        // Calls without stream have no such door.
        client.hello("x".into()).await.unwrap();
        assert_eq!(seen.take(), ["door"]);
    }
}

/// Answers with the mark that it finds in each of its two contexts.
struct Marked;

impl peer::Peer for Marked {
    async fn hello(&self, _: Context, name: FastStr) -> Result<FastStr> {
        Ok(name)
    }

    async fn echo(&self, _: Context, req: Msg) -> Result<Msg, EchoError> {
        Ok(req)
    }

    async fn sum(&self, _: Context, first: i64, _: Vec<i32>) -> Result<i64> {
        Ok(first)
    }

    async fn nothing(&self, _: Context, _: FastStr) -> Result<(), NothingError> {
        Ok(())
    }

    async fn fire(&self, _: Context, _: Msg) -> Result<()> {
        Ok(())
    }

    async fn bidi(&self, cx: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let text = marks(&cx, stream.context());
        stream.send(Msg { text, seq: 0 }).await
    }

    async fn collect(&self, cx: Context, stream: ClientStreamingServer<Msg>) -> Result<Msg> {
        let text = marks(&cx, stream.context());
        Ok(Msg { text, seq: 0 })
    }

    async fn count(
        &self,
        cx: Context,
        _: Msg,
        mut stream: ServerStreamingServer<Msg>,
    ) -> Result<()> {
        let text = marks(&cx, stream.context());
        stream.send(Msg { text, seq: 0 }).await
    }
}

fn marks(given: &Context, of_stream: &Context) -> FastStr {
    let mark = |cx: &Context| cx.extensions().get::<Mark>().map(|mark| mark.0);
    format!("{:?} {:?}", mark(given), mark(of_stream)).into()
}

#[tokio::test]
async fn a_handler_finds_what_it_puts_into_the_call() {
    for wire in STREAMS {
        let server = Server::builder().add_service(PeerServer::new(Marked));
        let server = server.on_read_stream(async |calling: &mut Calling| {
            calling.insert_extension(Mark(3));
            Ok(())
        });
        let client = client(server, wire).build().unwrap();
        let mut bidi = client.bidi().await.unwrap();
        let collect = client.collect().await.unwrap();
        let mut count = client.count(msg("q")).await.unwrap();
        for message in [
            bidi.recv().await.unwrap().unwrap(),
            collect.close_and_recv().await.unwrap(),
            count.recv().await.unwrap().unwrap(),
        ] {
            assert_eq!(message.text, "Some(3) Some(3)", "{wire:?}");
        }
    }
}

#[test]
fn a_client_has_no_use_for_it_and_says_so() {
    let hooks = Hooks::new().on_read_stream(begin);
    let builder = PeerClient::builder("peer")
        .address("127.0.0.1:1")
        .hooks(hooks);
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.message().contains("on_read_stream"), "{error}");
}
