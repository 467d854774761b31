//! Every type of the IDL, there and back.

use std::collections::HashMap;

use streamgen_runtime::FastStr;

use super::streams::open;
use crate::call::payload;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::services::{Services, ThriftServices};
use crate::session::{Check, During, Session, eof, equal};
use crate::stream_gen::peerthrift::{ANSWER, Color, Everything, Key, Keyed};

/// Compares all fields; sets and maps have no order here.
pub fn check_everything<S: Services>(
    name: &str,
    got: &S::Everything,
    want: &S::Everything,
) -> Check {
    if *got == S::from_kitex(want.clone()) {
        return Ok(());
    }
    equal(format_args!("sample {name}"), got, want)
}

pub async fn everything<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi_everything(), "");
    let mut stream = call.await.during("open")?;
    for (name, sample) in S::samples() {
        stream.send(sample.clone()).await.during("send")?;
        let got = stream
            .recv()
            .await
            .during("recv")?
            .ok_or("recv: end of the stream")?;
        check_everything::<S>(name, &got, &sample)?;
    }
    stream.close_send().await.during("half-close")?;
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await
}

pub async fn everything_pp<S: Services>(session: &Session<S>) -> Check {
    for (name, sample) in S::samples() {
        let got = session
            .services
            .echo_everything(sample.clone())
            .await
            .during("call")?;
        check_everything::<S>(name, &got, &sample)?;
    }
    Ok(())
}

/// An Everything as a user builds it.
fn with_defaults() -> Everything {
    Everything {
        must: "m".into(),
        ..Everything::default()
    }
}

fn check_defaults(got: &Everything) -> Check {
    let text = got.def_text.as_deref().unwrap_or_default();
    let truth = got.def_true.unwrap_or_default();
    emit(
        "defaults",
        fields! { "~def_text" => text, "~def_true" => truth },
    );
    equal("must", got.must.as_str(), "m")?;
    equal("def_int", got.def_int, ANSWER)?;
    equal("def_color", got.def_color, Color::BLUE)?;
    equal("def_list", &got.def_list, &vec![1, 2, 3])
}

/// Allows what Kitex does on streams: Recv begins with a zero struct, so that an absent optional
/// field reads as zero and is then written back as such.
pub async fn defaults(session: &Session<ThriftServices>) -> Check {
    let (call, id) = open!(session.services.peer.bidi_everything(), "");
    let mut stream = call.await.during("open")?;
    stream.send(with_defaults()).await.during("send")?;
    let got = stream
        .recv()
        .await
        .during("recv")?
        .ok_or("recv: end of the stream")?;
    check_defaults(&got)?;
    let optional = (got.def_text.as_deref(), got.def_true);
    if ![(Some("dflt"), Some(true)), (Some(""), Some(false))].contains(&optional) {
        return Err(format!("optional defaults: got {optional:?}"));
    }
    stream.close_send().await.during("half-close")?;
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await
}

pub async fn defaults_pp(session: &Session<ThriftServices>) -> Check {
    let got = session
        .services
        .peer
        .echo_everything(with_defaults())
        .await
        .during("call")?;
    check_defaults(&got)?;
    equal("def_text", got.def_text.as_deref(), Some("dflt"))?;
    equal("def_true", got.def_true, Some(true))
}

pub async fn base_types(session: &Session<ThriftServices>) -> Check {
    let sum = session
        .services
        .peer
        .sum(i64::MIN, 7, vec![1, -2, i16::MAX])
        .await
        .during("Sum")?;
    equal("Sum", sum, i64::MIN + 32_773)?;
    for value in [true, false] {
        equal(
            "Flip",
            session.services.peer.flip(value).await.during("Flip")?,
            !value,
        )?;
    }
    let round = [
        Color::RED,
        Color::GREEN,
        Color::BLUE,
        Color::NEG,
        Color::RED,
    ];
    for pair in round.windows(2) {
        equal(
            "Next",
            session.services.peer.next(pair[0]).await.during("Next")?,
            pair[1],
        )?;
    }
    equal(
        "Next of an unknown color",
        session.services.peer.next(Color(98)).await.during("Next")?,
        Color(99),
    )
}

pub async fn containers(session: &Session<ThriftServices>) -> Check {
    let groups = session
        .services
        .peer
        .group(vec![1, 2, -3, 4, i64::MAX])
        .await
        .during("Group")?;
    check_groups(&groups, vec![2, 4], vec![1, -3, i64::MAX])?;
    let groups = session
        .services
        .peer
        .group(Vec::new())
        .await
        .during("Group")?;
    check_groups(&groups, Vec::new(), Vec::new())?;
    for size in [1000, 0] {
        let blob = session.services.peer.blob(size).await.during("Blob")?;
        equal(
            format_args!("Blob({size})"),
            blob,
            payload(size.unsigned_abs() as usize),
        )?;
    }
    Ok(())
}

fn check_groups(got: &HashMap<FastStr, Vec<i64>>, even: Vec<i64>, odd: Vec<i64>) -> Check {
    let want = [("even".into(), even), ("odd".into(), odd)].into();
    equal("Group", got, &want)
}

pub async fn keyed(session: &Session<ThriftServices>) -> Check {
    let key = |name: &'static str, num| Key {
        name: name.into(),
        num,
    };
    let row = || HashMap::from([("r".into(), key("n", 1))]);
    let request = Keyed {
        by_key: [(key("a", 1), "x".into()), (key("b", 2), "y".into())].into(),
        rows: vec![row(), HashMap::new()],
    };
    let want = Keyed {
        by_key: [(key("x", 1), "a".into()), (key("y", 2), "b".into())].into(),
        rows: vec![HashMap::new(), row()],
    };
    let got = session
        .services
        .peer
        .swap_keyed(request)
        .await
        .during("call")?;
    equal("SwapKeyed", got, want)
}
