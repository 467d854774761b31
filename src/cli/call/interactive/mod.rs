//! `-i`: calls that a user types, one after the other.

mod complete;
mod editor;
mod fields;
mod stream;
mod word;

use std::sync::Arc;

use streamgen_dynamic::client::JsonClient;
use streamgen_dynamic::{Method, Mode, Schema, Service};
use streamgen_runtime::Metadata;
use tokio::signal;
use tokio::time::sleep;

use super::call_args::CallArgs;
use super::ending::Ending;
use super::print::Printer;
use super::requests::Requests;
use super::run::{FAREWELL, ended, interruptible};
use super::split::Request;
use super::talk::{Input, Talk};
use super::told::Told;
use super::{connect, find, header, show};
use complete::Words;
use editor::{Editor, Typed};
pub(super) use stream::Lines;
use word::split;

/// Runs until the user ends it. The exit status is that of the last call.
pub(super) fn run(args: &CallArgs) -> Result<(), Ending> {
    let schema = find::schema(&args.idl, &args.tls)?;
    let header = header::of(&args.header)?;
    let fixed = args.method().map(|name| find::method(&schema, name));
    let fixed = fixed.transpose()?;
    let (editor, above) = Editor::start(Words::of(&schema))?;
    let printer = Arc::new(Printer::new(args.pretty).above(above));
    let service = match &fixed {
        Some((service, _)) => service.clone(),
        None => schema.last_service()?,
    };
    let session = Session {
        args,
        told: Told::of(args, &printer),
        schema,
        header,
        printer,
        service,
        fixed: fixed.map(|(_, method)| method),
        clients: Vec::new(),
        last: Ok(()),
    };
    ended(session.run(editor))
}

struct Session<'a> {
    args: &'a CallArgs,
    schema: Schema,
    header: Metadata,
    printer: Arc<Printer>,
    told: Told,
    /// Whose methods are meant.
    service: Service,
    /// The method that the command line names: every line that the user types calls it.
    fixed: Option<Method>,
    /// Clients by service and mode of the method, which decides on the wire.
    clients: Vec<(String, Mode, JsonClient)>,
    /// How the last call ended, if it was not told yet.
    last: Result<(), Ending>,
}

impl Session<'_> {
    async fn run(mut self, mut editor: Editor) -> Result<(), Ending> {
        if let Some(method) = self.fixed.clone()
            && streams_requests(&method)
        {
            // Its lines are the requests, and its end that of the session.
            return self.call(&mut editor, &method, "").await;
        }
        loop {
            let typed = match editor.is_terminal() {
                true => self.ask(&mut editor).await,
                false => tokio::select! {
                    typed = self.ask(&mut editor) => typed,
                    Ok(()) = signal::ctrl_c() => return Err(Ending::interrupted()),
                },
            };
            let line = match typed {
                Typed::Line(line) => line,
                // The line is given up, as in a shell.
                Typed::Interrupted => continue,
                Typed::End => break,
                Typed::Failed(text) => return Err(Ending::failure(text)),
            };
            match self.line(&mut editor, line.trim()).await {
                Ok(true) => break,
                Ok(false) => {}
                // There is nobody to talk to.
                Err(ending) if ending.text.is_none() => return Err(ending),
                Err(ending) => self.tell(ending),
            }
        }
        self.last
    }

    async fn ask(&self, editor: &mut Editor) -> Typed {
        match &self.fixed {
            Some(method) => editor.line(method.name(), Some(method.name())).await,
            None => editor.line(self.service.name(), None).await,
        }
    }

    /// Prints what went wrong, and keeps the exit status.
    fn tell(&mut self, ending: Ending) {
        let text = ending.text.as_deref().unwrap_or_default();
        self.printer.note(&format!("error: {text}"));
        self.last = Err(ending.told());
    }

    /// Does what a line says; whether that is the end.
    async fn line(&mut self, editor: &mut Editor, line: &str) -> Result<bool, Ending> {
        let (word, rest) = split(line);
        let text = match word {
            "" => return Ok(false),
            ".quit" | ".exit" => return Ok(true),
            ".help" => word::help(),
            ".list" => show::methods_of(&self.schema),
            ".describe" => show::described(&self.schema, rest)?,
            ".template" => self.method(rest)?.template(),
            ".service" => {
                self.service = self.schema.service(rest)?;
                return Ok(false);
            }
            word if word.starts_with('.') => {
                let text = format!("no command `{word}`: .help lists them");
                return Err(Ending::usage(text));
            }
            _ => {
                let (method, rest) = match self.fixed.clone() {
                    Some(method) => (method, line),
                    None => (self.method(word)?, rest),
                };
                self.call(editor, &method, rest).await?;
                self.last = Ok(());
                return Ok(false);
            }
        };
        self.printer.line(text.trim_end())?;
        Ok(false)
    }

    /// Finds the method that the user has typed: of the service that is meant, or `SERVICE/METHOD` of another.
    fn method(&mut self, name: &str) -> Result<Method, Ending> {
        match name.contains('/') {
            false => Ok(self.service.method(name)?),
            true => {
                let (service, method) = find::method(&self.schema, name)?;
                self.service = service;
                Ok(method)
            }
        }
    }

    async fn call(
        &mut self,
        editor: &mut Editor,
        method: &Method,
        json: &str,
    ) -> Result<(), Ending> {
        let client = self.client(method)?;
        let talk = Talk {
            args: self.args,
            header: &self.header,
            printer: &self.printer,
            told: &self.told,
        };
        let first = (!json.is_empty()).then(|| Request::from(json));
        let input = match (streams_requests(method), first) {
            (true, first) => Input::Many(Requests::typed(Lines {
                editor,
                printer: &self.printer,
                method: method.name().to_owned(),
                first,
                is_over: false,
            })),
            (false, Some(request)) => Input::One(request),
            (false, None) => {
                let name = method.name();
                let text = format!("the request is missing, as in: {name} {{}}");
                return Err(Ending::usage(text));
            }
        };
        let ended = interruptible(talk.call(&client, method, input)).await;
        if ended.as_ref().is_err_and(Ending::is_interrupted) {
            // The connection still has to tell the server.
            sleep(FAREWELL).await;
        }
        ended
    }

    fn client(&mut self, method: &Method) -> Result<JsonClient, Ending> {
        let (service, mode) = (self.service.name(), method.mode());
        let known = self.clients.iter();
        let mut known = known.filter(|(name, of, _)| name == service && *of == mode);
        if let Some((.., client)) = known.next() {
            return Ok(client.clone());
        }
        let client = connect::client(self.args, &self.service, method, &self.told)?;
        let entry = (service.to_owned(), mode, client.clone());
        self.clients.push(entry);
        Ok(client)
    }
}

fn streams_requests(method: &Method) -> bool {
    matches!(method.mode(), Mode::ClientStreaming | Mode::BidiStreaming)
}
