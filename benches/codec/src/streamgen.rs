//! streamgen: the types that the tool prints for `idl/shapes.thrift`.

use bytes::{Bytes, BytesMut};
use stream_gen::shapes::{Item, Nested};
use streamgen_runtime::Message;
use streamgen_runtime::codec::{Encode, Reader};

use crate::plain;
use crate::subject::Subject;

// Names the generated files by their absolute path: they begin with inner attributes, which
// `include!` does not allow.
include!(concat!(env!("OUT_DIR"), "/stream_gen.rs"));

pub use stream_gen::shapes::{Large, Medium, Small};

/// All shapes are encoded and decoded alike.
macro_rules! subject {
    ($($ty:ident: |$plain:ident| $build:expr;)*) => {$(
        impl Subject<plain::$ty> for $ty {
            type Buffer = BytesMut;

            fn build($plain: &plain::$ty) -> Self {
                $build
            }

            fn encode(&self, out: &mut BytesMut) {
                self.encode_to(out);
            }

            fn encode_fresh(&self) -> BytesMut {
                let length = self.encoded_len();
                let mut out = BytesMut::with_capacity(length);
                self.encode_sized(length, &mut out);
                out
            }

            fn decode(bytes: &Bytes) -> Self {
                Message::decode(&mut Reader::new(bytes)).expect("decodes what it encoded")
            }
        }
    )*};
}

subject! {
    Small: |plain| Small { text: plain.text.clone().into() };
    Medium: |plain| medium(plain);
    Large: |plain| Large {
        items: plain.items.iter().map(item).collect(),
        blob: plain.blob.clone().into(),
    };
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
        nested: Nested {
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

fn item(plain: &plain::Item) -> Item {
    Item {
        id: plain.id,
        name: plain.name.clone().into(),
        kind: plain.kind,
        score: plain.score,
        active: plain.active,
        values: plain.values.clone(),
    }
}
