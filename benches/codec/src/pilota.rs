//! pilota: types by pilota-build, over its checked and its unchecked protocol.

use bytes::{Bytes, BytesMut};
use pilota::thrift::Message as _;
use pilota::thrift::binary::TBinaryProtocol;
use pilota::thrift::binary_unsafe::{TBinaryUnsafeInputProtocol, TBinaryUnsafeOutputProtocol};

use crate::plain;
use crate::subject::Subject;

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/pilota.rs"));
}
use generated::pilota::shapes;

/// A message over `TBinaryProtocol`.
pub struct Safe<M>(M);
/// A message over `TBinaryUnsafe…Protocol`.
pub struct Unsafe<M>(M);

/// Encodes checked.
fn encode_safe<M: pilota::thrift::Message>(message: &M, _: usize, out: &mut BytesMut) {
    message
        .encode(&mut TBinaryProtocol::new(out, false))
        .expect("encodes");
}

/// Encodes unchecked.
fn encode_unsafe<M: pilota::thrift::Message>(message: &M, len: usize, out: &mut BytesMut) {
    let start = out.len();
    // SAFETY: pilota asks for a slice of the reserved room that outlives the protocol; `out` is not
    // touched by anything else before `set_len`.
    unsafe {
        let room = std::slice::from_raw_parts_mut(out.as_mut_ptr().add(start), len);
        let mut protocol = TBinaryUnsafeOutputProtocol::new(&mut *out, room, false);
        message.encode(&mut protocol).expect("encodes");
        out.set_len(start + len);
    }
}

fn decode_safe<M: pilota::thrift::Message>(bytes: &Bytes) -> M {
    let mut bytes = bytes.clone();
    M::decode(&mut TBinaryProtocol::new(&mut bytes, true)).expect("decodes")
}

fn decode_unsafe<M: pilota::thrift::Message>(bytes: &Bytes) -> M {
    let mut bytes = bytes.clone();
    // SAFETY: the bytes are a whole message, which is all that this protocol relies on.
    M::decode(&mut unsafe { TBinaryUnsafeInputProtocol::new(&mut bytes) }).expect("decodes")
}

/// All shapes are encoded and decoded alike.
macro_rules! subject {
    ($wrapper:ident, $encode:ident, $decode:ident: $($ty:ident, $build:ident;)*) => {$(
        impl Subject<plain::$ty> for $wrapper<shapes::$ty> {
            type Buffer = BytesMut;

            fn build(plain: &plain::$ty) -> Self {
                Self($build(plain))
            }

            fn encode(&self, out: &mut BytesMut) {
                let len = self.0.size(&mut TBinaryProtocol::new((), false));
                out.reserve(len);
                $encode(&self.0, len, out);
            }

            fn encode_fresh(&self) -> BytesMut {
                let len = self.0.size(&mut TBinaryProtocol::new((), false));
                let mut out = BytesMut::with_capacity(len);
                $encode(&self.0, len, &mut out);
                out
            }

            fn decode(bytes: &Bytes) -> Self {
                Self($decode(bytes))
            }
        }
    )*};
}

subject! {
    Safe, encode_safe, decode_safe: Small, small; Medium, medium; Large, large;
}
subject! {
    Unsafe, encode_unsafe, decode_unsafe: Small, small; Medium, medium; Large, large;
}

/// The message types.
pub type Small = shapes::Small;
/// See [`Small`].
pub type Medium = shapes::Medium;
/// See [`Small`].
pub type Large = shapes::Large;

fn small(plain: &plain::Small) -> Small {
    Small {
        text: plain.text.clone().into(),
    }
}

fn medium(plain: &plain::Medium) -> Medium {
    let n = &plain.numbers;
    Medium {
        active: n[0] > 0,
        level: n[0] as i8,
        port: n[1] as i16,
        count: n[2] as i32,
        id: n[3],
        ratio: n[4] as f64,
        name: plain.name.clone().into(),
        region: plain.region.clone().into(),
        token: plain.token.clone().into(),
        shard: n[5] as i32,
        created: n[6],
        deleted: n[6] > 0,
        weight: n[7] as f64,
        nested: shapes::Nested {
            id: n[8],
            label: plain.label.clone().into(),
            kind: n[8] as i32,
        },
        samples: plain.samples.clone(),
        labels: plain
            .labels
            .iter()
            .map(|(k, v)| (k.clone().into(), v.clone().into()))
            .collect(),
        tags: plain.tags.iter().map(|tag| tag.clone().into()).collect(),
        updated: n[9],
        version: n[9] as i32,
        owner: plain.owner.clone().into(),
    }
}

fn large(plain: &plain::Large) -> Large {
    let items = plain.items.iter().map(|item| shapes::Item {
        id: item.id,
        name: item.name.clone().into(),
        kind: item.kind,
        score: item.score,
        active: item.active,
        values: item.values.clone(),
    });
    Large {
        items: items.collect(),
        blob: plain.blob.clone().into(),
    }
}
