//! The clients' halves of `normal.rs`.

use streamgen_runtime::{Code, Error, Metadata, Side};

use super::counted::Counts;
use super::normal::{BIZ, MODE, Normal, OTHER, STATUS, TIMES};
use crate::case::Caller;
use crate::text::Text;

impl Normal {
    /// What a client has counted, and the metadata that it got.
    fn assert_ended<T: Text>(
        &self,
        caller: &Caller<T>,
        header: &Metadata,
        trailer: &Metadata,
        (recv, send): (u32, u32),
    ) {
        assert_eq!(header.get("headerkey"), Some("headervalue"));
        assert_eq!(trailer.get("trailerkey"), Some("trailervalue"));
        let (_, run) = &caller.extras.metainfo[1];
        let counts = Counts {
            stream: [1, 1],
            recv: [recv, recv],
            send: [send, send],
            ..Counts::default()
        };
        assert_eq!(self.counted.of(Side::Client, run), counts);
    }

    pub(super) async fn call_bidi<T: Text>(&self, caller: Caller<T>) {
        let mut stream = caller.bidi().await.unwrap();
        for _ in 0..TIMES {
            stream.send(T::of("ping")).await.unwrap();
            assert_eq!(stream.recv().await.unwrap().unwrap().text(), "pong");
        }
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        let (header, trailer) = (
            stream.header().await.unwrap(),
            stream.trailer().await.unwrap(),
        );
        self.assert_ended(&caller, &header, &trailer, (TIMES + 1, TIMES));
    }

    pub(super) async fn call_client<T: Text>(&self, caller: Caller<T>) {
        let mut stream = caller.requests().await.unwrap();
        for _ in 0..TIMES {
            stream.send(T::of("ping")).await.unwrap();
        }
        let mut stream = stream.close_send().await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text(), "pong");
        let (header, trailer) = (
            stream.header().await.unwrap(),
            stream.trailer().await.unwrap(),
        );
        self.assert_ended(&caller, &header, &trailer, (1, TIMES));
    }

    pub(super) async fn call_server<T: Text>(&self, caller: Caller<T>) {
        let mut stream = caller.responses("ping").await.unwrap();
        for _ in 0..TIMES {
            assert_eq!(stream.recv().await.unwrap().unwrap().text(), "pong");
        }
        assert!(stream.recv().await.unwrap().is_none());
        let (header, trailer) = (
            stream.header().await.unwrap(),
            stream.trailer().await.unwrap(),
        );
        assert_eq!(header.get("headerkey1"), Some("headervalue1"));
        self.assert_ended(&caller, &header, &trailer, (TIMES + 1, 1));
    }
}

/// The error of a stream of requests whose client has asked for it.
async fn refused<T: Text>(caller: &Caller<T>, mode: &'static str) -> Error {
    let mut stream = caller.with_header(MODE, mode).requests().await.unwrap();
    for _ in 0..TIMES {
        stream.send(T::of("ping")).await.unwrap();
    }
    stream.close_and_recv().await.map(drop).unwrap_err()
}

pub(super) fn assert_biz(error: &Error, code: i32, message: &str) {
    let biz = error.biz_status().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!((biz.code(), biz.message()), (code, message));
}

pub(super) async fn call_client_errors<T: Text>(caller: Caller<T>) {
    // Kitex's server adds ` [biz error]`, also to a status, as ours does to a plain error.
    let status = refused(&caller, STATUS).await;
    assert_eq!(status.grpc_code(), Some(Code::INTERNAL));
    assert!(status.message().starts_with("grpc"), "{status:?}");
    assert_biz(&refused(&caller, BIZ).await, 10000, "biz");
    let other = refused(&caller, OTHER).await;
    assert_eq!(other.grpc_code(), Some(Code::INTERNAL));
    assert_eq!(other.message(), "other [biz error]");
}
