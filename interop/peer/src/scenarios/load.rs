//! Many calls at once, and large messages.

use super::calls;
use super::streams::{client_stream, finish, open, open_bidi, server_stream};
use crate::call::payload;
use crate::message::Msg as _;
use crate::services::{Services, ThriftServices};
use crate::session::{Check, During, Session, equal, next, same};

/// Least payload of the large scenarios.
const LARGE: usize = 3 << 20;

/// Message i of task k.
fn tagged<S: Services>(session: &Session<S>, k: usize, i: usize) -> S::Msg {
    session.message(i).with_text(format!("s{k}-m{i}"))
}

/// Runs `work` for 0 to n-1 at the same time; the first failure by number is the result.
pub(super) async fn at_once<'a, F>(n: usize, work: impl Fn(usize) -> F) -> Check
where
    F: Future<Output = Check> + Send + 'a,
{
    let mut running: Vec<_> = (0..n).map(|k| Box::pin(work(k))).collect();
    let mut results: Vec<Option<Check>> = (0..n).map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let pending = running.iter_mut().zip(&mut results);
        for (future, result) in pending.filter(|(_, result)| result.is_none()) {
            if let std::task::Poll::Ready(done) = future.as_mut().poll(cx) {
                *result = Some(done);
            }
        }
        match results.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    let mut numbered = results.into_iter().flatten().enumerate();
    numbered.try_for_each(|(k, result)| result.map_err(|why| format!("call {k}: {why}")))
}

/// Fast and slow streams share what connections there are.
pub async fn many<S: Services>(session: &Session<S>) -> Check {
    at_once(session.options.parallel, |k| async move {
        let (call, _) = open!(
            session.services.bidi(),
            if k % 2 == 1 { "slow=2" } else { "" }
        );
        let mut stream = call.await.during("open")?;
        for i in 0..session.options.count {
            let sent = tagged(session, k, i);
            stream.send(sent.clone()).await.during("send")?;
            let got = stream
                .recv()
                .await
                .during("recv")?
                .ok_or("recv: end of the stream")?;
            same(&got, &sent, &format!("echo:{}", sent.text()))?;
        }
        stream.close_send().await.during("half-close")?;
        match stream.recv().await.during("end of the stream")? {
            None => Ok(()),
            Some(_) => Err("a message came after the last".to_owned()),
        }
    })
    .await
}

pub async fn many_pp<S: Services>(session: &Session<S>) -> Check {
    at_once(session.options.parallel, |k| async move {
        for i in 0..session.options.count {
            let sent = tagged(session, k, i);
            let got = session.services.echo(sent.clone()).await.during("call")?;
            same(&got, &sent, &format!("pong:{}", sent.text()))?;
        }
        Ok(())
    })
    .await
}

pub async fn large<S: Services>(session: &Session<S>) -> Check {
    let big = session.enlarged(LARGE);
    let (mut stream, id) = open_bidi(&big, "").await?;
    let sent = big.message(0);
    stream.send(sent.clone()).await.during("send")?;
    same(&next(&mut stream).await?, &sent, "echo:m0")?;
    finish(session, &mut stream, &id).await?;
    client_stream(&big, 1).await?;
    server_stream(&big, 1).await
}

pub async fn large_pp<S: Services>(session: &Session<S>) -> Check {
    calls::alive(&session.enlarged(LARGE)).await
}

pub async fn large_pp_thrift(session: &Session<ThriftServices>) -> Check {
    large_pp(session).await?;
    let bytes = session.enlarged(LARGE).size;
    let size = i32::try_from(bytes).during("size")?;
    let blob = session.services.peer.blob(size).await.during("Blob")?;
    equal(
        "Blob's bytes are those of the contract",
        blob == payload(bytes),
        true,
    )
}
