//! The fuzzer builds frames from parts here. The target `frame` reads arbitrary bytes instead.

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use streamgen_runtime::unstable::ttheader::frame::{
    Frame, FrameBody, FrameInfo, encode_exception, str_key,
};
use streamgen_runtime::{ApplicationException, Metadata};

#[derive(Arbitrary, Debug)]
pub struct Parts<'a> {
    kind: Kind,
    pairs: Vec<(Key<'a>, Value<'a>)>,
    payload: Payload<'a>,
}

#[derive(Arbitrary, Debug)]
enum Kind {
    Meta,
    Header,
    Data,
    Trailer,
    Rst,
}

/// A key of a pair: one that streams read, or any other text.
#[derive(Arbitrary, Debug)]
enum Key<'a> {
    Service,
    CancelPath,
    BizStatus,
    BizMessage,
    BizExtra,
    AclToken,
    Other(&'a str),
}

/// A value of a pair: in a form that one of those keys has, or any other text.
#[derive(Arbitrary, Debug)]
pub enum Value<'a> {
    Number(i32),
    Names(&'a str, &'a str),
    Json(&'a str, &'a str),
    Text(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Payload<'a> {
    Empty,
    Zeros(u8),
    Exception(i32, &'a str),
    Bytes(&'a [u8]),
}

impl Parts<'_> {
    pub fn frame(&self) -> Frame {
        let info = || {
            let pairs = self.pairs.iter();
            Box::new(FrameInfo {
                method: "Bidi".into(),
                strings: pairs
                    .map(|(key, value)| (key.text(), value.text()))
                    .collect(),
                ..FrameInfo::default()
            })
        };
        let body = match self.kind {
            Kind::Meta => FrameBody::Meta(info()),
            Kind::Header => FrameBody::Header(info()),
            Kind::Data => FrameBody::Data,
            Kind::Trailer => FrameBody::Trailer(info()),
            Kind::Rst => FrameBody::Rst(info()),
        };
        Frame {
            sid: 1,
            body,
            payload: self.payload.bytes(),
        }
    }
}

impl Key<'_> {
    fn text(&self) -> String {
        match self {
            Self::Service => str_key::SERVICE,
            Self::CancelPath => str_key::CANCEL_PATH,
            Self::BizStatus => str_key::BIZ_STATUS,
            Self::BizMessage => str_key::BIZ_MESSAGE,
            Self::BizExtra => str_key::BIZ_EXTRA,
            Self::AclToken => str_key::ACL_TOKEN,
            Self::Other(text) => text,
        }
        .to_owned()
    }
}

impl Value<'_> {
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Names(one, other) => format!("{one},{other}"),
            Self::Json(key, value) => format!("{{{key:?}:{value:?}}}"),
            Self::Text(text) => (*text).to_owned(),
        }
    }
}

/// The pairs as a user of a stream sets them.
pub fn user_pairs(pairs: &[(&str, Value<'_>)]) -> Metadata {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.text()))
        .collect()
}

impl Payload<'_> {
    fn bytes(&self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::Zeros(count) => zeros(*count),
            Self::Exception(code, text) => {
                let exception = ApplicationException::new(*code, (*text).to_owned());
                let mut bytes = BytesMut::new();
                encode_exception(&exception, "Bidi", 1, &mut bytes);
                bytes.freeze()
            }
            Self::Bytes(bytes) => Bytes::copy_from_slice(bytes),
        }
    }
}

/// A message of zeros, up to twice as long as a queue may be. It allocates nothing.
pub fn zeros(count: u8) -> Bytes {
    static ZEROS: [u8; 8 * 256] = [0; 8 * 256];
    Bytes::from_static(&ZEROS[..8 * usize::from(count)])
}
