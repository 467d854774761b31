//! Calls and streams that are too many for the server's limits.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::load::at_once;
use super::streams::open;
use crate::errors::Classify;
use crate::output::{emit, fields};
use crate::services::Services;
use crate::session::{Check, Session, order};

/// How long each call runs, so that many run at the same time.
const SLOW: &str = "slow=100";

/// The errors of calls that were refused, each text once.
#[derive(Default)]
struct Refusals(Mutex<BTreeSet<String>>);

impl Refusals {
    fn add<T, E: Classify>(&self, result: Result<T, E>) {
        let Err(error) = result else { return };
        let text = error.to_string();
        let is_new = self
            .0
            .lock()
            .is_ok_and(|mut seen| seen.insert(text.clone()));
        if is_new {
            let (class, code) = error.classify();
            emit(
                "refused",
                fields! { "class" => class, "code" => code, "text" => text },
            );
        }
    }

    fn check(&self) -> Check {
        match self.0.lock().is_ok_and(|seen| !seen.is_empty()) {
            true => Ok(()),
            false => Err("no call was refused".to_owned()),
        }
    }
}

/// Streams that exchange one message.
pub async fn limited<S: Services>(session: &Session<S>) -> Check {
    let refusals = &Refusals::default();
    at_once(session.options.parallel, |k| async move {
        let (call, _) = open!(session.services.bidi(), SLOW);
        let exchanged = async {
            let mut stream = call.await?;
            stream.send(session.message(k)).await?;
            stream.recv().await?;
            stream.close_send().await
        };
        refusals.add(exchanged.await);
        Ok(())
    })
    .await?;
    refusals.check()
}

/// Ping-pong calls.
pub async fn limited_pp<S: Services>(session: &Session<S>) -> Check {
    let refusals = &Refusals::default();
    at_once(session.options.parallel, |_| async move {
        let (message, _) = order(SLOW);
        refusals.add(session.services.echo(message).await);
        Ok(())
    })
    .await?;
    refusals.check()
}
