//! What the services answer: the same for both IDLs and both surfaces.

mod classic;
mod streamx;

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Message, Result,
    ServerStreamingServer,
};

use crate::{SENT, TENANT, calls_gen, calls_pb_gen, classic_streams_gen, classic_streams_pb_gen};
use crate::{streams_gen, streams_pb_gen};

/// Serves each of the services.
pub(crate) struct Answers;

/// A message of one text, of whichever IDL.
trait Text: Message + Sync + 'static {
    fn of(text: &str) -> Self;
    fn text(&self) -> &str;
}

macro_rules! texts {
    ($($path:path),+) => {$(
        impl Text for $path {
            fn of(text: &str) -> Self {
                Self { text: text.to_owned().into() }
            }

            fn text(&self) -> &str {
                &self.text
            }
        }
    )+};
}

texts!(
    calls_gen::calls::Text,
    calls_pb_gen::callspb::Text,
    streams_gen::streams::Text,
    streams_pb_gen::streamspb::Text,
    classic_streams_gen::streams::Text,
    classic_streams_pb_gen::streamspb::Text
);

/// Fails unless the context of a stream is that of a call of `method`, with what every client sends.
fn check(cx: &Context, method: &str) -> Result<()> {
    let (key, value) = TENANT;
    if cx.method() == method && cx.metainfo(key) == Some(value) {
        return Ok(());
    }
    let found = (cx.method(), cx.metainfo(key));
    Err(Error::application(format!("a context of {found:?}")))
}

fn echoed<T: Text>(req: &T) -> T {
    T::of(&format!("echo:{}", req.text()))
}

async fn collected<T: Text>(mut stream: ClientStreamingServer<T>) -> Result<T> {
    let mut texts = Vec::new();
    while let Some(req) = stream.recv().await? {
        texts.push(req.text().to_owned());
    }
    Ok(T::of(&format!("got:{}", texts.join(","))))
}

async fn listed<T: Text>(mut stream: ServerStreamingServer<T>) -> Result<()> {
    for text in SENT {
        stream.send(T::of(text)).await?;
    }
    Ok(())
}

async fn answered<T: Text>(mut stream: BidiStreamingServer<T, T>) -> Result<()> {
    while let Some(req) = stream.recv().await? {
        stream.send(echoed(&req)).await?;
    }
    Ok(())
}
