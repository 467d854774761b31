//! The ping-pong methods of both services.

use std::collections::HashMap;
use std::future::Future;

use streamgen_runtime::{Bytes, Error, FastStr, Result};

use crate::call::{AsOutcome, Call, Due, NoHeaders, payload};
use crate::message::Msg;
use crate::outcome::Outcome;
use crate::stream_gen::peerthrift::peer::{EchoError, NothingError};
use crate::stream_gen::peerthrift::{self, Color, Keyed, OtherException, PeerException};

/// Runs a handler that answers one request with one message.
pub async fn serve_once<T, E, F>(mut call: Call, answer: impl FnOnce(&Call) -> F) -> Result<T, E>
where
    E: From<Error> + AsOutcome,
    F: Future<Output = Result<T, E>>,
{
    call.received = 1;
    let result = async {
        // An early return has no message to give here: the contract orders it of streams only.
        let _: Due = call.due(0, &mut NoHeaders).await?;
        call.pause().await?;
        answer(&call).await
    }
    .await;
    if result.is_ok() {
        call.sent = 1;
    }
    call.end(result)
}

/// `Peer.Echo`, which also throws the declared exceptions.
pub async fn echo(call: Call, req: peerthrift::Msg) -> Result<peerthrift::Msg, EchoError> {
    serve_once(call, |call| {
        let throw = req.attr("throw").unwrap_or_default().to_owned();
        let reply = call.answer("pong:", req);
        async move {
            match throw.as_str() {
                "pe" => Err(PeerException {
                    code: 77,
                    message: "peer exception".into(),
                    extra: [("k".into(), "v".into())].into(),
                }
                .into()),
                "oe" => Err(OtherException {
                    why: "other exception".into(),
                }
                .into()),
                _ => Ok(reply),
            }
        }
    })
    .await
}

/// `Peer.Nothing`.
pub async fn nothing(call: Call, note: FastStr) -> Result<(), NothingError> {
    serve_once(call, |_| async move {
        if note != "boom" {
            return Ok(());
        }
        let extra = [("note".into(), note)].into();
        Err(PeerException {
            code: 7,
            message: "boom".into(),
            extra,
        }
        .into())
    })
    .await
}

/// A message back with `prefix`.
pub async fn reply<M: Msg>(call: Call, prefix: &str, req: M) -> Result<M> {
    serve_once(call, |call| {
        std::future::ready(Ok(call.answer(prefix, req)))
    })
    .await
}

/// Any value that depends on nothing but the request.
pub async fn value<T>(call: Call, value: T) -> Result<T> {
    serve_once(call, |_| std::future::ready(Ok(value))).await
}

/// {name,num}→v becomes {v,num}→name; rows in reverse.
pub fn swap_keyed(req: Keyed) -> Keyed {
    let swap = |(mut key, value): (peerthrift::Key, FastStr)| {
        let name = std::mem::replace(&mut key.name, value);
        (key, name)
    };
    let mut rows = req.rows;
    rows.reverse();
    Keyed {
        by_key: req.by_key.into_iter().map(swap).collect(),
        rows,
    }
}

pub fn sum(a: i64, b: i32, rest: &[i16]) -> i64 {
    // Go's integers wrap.
    let rest = rest
        .iter()
        .fold(0i64, |sum, value| sum.wrapping_add(i64::from(*value)));
    a.wrapping_add(i64::from(b)).wrapping_add(rest)
}

pub fn group(values: Vec<i64>) -> HashMap<FastStr, Vec<i64>> {
    let (even, odd) = values.into_iter().partition(|value| value % 2 == 0);
    [("even".into(), even), ("odd".into(), odd)].into()
}

pub fn blob(size: i32) -> Bytes {
    payload(usize::try_from(size).unwrap_or(0)).into()
}

pub fn next(color: Color) -> Color {
    match color {
        Color::RED => Color::GREEN,
        Color::GREEN => Color::BLUE,
        Color::BLUE => Color::NEG,
        Color::NEG => Color::RED,
        Color(other) => Color(other.wrapping_add(1)),
    }
}

impl AsOutcome for EchoError {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Error(error) => Outcome::of(error),
            _ => Outcome::Error,
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl AsOutcome for NothingError {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Error(error) => Outcome::of(error),
            _ => Outcome::Error,
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}
