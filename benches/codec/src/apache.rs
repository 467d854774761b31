//! Apache Thrift for Rust: types by its compiler, binary protocol over a `Vec<u8>`.

use bytes::Bytes;
use thrift::protocol::{TBinaryInputProtocol, TBinaryOutputProtocol, TSerializable};

use crate::plain;
use crate::subject::Subject;

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
pub use generated::{Large, Medium, Small};

/// All shapes are encoded and decoded alike.
macro_rules! subject {
    ($($ty:ident, $build:ident;)*) => {$(
        impl Subject<plain::$ty> for $ty {
            type Buffer = Vec<u8>;

            fn build(plain: &plain::$ty) -> Self {
                $build(plain)
            }

            fn encode(&self, out: &mut Vec<u8>) {
                self.write_to_out_protocol(&mut TBinaryOutputProtocol::new(out, true)).expect("encodes");
            }

            /// Apache has no size pass.
            fn encode_fresh(&self) -> Vec<u8> {
                let mut out = Vec::new();
                self.encode(&mut out);
                out
            }

            fn decode(bytes: &Bytes) -> Self {
                Self::read_from_in_protocol(&mut TBinaryInputProtocol::new(&bytes[..], true)).expect("decodes")
            }
        }
    )*};
}

subject! {
    Small, small;
    Medium, medium;
    Large, large;
}

fn small(plain: &plain::Small) -> Small {
    Small {
        text: plain.text.clone(),
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
        ratio: (n[4] as f64).into(),
        name: plain.name.clone(),
        region: plain.region.clone(),
        token: plain.token.clone(),
        shard: n[5] as i32,
        created: n[6],
        deleted: n[6] > 0,
        weight: (n[7] as f64).into(),
        nested: generated::Nested {
            id: n[8],
            label: plain.label.clone(),
            kind: n[8] as i32,
        },
        samples: plain.samples.clone(),
        labels: plain.labels.iter().cloned().collect(),
        tags: plain.tags.clone(),
        updated: n[9],
        version: n[9] as i32,
        owner: plain.owner.clone(),
    }
}

fn large(plain: &plain::Large) -> Large {
    let items = plain.items.iter().map(|item| generated::Item {
        id: item.id,
        name: item.name.clone(),
        kind: item.kind,
        score: item.score.into(),
        active: item.active,
        values: item.values.clone(),
    });
    Large {
        items: items.collect(),
        blob: plain.blob.clone(),
    }
}
