//! What a server's half does unless its case says otherwise: it echoes as many messages as the metainfo
//! `COUNT` says. And clients' halves for it.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Error, Result, ServerStreamingServer,
};

use crate::case::Caller;
use crate::served::Served;
use crate::text::Text;

pub(crate) async fn bidi<T: Text>(
    served: Served,
    mut stream: BidiStreamingServer<T, T>,
) -> Result<()> {
    served.told_to_fail().await?;
    let count = served.count();
    if count == 0 {
        return Err(Error::application("no COUNT"));
    }
    for _ in 0..count {
        let request = stream.recv().await?;
        let request = request.ok_or_else(|| Error::application("too few requests"))?;
        stream.send(T::of(request.text())).await?;
    }
    Ok(())
}

pub(crate) async fn requests<T: Text>(
    served: Served,
    mut stream: ClientStreamingServer<T>,
) -> Result<T> {
    served.told_to_fail().await?;
    let count = served.count();
    for _ in 0..count {
        let request = stream.recv().await?;
        request.ok_or_else(|| Error::application("too few requests"))?;
    }
    Ok(T::of(&count.to_string()))
}

pub(crate) async fn responses<T: Text>(
    served: Served,
    request: T,
    mut stream: ServerStreamingServer<T>,
) -> Result<()> {
    served.told_to_fail().await?;
    for i in 0..served.count() {
        stream
            .send(T::of(&format!("{}-{i}", request.text())))
            .await?;
    }
    Ok(())
}

pub(crate) async fn ping_pong(served: Served, first: String, second: String) -> Result<String> {
    served.told_to_fail().await?;
    Ok(match second.is_empty() {
        true => first,
        false => format!("{first}-{second}"),
    })
}

impl<T: Text> Caller<T> {
    /// Sends these requests, and expects these responses.
    pub(crate) async fn expect_bidi(&self, requests: &[&str], responses: &[&str]) {
        let mut stream = self.with("COUNT", requests.len()).bidi().await.unwrap();
        for request in requests {
            stream.send(T::of(request)).await.unwrap();
        }
        for response in responses {
            assert_eq!(stream.recv().await.unwrap().unwrap().text(), *response);
        }
    }

    pub(crate) async fn expect_client(&self, requests: &[&str], response: &str) {
        let mut stream = self.with("COUNT", requests.len()).requests().await.unwrap();
        for request in requests {
            stream.send(T::of(request)).await.unwrap();
        }
        assert_eq!(stream.close_and_recv().await.unwrap().text(), response);
    }

    pub(crate) async fn expect_server(&self, request: &str, responses: &[&str]) {
        let counted = self.with("COUNT", responses.len());
        let mut stream = counted.responses(request).await.unwrap();
        for response in responses {
            assert_eq!(stream.recv().await.unwrap().unwrap().text(), *response);
        }
    }

    pub(crate) async fn expect_ping_pong(&self, first: &str, second: &str, response: &str) {
        assert_eq!(self.ping_pong(first, second).await.unwrap(), response);
    }
}
