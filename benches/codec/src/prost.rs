//! prost: the same shapes in Protobuf, written as prost-build prints them.

use std::collections::HashMap;

use bytes::Bytes;
use prost::Message;

use crate::plain;
use crate::subject::Subject;

#[derive(Clone, PartialEq, Message)]
pub struct Small {
    #[prost(string, tag = "1")]
    pub text: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Nested {
    #[prost(int64, tag = "1")]
    pub id: i64,
    #[prost(string, tag = "2")]
    pub label: String,
    #[prost(int32, tag = "3")]
    pub kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub struct Medium {
    #[prost(bool, tag = "1")]
    pub active: bool,
    #[prost(int32, tag = "2")]
    pub level: i32,
    #[prost(int32, tag = "3")]
    pub port: i32,
    #[prost(int32, tag = "4")]
    pub count: i32,
    #[prost(int64, tag = "5")]
    pub id: i64,
    #[prost(double, tag = "6")]
    pub ratio: f64,
    #[prost(string, tag = "7")]
    pub name: String,
    #[prost(string, tag = "8")]
    pub region: String,
    #[prost(bytes = "bytes", tag = "9")]
    pub token: Bytes,
    #[prost(int32, tag = "10")]
    pub shard: i32,
    #[prost(int64, tag = "11")]
    pub created: i64,
    #[prost(bool, tag = "12")]
    pub deleted: bool,
    #[prost(double, tag = "13")]
    pub weight: f64,
    #[prost(message, optional, tag = "14")]
    pub nested: Option<Nested>,
    #[prost(int64, repeated, tag = "15")]
    pub samples: Vec<i64>,
    #[prost(map = "string, string", tag = "16")]
    pub labels: HashMap<String, String>,
    #[prost(string, repeated, tag = "17")]
    pub tags: Vec<String>,
    #[prost(int64, tag = "18")]
    pub updated: i64,
    #[prost(int32, tag = "19")]
    pub version: i32,
    #[prost(string, tag = "20")]
    pub owner: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Item {
    #[prost(int64, tag = "1")]
    pub id: i64,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(int32, tag = "3")]
    pub kind: i32,
    #[prost(double, tag = "4")]
    pub score: f64,
    #[prost(bool, tag = "5")]
    pub active: bool,
    #[prost(int32, repeated, tag = "6")]
    pub values: Vec<i32>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Large {
    #[prost(message, repeated, tag = "1")]
    pub items: Vec<Item>,
    #[prost(bytes = "bytes", tag = "2")]
    pub blob: Bytes,
}

/// All shapes are encoded and decoded alike.
macro_rules! subject {
    ($($ty:ident, $build:ident;)*) => {$(
        impl Subject<plain::$ty> for $ty {
            type Buffer = Vec<u8>;

            fn build(plain: &plain::$ty) -> Self {
                $build(plain)
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.reserve(self.encoded_len());
                self.encode_raw(out);
            }

            fn encode_fresh(&self) -> Vec<u8> {
                self.encode_to_vec()
            }

            fn decode(bytes: &Bytes) -> Self {
                Message::decode(&bytes[..]).expect("decodes")
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
        level: i32::from(n[0] as i8),
        port: i32::from(n[1] as i16),
        count: n[2] as i32,
        id: n[3],
        ratio: n[4] as f64,
        name: plain.name.clone(),
        region: plain.region.clone(),
        token: plain.token.clone().into(),
        shard: n[5] as i32,
        created: n[6],
        deleted: n[6] > 0,
        weight: n[7] as f64,
        nested: Some(Nested {
            id: n[8],
            label: plain.label.clone(),
            kind: n[8] as i32,
        }),
        samples: plain.samples.clone(),
        labels: plain.labels.iter().cloned().collect(),
        tags: plain.tags.clone(),
        updated: n[9],
        version: n[9] as i32,
        owner: plain.owner.clone(),
    }
}

fn large(plain: &plain::Large) -> Large {
    let items = plain.items.iter().map(|item| Item {
        id: item.id,
        name: item.name.clone(),
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
