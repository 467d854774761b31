//! Calls of every shape, answered.

use std::sync::Arc;

use streamgen_dynamic::client::CallError;
use streamgen_dynamic::server::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonHandler, JsonServerStreamingServer,
};
use streamgen_dynamic::{Method, Service};
use streamgen_runtime::Context;
use tokio::time::sleep;

use super::answer::{self, Answer};
use super::rules::Rule;
use crate::cli::args::MessageFormat;
use crate::cli::console::Console;

/// Answers the calls of a service.
pub(super) struct Mock {
    pub(super) service: Service,
    pub(super) rules: Arc<Vec<Rule>>,
    pub(super) seed: u64,
    pub(super) verbose: bool,
}

impl Mock {
    fn method(&self, cx: &Context) -> Result<Method, CallError> {
        let found = self.service.method(cx.method());
        found.map_err(CallError::NotFound)
    }

    fn answer(&self, method: &Method, request: Option<&str>) -> Answer {
        let service = self.service.name();
        let answer = answer::to(&self.rules, self.seed, service, method, request);
        if self.verbose {
            let by = match answer.rule {
                Some(number) => format!("rule {number}"),
                None => "generated".to_owned(),
            };
            let request = request.unwrap_or("no request");
            let line = format!("{service}/{} {request}: {by}", method.name());
            Console::new(MessageFormat::Human).progress(&line);
        }
        answer
    }
}

/// Gives the stream the header and the trailer of an answer.
macro_rules! around {
    ($stream:expr, $answer:expr) => {{
        let stream = $stream.stream();
        if !$answer.header.is_empty() {
            stream.set_header($answer.header.clone())?;
        }
        if !$answer.trailer.is_empty() {
            stream.set_trailer($answer.trailer.clone())?;
        }
    }};
}

impl JsonHandler for Mock {
    async fn call(&self, cx: Context, request: String) -> Result<String, CallError> {
        let answer = self.answer(&self.method(&cx)?, Some(&request));
        sleep(answer.delay).await;
        // TTHeader has backward metainfo instead of a trailer.
        if !cx.set_trailer(answer.trailer.clone())? {
            for (key, value) in answer.header.iter().chain(answer.trailer.iter()) {
                cx.send_backward(key.to_owned(), value.to_owned());
            }
        }
        cx.set_header(answer.header)?;
        answer.end?;
        Ok(answer.responses.into_iter().next().unwrap_or_default())
    }

    async fn client_streaming(
        &self,
        cx: Context,
        mut stream: JsonClientStreamingServer,
    ) -> Result<String, CallError> {
        let method = self.method(&cx)?;
        let mut last = None;
        while let Some(request) = stream.recv().await? {
            last = Some(request);
        }
        let answer = self.answer(&method, last.as_deref());
        around!(stream, answer);
        sleep(answer.delay).await;
        answer.end?;
        Ok(answer.responses.into_iter().next().unwrap_or_default())
    }

    async fn server_streaming(
        &self,
        cx: Context,
        request: String,
        mut stream: JsonServerStreamingServer,
    ) -> Result<(), CallError> {
        let answer = self.answer(&self.method(&cx)?, Some(&request));
        around!(stream, answer);
        if answer.responses.is_empty() {
            sleep(answer.delay).await;
        }
        for response in &answer.responses {
            sleep(answer.delay).await;
            stream.send(response).await?;
        }
        answer.end
    }

    async fn bidi_streaming(
        &self,
        cx: Context,
        mut stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        let method = self.method(&cx)?;
        let mut is_first = true;
        while let Some(request) = stream.recv().await? {
            let answer = self.answer(&method, Some(&request));
            // The header goes with the first response, and the trailer with the end.
            if std::mem::take(&mut is_first) {
                around!(stream, answer);
            }
            if answer.responses.is_empty() {
                sleep(answer.delay).await;
            }
            for response in &answer.responses {
                sleep(answer.delay).await;
                stream.send(response).await?;
            }
            answer.end?;
        }
        Ok(())
    }
}
