//! Header blocks: requests, responses and trailers.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use streamgen_runtime::unstable::grpc::{headers, metadata, status};
use streamgen_runtime::{Code, Error, PayloadCodec};

/// A name of a pair: one that this side reads, or any other text.
#[derive(Arbitrary, Debug)]
pub enum Name<'a> {
    ContentType,
    Encoding,
    AcceptEncoding,
    Timeout,
    Status,
    Message,
    Details,
    BizStatus,
    BizMessage,
    BizExtra,
    Transient(&'a str),
    Persistent(&'a str),
    Binary(&'a str),
    Other(&'a str),
}

/// A value of a pair: in a form that one of those names has, or any other text.
#[derive(Arbitrary, Debug)]
pub enum Value<'a> {
    Number(i64),
    Timeout(u32, Unit),
    ContentType(&'a str),
    Encodings(Vec<Coding>),
    Percent(&'a [u8]),
    Json(&'a str, &'a str),
    Bytes(&'a [u8]),
}

#[derive(Arbitrary, Debug)]
pub enum Unit {
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

#[derive(Arbitrary, Debug)]
pub enum Coding {
    Identity,
    Gzip,
    Zstd,
    Deflate,
}

impl Name<'_> {
    fn text(&self) -> String {
        match self {
            Self::ContentType => "content-type".to_owned(),
            Self::Encoding => "grpc-encoding".to_owned(),
            Self::AcceptEncoding => "grpc-accept-encoding".to_owned(),
            Self::Timeout => "grpc-timeout".to_owned(),
            Self::Status => "grpc-status".to_owned(),
            Self::Message => "grpc-message".to_owned(),
            Self::Details => "grpc-status-details-bin".to_owned(),
            Self::BizStatus => "biz-status".to_owned(),
            Self::BizMessage => "biz-message".to_owned(),
            Self::BizExtra => "biz-extra".to_owned(),
            Self::Transient(name) => format!("rpc-transit-{name}"),
            Self::Persistent(name) => format!("rpc-persist-{name}"),
            Self::Binary(name) => format!("{name}-bin"),
            Self::Other(name) => (*name).to_owned(),
        }
    }
}

impl Value<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => number.to_string().into_bytes(),
            Self::Timeout(number, unit) => format!("{number}{}", unit.letter()).into_bytes(),
            Self::ContentType(codec) => format!("application/grpc+{codec}").into_bytes(),
            Self::Encodings(codings) => {
                let names: Vec<_> = codings.iter().map(Coding::name).collect();
                names.join(",").into_bytes()
            }
            Self::Percent(bytes) => {
                let each = bytes.iter().map(|byte| format!("%{byte:02X}"));
                each.collect::<String>().into_bytes()
            }
            Self::Json(key, value) => format!("{{{key:?}:{value:?}}}").into_bytes(),
            Self::Bytes(bytes) => bytes.to_vec(),
        }
    }
}

impl Unit {
    fn letter(&self) -> char {
        match self {
            Self::Hours => 'H',
            Self::Minutes => 'M',
            Self::Seconds => 'S',
            Self::Milliseconds => 'm',
            Self::Microseconds => 'u',
            Self::Nanoseconds => 'n',
        }
    }
}

impl Coding {
    fn name(&self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Deflate => "deflate",
        }
    }
}

/// The pairs whose name and value an HTTP header may have.
fn block(pairs: &[(Name<'_>, Value<'_>)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let name = HeaderName::from_bytes(name.text().as_bytes());
        let value = HeaderValue::from_bytes(&value.bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// Checks that the pairs of a response are written as they were read, and that a peer's error can be passed on.
pub fn check(pairs: &[(Name<'_>, Value<'_>)]) {
    let block = block(pairs);
    let _ = headers::read_request(&block);
    let _ = headers::read_response(StatusCode::OK, &block);
    let (outcome, pairs) = status::read_trailers(&block);
    metadata::check(&pairs).expect("what was read can be written");
    let trailers = status::trailers(&outcome, PayloadCodec::Protobuf, &pairs);
    let (again, pairs_again) = status::read_trailers(&trailers);
    assert_eq!(pairs_again, pairs);
    assert_eq!(facts(&again), facts(&outcome));
}

fn facts(outcome: &Result<(), Error>) -> Option<(Option<i32>, Option<Code>, &str)> {
    let error = outcome.as_ref().err()?;
    Some((error.kitex_code(), error.grpc_code(), error.message()))
}
