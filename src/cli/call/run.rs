//! `call`: what it needs, and Ctrl-C.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Duration;

use streamgen_dynamic::{Method, Mode};
use tokio::time::sleep;
use tokio::{runtime, signal};

use super::call_args::CallArgs;
use super::ending::Ending;
use super::print::Printer;
use super::requests::{self, Requests};
use super::talk::{Input, Talk};
use super::told::Told;
use super::{connect, find, header, interactive};

/// How long the process goes on after Ctrl-C, for the connection to tell the server.
pub(super) const FAREWELL: Duration = Duration::from_millis(200);

/// Makes the call that the flags describe.
pub(super) fn call(args: &CallArgs) -> Result<(), Ending> {
    if args.interactive || is_for_a_user(args) {
        return interactive::run(args);
    }
    let schema = find::schema(&args.idl, &args.tls)?;
    let name = args.method().ok_or_else(|| {
        Ending::usage("which method? give SERVICE/METHOD in front of the requests, or with -m")
    })?;
    let (service, method) = find::method(&schema, name)?;
    let header = header::of(&args.header)?;
    let printer = Arc::new(Printer::new(args.pretty));
    let told = Told::of(args, &printer);
    ended(async {
        let client = connect::client(args, &service, &method, &told)?;
        let talk = Talk {
            args,
            header: &header,
            printer: &printer,
            told: &told,
        };
        interruptible(async { talk.call(&client, &method, input(args, &method)?).await }).await
    })
}

/// Whether there is nothing to send, and somebody who can type it.
fn is_for_a_user(args: &CallArgs) -> bool {
    let is_empty = args.requests().next().is_none() && args.file.is_none();
    is_empty && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Runs until it ends; who reads standard input may go on for ever.
pub(super) fn ended(run: impl Future<Output = Result<(), Ending>>) -> Result<(), Ending> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Ending::failure(error.to_string()))?;
    let ended = runtime.block_on(run);
    runtime.shutdown_background();
    ended
}

/// Ends a call at Ctrl-C.
pub(super) async fn interruptible(
    call: impl Future<Output = Result<(), Ending>>,
) -> Result<(), Ending> {
    tokio::select! {
        ended = call => ended,
        Ok(()) = signal::ctrl_c() => {
            // The call was dropped, which cancels it; its connection still has to say so.
            sleep(FAREWELL).await;
            Err(Ending::interrupted())
        }
    }
}

fn input<'a>(args: &CallArgs, method: &Method) -> Result<Input<'a>, Ending> {
    match method.mode() {
        Mode::ClientStreaming | Mode::BidiStreaming => Ok(Input::Many(Requests::of(args)?)),
        _ => Ok(Input::One(requests::one(args)?)),
    }
}
