//! Our server of a case.

use std::sync::Arc;

use interop_suites::suite_gen::suites::suite::{PingPongError, Suite};
use interop_suites::suite_pb_gen::suitespb::suite_pb::SuitePb;
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, Result,
    ServerStreamingServer,
};

use crate::case::Case;
use crate::text::{Text as _, protobuf, thrift};
use crate::verdicts::Verdicts;

/// A call as the server's half sees it.
pub(crate) struct Served {
    pub(crate) cx: Context,
    verdicts: Arc<Verdicts>,
}

impl Served {
    /// The number of messages that the client wants.
    pub(crate) fn count(&self) -> usize {
        let count = self.cx.metainfo("COUNT").and_then(|text| text.parse().ok());
        count.unwrap_or_default()
    }

    /// The error that the client wants: an error, a business status, or that of its own deadline.
    pub(crate) async fn told_to_fail(&self) -> Result<()> {
        match self.cx.metainfo("ERROR") {
            None => Ok(()),
            Some("biz") => Err(BizStatusError::new(100, "biz error").into()),
            Some("deadline") => Err(self.cx.cancelled().await),
            Some(text) => Err(Error::application(text.to_owned())),
        }
    }

    pub(crate) fn is_grpc(&self) -> bool {
        self.cx.protocol() == "GRPC"
    }

    /// Says what this half found, and ends the call.
    pub(crate) fn judge(&self, found: Result<(), String>) -> Result<()> {
        let run = self.cx.metainfo("RUN").unwrap_or_default();
        let found = found.err().unwrap_or_else(|| "ok".to_owned());
        self.verdicts.put(run, &found);
        Ok(())
    }
}

/// Serves the server's half of a case with either IDL.
pub(crate) struct Handler<K> {
    pub(crate) case: Arc<K>,
    pub(crate) verdicts: Arc<Verdicts>,
}

impl<K: Case> Handler<K> {
    fn served(&self, cx: Context) -> Served {
        let verdicts = Arc::clone(&self.verdicts);
        Served { cx, verdicts }
    }
}

macro_rules! streams {
    ($message:ty) => {
        async fn bidi(
            &self,
            cx: Context,
            stream: BidiStreamingServer<$message, $message>,
        ) -> Result<()> {
            self.case.bidi(self.served(cx), stream).await
        }

        async fn client(
            &self,
            cx: Context,
            stream: ClientStreamingServer<$message>,
        ) -> Result<$message> {
            self.case.requests(self.served(cx), stream).await
        }

        async fn server(
            &self,
            cx: Context,
            request: $message,
            stream: ServerStreamingServer<$message>,
        ) -> Result<()> {
            self.case.responses(self.served(cx), request, stream).await
        }
    };
}

impl<K: Case> Suite for Handler<K> {
    streams!(thrift::Msg);

    async fn unary(&self, cx: Context, req: thrift::Msg) -> Result<thrift::Msg> {
        let text = self
            .case
            .ping_pong(self.served(cx), req.message.into(), String::new());
        Ok(thrift::Msg::of(&text.await?))
    }

    async fn ping_pong(
        &self,
        cx: Context,
        req1: thrift::Msg,
        req2: thrift::Msg,
    ) -> Result<thrift::Msg, PingPongError> {
        let (first, second) = (req1.message.into(), req2.message.into());
        let text = self.case.ping_pong(self.served(cx), first, second);
        Ok(thrift::Msg::of(&text.await?))
    }

    async fn oneway(&self, cx: Context, req: thrift::Msg) -> Result<()> {
        let served = self.served(cx);
        if served.cx.metainfo("MESSAGE") != Some(&*req.message) {
            return Err(Error::application("invalid message"));
        }
        served.told_to_fail().await
    }

    async fn ping(&self, cx: Context) -> Result<()> {
        self.served(cx).told_to_fail().await
    }
}

impl<K: Case> SuitePb for Handler<K> {
    streams!(protobuf::Msg);

    async fn ping_pong(&self, cx: Context, req: protobuf::Msg) -> Result<protobuf::Msg> {
        let text = self
            .case
            .ping_pong(self.served(cx), req.message, String::new());
        Ok(protobuf::Msg::of(&text.await?))
    }
}
