//! `TestThriftStreamingMetaData` of `thrift_test.go`: which keys travel over gRPC, and what becomes of keys that
//! HTTP/2 does not know.

use streamgen_runtime::{BidiStreamingServer, Error, Result};

use crate::case::{Caller, Case};
use crate::served::Served;
use crate::text::Text;
use crate::ways::{each_way, to_kitex};
use crate::wire::{GRPC, GRPC_PB, Wire};

const WIRES: &[Wire] = &[GRPC, GRPC_PB];

/// Keys of metainfo, and whether they arrive.
const METAINFO: [(&str, bool); 7] = [
    ("HELLO", true),
    ("HELLO_WORLD", true),
    ("Foo", false),
    ("Foo_Bar", false),
    ("hello", false),
    ("hello_world", false),
    ("HELLO-WORLD", false),
];
/// Keys of the header, each with two values. Keys that differ in case are one.
const HEADER: [&str; 5] = ["hello", "WORLD", "foo_bar", "BAR_FOO", "HELLO"];
const RETURNED: [(&str, &str); 6] = [
    ("hello", "3"),
    ("foo_bar", "5"),
    ("bar-foo", "7"),
    ("x1", "9"),
    ("x_1", "10"),
    ("1_x", "11"),
];
const TRAILER: [(&str, &str); 6] = [
    ("xxx", "9"),
    ("yyy_zzz", "10"),
    ("zzz-yyy", "11"),
    ("x1", "12"),
    ("x_1", "13"),
    ("1_x", "14"),
];

struct Metadata(&'static str);

fn wrong<V: std::fmt::Debug>(key: &str, got: V) -> Error {
    Error::application(format!("{key}: got {got:?}"))
}

impl Case for Metadata {
    fn name(&self) -> &'static str {
        self.0
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        let mut caller = caller;
        for key in HEADER {
            caller = caller.with_header(key, "1").with_header(key, "2");
        }
        let mut call = caller.bidi();
        for (key, _) in METAINFO {
            call = call.metainfo(key, "1").persistent_metainfo(key, "1");
        }
        let mut stream = call.await.unwrap();
        stream.send(T::of("hello")).await.unwrap();
        let header = stream.header().await.unwrap();
        for (key, value) in RETURNED {
            assert_eq!(header.get(key), Some(value), "{key}");
        }
        assert_eq!(stream.recv().await.unwrap().unwrap().text(), "ok");
        assert!(stream.recv().await.unwrap().is_none());
        let trailer = stream.trailer().await.unwrap();
        for (key, value) in TRAILER {
            assert_eq!(trailer.get(key), Some(value), "{key}");
        }
    }

    async fn bidi<T: Text>(
        &self,
        served: Served,
        mut stream: BidiStreamingServer<T, T>,
    ) -> Result<()> {
        stream.recv().await?;
        let cx = &served.cx;
        for (key, arrives) in METAINFO {
            let value = arrives.then_some("1");
            let got = (cx.metainfo(key), cx.persistent_metainfo(key));
            if got != (value, value) {
                return Err(wrong(key, got));
            }
        }
        for key in HEADER {
            let key = key.to_ascii_lowercase();
            let got: Vec<_> = cx.header().get_all(&key).collect();
            let wanted: &[&str] = if key == "hello" {
                &["1", "2", "1", "2"]
            } else {
                &["1", "2"]
            };
            if got != wanted {
                return Err(wrong(&key, got));
            }
        }
        stream.send_header(RETURNED)?;
        stream.send(T::of("ok")).await?;
        stream.set_trailer(TRAILER)
    }
}

#[tokio::test]
async fn metadata() {
    each_way(Metadata("metadata"), WIRES).await;
}

/// A server that sends names that HTTP/2 does not know.
struct Invalid(&'static str);

impl Case for Invalid {
    fn name(&self) -> &'static str {
        self.0
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        let mut stream = caller.bidi().await.unwrap();
        stream.send(T::of("hello")).await.unwrap();
        if self.0 == "header_failure" {
            stream.header().await.unwrap_err();
        } else {
            let _ = stream.recv().await;
            let trailer = stream.trailer().await.unwrap_or_default();
            assert!(trailer.get("hello").is_none(), "{trailer:?}");
        }
    }
}

#[tokio::test]
async fn header_failure() {
    to_kitex(Invalid("header_failure"), WIRES).await;
}

#[tokio::test]
async fn trailer_failure() {
    to_kitex(Invalid("trailer_failure"), WIRES).await;
}
