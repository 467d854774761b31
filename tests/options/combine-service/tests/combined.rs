//! `-combine-service`: one handler with the methods of all services, for the clients of each.

use option_combine_service::stream_gen::samples::desk::combine_service::{
    CombineService, CombineServiceClient, CombineServiceServer, KeepError,
};
use option_combine_service::stream_gen::samples::desk::notes::NotesClient;
use option_combine_service::stream_gen::samples::desk::watch::WatchClient;
use option_combine_service::stream_gen::samples::desk::{Note, Torn};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{Context, FastStr, Result, ServerStreamingServer, UnaryTransport};

struct Desk;

impl CombineService for Desk {
    async fn hello(&self, _cx: Context, name: FastStr) -> Result<FastStr> {
        Ok(format!("hello, {name}").into())
    }

    async fn keep(&self, _cx: Context, note: Note) -> Result<Note, KeepError> {
        match note.text.is_empty() {
            true => Err(Torn {
                why: "empty".into(),
            }
            .into()),
            false => Ok(note),
        }
    }

    async fn drop(&self, _cx: Context, _note: Note) -> Result<()> {
        Ok(())
    }

    async fn count(&self, _cx: Context, word: FastStr) -> Result<i64> {
        Ok(word.len() as i64)
    }

    async fn tail(
        &self,
        _cx: Context,
        first: Note,
        mut stream: ServerStreamingServer<Note>,
    ) -> Result<()> {
        stream.send(first).await
    }
}

#[tokio::test]
async fn its_own_client_calls_everything() -> Result<()> {
    let invoker = Invoker::of(CombineServiceServer::new(Desk));
    let client = CombineServiceClient::builder("desk")
        .dial(invoker)
        .build()?;
    assert_eq!(client.hello("x".into()).await?, "hello, x");
    assert_eq!(client.count("four".into()).await?, 4);
    let torn = client.keep(Note::default()).await;
    assert!(matches!(torn, Err(KeepError::Torn(_))), "{torn:?}");
    let note = Note { text: "t".into() };
    client.drop(note.clone()).await?;
    let mut tail = client.tail(note.clone()).await?;
    assert_eq!((tail.recv().await?, tail.recv().await?), (Some(note), None));
    Ok(())
}

/// As in Kitex, where a server of a combined service looks at the method only.
#[tokio::test]
async fn the_clients_of_the_single_services_reach_it() -> Result<()> {
    for transport in [UnaryTransport::Framed, UnaryTransport::TtHeaderFramed] {
        let invoker = Invoker::of(CombineServiceServer::new(Desk));
        let notes = NotesClient::builder("desk").dial(invoker.clone());
        let notes = notes.unary_transport(transport).build()?;
        assert_eq!(notes.hello("y".into()).await?, "hello, y");
        let watch = WatchClient::builder("desk").dial(invoker);
        let watch = watch.unary_transport(transport).build()?;
        assert_eq!(watch.count("seven".into()).await?, 5);
        let first = Note { text: "f".into() };
        let mut tail = watch.tail(first.clone()).await?;
        assert_eq!(tail.recv().await?, Some(first));
    }
    Ok(())
}
