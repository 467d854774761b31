//! A call, from the flags to its end.

use std::pin::pin;
use std::time::Duration;

use streamgen_dynamic::client::{
    CallError, JsonClient, JsonClientStreaming, JsonReceiver, JsonSender,
};
use streamgen_dynamic::{Method, Mode};
use tokio::time::sleep;
use tokio::{runtime, signal};

use super::args::CallArgs;
use super::ending::Ending;
use super::requests::{self, Requests};
use super::{connect, find, print};

/// How long the process goes on after Ctrl-C, for the connection to tell the server.
const FAREWELL: Duration = Duration::from_millis(200);

/// Makes the call, and prints what comes back.
pub(super) fn call(args: &CallArgs) -> Result<(), Ending> {
    let schema = find::schema(&args.idl)?;
    let (service, method) = find::method(&schema, &args.method)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Ending::failure(error.to_string()))?;
    let ended = runtime.block_on(async {
        let client = connect::client(args, &service, &method)?;
        interruptible(args, &client, &method).await
    });
    // Standard input may be read for ever.
    runtime.shutdown_background();
    ended
}

async fn interruptible(
    args: &CallArgs,
    client: &JsonClient,
    method: &Method,
) -> Result<(), Ending> {
    tokio::select! {
        ended = talk(args, client, method) => ended,
        Ok(()) = signal::ctrl_c() => {
            // The call was dropped, which cancels it; its connection still has to say so.
            sleep(FAREWELL).await;
            Err(Ending::interrupted())
        }
    }
}

/// Sets the options that all calls have.
macro_rules! with_options {
    ($call:expr, $args:expr) => {
        $call.with(|mut call| {
            if let Some(timeout) = $args.timeout {
                call = call.timeout(timeout);
            }
            for (key, value) in &$args.metainfo {
                call = call.metainfo(key.clone(), value.clone());
            }
            call
        })
    };
}

/// Sets the options that calls with a stream have.
macro_rules! with_stream_options {
    ($call:expr, $args:expr) => {
        with_options!($call, $args).with(|call| match $args.recv_timeout {
            Some(timeout) => call.recv_timeout(timeout),
            None => call,
        })
    };
}

async fn talk(args: &CallArgs, client: &JsonClient, method: &Method) -> Result<(), Ending> {
    let name = method.name();
    match method.mode() {
        Mode::PingPong | Mode::Unary => {
            let call = client.call(name, &requests::one(args)?);
            print::line(&with_options!(call, args).await?)
        }
        Mode::OneWay => {
            let call = client.one_way(name, &requests::one(args)?);
            Ok(with_options!(call, args).await?)
        }
        Mode::ServerStreaming => {
            let call = client.server_streaming(name, &requests::one(args)?);
            let mut stream = with_stream_options!(call, args).await?;
            while let Some(response) = stream.recv().await? {
                print::line(&response)?;
            }
            Ok(())
        }
        Mode::ClientStreaming => {
            let requests = Requests::of(args)?;
            let call = client.client_streaming(name);
            send_all(with_stream_options!(call, args).await?, requests).await
        }
        Mode::BidiStreaming => {
            let requests = Requests::of(args)?;
            let call = client.bidi_streaming(name);
            let (sender, receiver) = with_stream_options!(call, args).await?.split();
            both(sender, receiver, requests).await
        }
    }
}

async fn send_all(mut stream: JsonClientStreaming, mut requests: Requests) -> Result<(), Ending> {
    while let Some(request) = requests.next().await? {
        match stream.send(&request).await {
            Ok(()) => {}
            // The server has ended the stream: what it answered says why.
            Err(CallError::Call(_)) => break,
            Err(error) => return Err(error.into()),
        }
    }
    print::line(&stream.close_and_recv().await?)
}

/// Sends and receives at the same time. The call is over when the server has ended the stream, whatever
/// is left to be sent, or when a request cannot be sent that should have been.
async fn both(
    sender: JsonSender,
    receiver: JsonReceiver,
    requests: Requests,
) -> Result<(), Ending> {
    let mut receiving = pin!(receive(receiver));
    tokio::select! {
        ended = &mut receiving => return ended,
        sent = send(sender, requests) => sent?,
    }
    receiving.await
}

async fn send(mut sender: JsonSender, mut requests: Requests) -> Result<(), Ending> {
    while let Some(request) = requests.next().await? {
        match sender.send(&request).await {
            Ok(()) => {}
            // The server has ended the stream: what is received says why.
            Err(CallError::Call(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    // As above.
    let _ = sender.close().await;
    Ok(())
}

async fn receive(mut receiver: JsonReceiver) -> Result<(), Ending> {
    while let Some(response) = receiver.recv().await? {
        print::line(&response)?;
    }
    Ok(())
}
