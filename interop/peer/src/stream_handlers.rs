//! The streaming methods of both services, for the messages of either IDL and for any wire.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Message, Metadata, Result, ServerStreamingServer,
};

use crate::call::{Call, Due, Headers};
use crate::message::Msg;

/// Header and trailer of any server stream.
macro_rules! headers {
    ($([$($generics:tt)*] $stream:ty;)*) => {$(
        impl<$($generics)*> Headers for $stream {
            fn set_header(&mut self, header: Metadata) -> Result<()> {
                <$stream>::set_header(self, header)
            }

            fn send_header(&mut self, header: Metadata) -> Result<()> {
                <$stream>::send_header(self, header)
            }

            fn set_trailer(&mut self, trailer: Metadata) -> Result<()> {
                <$stream>::set_trailer(self, trailer)
            }
        }
    )*};
}

headers! {
    [Req: Message, Res: Message] BidiStreamingServer<Req, Res>;
    [Req: Message] ClientStreamingServer<Req>;
    [Res: Message] ServerStreamingServer<Res>;
}

/// Answers each message until the end of input; orders count the answers.
pub async fn bidi<T: Message>(
    mut call: Call,
    mut stream: BidiStreamingServer<T, T>,
    answer: impl Fn(&Call, T) -> T,
) -> Result<()> {
    let result = async {
        loop {
            if let Due::Return = call.due(call.sent, &mut stream).await? {
                return Ok(());
            }
            let Some(message) = stream.recv().await? else {
                return Ok(());
            };
            call.received += 1;
            call.pause().await?;
            stream.send(answer(&call, message)).await?;
            call.sent += 1;
        }
    }
    .await;
    call.end(result)
}

/// Answers once, at the end of input or when `ret` is due; orders count the messages received.
pub async fn client_stream<M: Msg>(
    mut call: Call,
    mut stream: ClientStreamingServer<M>,
) -> Result<M> {
    let result = async {
        let (mut last, mut sum, mut bytes) = (String::new(), 0i64, 0usize);
        loop {
            if let Due::Return = call.due(call.received, &mut stream).await? {
                break;
            }
            let Some(message) = stream.recv().await? else {
                break;
            };
            call.received += 1;
            sum = sum.wrapping_add(message.seq());
            bytes += message.payload().len();
            last = message.text().to_owned();
        }
        call.pause().await?;
        let tally = M::default()
            .with_text(last)
            .with_seq(call.received as i64)
            .with_attr("sum", sum.to_string())
            .with_attr("bytes", bytes.to_string());
        call.sent += 1;
        Ok(call.answer("got:", tally))
    }
    .await;
    call.end(result)
}

/// Sends `req.seq` messages, or without end when `flood` was ordered; orders count the messages
/// sent.
pub async fn server_stream<M: Msg>(
    mut call: Call,
    req: M,
    mut stream: ServerStreamingServer<M>,
) -> Result<()> {
    call.received = 1;
    let wanted = usize::try_from(req.seq()).unwrap_or(0);
    let result = async {
        loop {
            if let Due::Return = call.due(call.sent, &mut stream).await? {
                return Ok(());
            }
            if !call.orders.has("flood") && call.sent >= wanted {
                return Ok(());
            }
            call.pause().await?;
            let text = format!("{}#{}", req.text(), call.sent);
            let message = req.clone().with_text(text).with_seq(call.sent as i64);
            stream.send(call.answer("", message)).await?;
            call.sent += 1;
        }
    }
    .await;
    call.end(result)
}
