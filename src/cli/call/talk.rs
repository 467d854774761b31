//! A call, from its requests to its end.

use std::pin::pin;

use streamgen_dynamic::client::{
    CallError, JsonClient, JsonClientStreaming, JsonReceiver, JsonSender,
};
use streamgen_dynamic::{Method, Mode};
use streamgen_runtime::Metadata;

use super::call_args::CallArgs;
use super::ending::Ending;
use super::print::Printer;
use super::requests::Requests;
use super::split::Request;
use super::told::Told;

/// What all calls of a run have in common.
pub(super) struct Talk<'a> {
    pub(super) args: &'a CallArgs,
    pub(super) header: &'a Metadata,
    pub(super) printer: &'a Printer,
    pub(super) told: &'a Told,
}

/// The requests of a call.
pub(super) enum Input<'a> {
    One(Request),
    Many(Requests<'a>),
}

/// Sets the options that all calls have.
macro_rules! with_options {
    ($call:expr, $talk:expr) => {
        $call.with(|mut call| {
            if let Some(timeout) = $talk.args.timeout {
                call = call.timeout(timeout);
            }
            for (key, value) in &$talk.args.metainfo {
                call = call.metainfo(key.clone(), value.clone());
            }
            for (key, value) in &$talk.args.metainfo_persistent {
                call = call.persistent_metainfo(key.clone(), value.clone());
            }
            match $talk.header.is_empty() {
                true => call,
                false => call.header($talk.header.clone()),
            }
        })
    };
}

/// Sets the options that calls with a stream have.
macro_rules! with_stream_options {
    ($call:expr, $talk:expr) => {
        with_options!($call, $talk).with(|call| match $talk.args.recv_timeout {
            Some(timeout) => call.recv_timeout(timeout),
            None => call,
        })
    };
}

impl Talk<'_> {
    /// Makes the call, and prints what comes back.
    pub(super) async fn call(
        &self,
        client: &JsonClient,
        method: &Method,
        input: Input<'_>,
    ) -> Result<(), Ending> {
        let ended = match input {
            Input::One(request) => self.one(client, method, &request).await,
            Input::Many(requests) => self.many(client, method, requests).await,
        };
        self.told.over();
        ended
    }

    async fn one(
        &self,
        client: &JsonClient,
        method: &Method,
        request: &Request,
    ) -> Result<(), Ending> {
        let failed = |error| Ending::of_request(request, error);
        let (name, json) = (method.name(), &request.text);
        match method.mode() {
            Mode::ServerStreaming => {
                let call = client.server_streaming(name, json);
                let mut stream = with_stream_options!(call, self).await.map_err(failed)?;
                while let Some(response) = stream.recv().await? {
                    self.printer.response(&response)?;
                }
                Ok(())
            }
            Mode::OneWay => {
                let call = client.one_way(name, json);
                with_options!(call, self).await.map_err(failed)
            }
            _ => {
                let call = client.call(name, json);
                let reply = with_options!(call, self).with_metadata().await;
                let reply = reply.map_err(failed)?;
                self.told.metadata("header", &reply.header);
                self.told.metadata("trailer", &reply.trailer);
                self.printer.response(&reply.json)
            }
        }
    }

    async fn many(
        &self,
        client: &JsonClient,
        method: &Method,
        requests: Requests<'_>,
    ) -> Result<(), Ending> {
        let name = method.name();
        if method.mode() == Mode::ClientStreaming {
            let call = client.client_streaming(name);
            let stream = with_stream_options!(call, self).await?;
            return self.send_all(stream, requests).await;
        }
        let call = client.bidi_streaming(name);
        let (sender, receiver) = with_stream_options!(call, self).await?.split();
        self.both(sender, receiver, requests).await
    }

    async fn send_all(
        &self,
        mut stream: JsonClientStreaming,
        mut requests: Requests<'_>,
    ) -> Result<(), Ending> {
        while let Some(request) = requests.next().await? {
            match stream.send(&request.text).await {
                Ok(()) => {}
                // The server has ended the stream: what it answered says why.
                Err(CallError::Call(_)) => break,
                Err(error) => requests.unfit(Ending::of_request(&request, error))?,
            }
        }
        self.printer.response(&stream.close_and_recv().await?)
    }

    /// Sends and receives at the same time. The call is over when the server has ended the stream, whatever
    /// is left to be sent, or when a request cannot be sent that should have been.
    async fn both(
        &self,
        mut sender: JsonSender,
        receiver: JsonReceiver,
        requests: Requests<'_>,
    ) -> Result<(), Ending> {
        // If Ctrl-C or a request ends the call, the receiver is dropped before the sender, which would tell the
        // server that all was sent.
        let mut receiving = pin!(self.receive(receiver));
        tokio::select! {
            ended = &mut receiving => return ended,
            sent = send(&mut sender, requests) => sent?,
        }
        // The server may have ended the stream: what is received says why.
        let _ = sender.close().await;
        receiving.await
    }

    async fn receive(&self, mut receiver: JsonReceiver) -> Result<(), Ending> {
        while let Some(response) = receiver.recv().await? {
            self.printer.response(&response)?;
        }
        Ok(())
    }
}

async fn send(sender: &mut JsonSender, mut requests: Requests<'_>) -> Result<(), Ending> {
    while let Some(request) = requests.next().await? {
        match sender.send(&request.text).await {
            Ok(()) => {}
            // The server has ended the stream: what is received says why.
            Err(CallError::Call(_)) => return Ok(()),
            Err(error) => requests.unfit(Ending::of_request(&request, error))?,
        }
    }
    Ok(())
}
