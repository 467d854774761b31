//! HTTP in front of a Thrift service, by its IDL alone: `POST /Method` with JSON makes a call, and
//! `GET /Method?json=…` gets a stream of responses as server-sent events. When the browser's tab closes, the call
//! of the service is cancelled: axum drops the response, and with it our end of the stream.

use std::convert::Infallible;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use streamgen_dynamic::client::{CallError, JsonClient, JsonServerStreaming};
use streamgen_runtime::ErrorKind;

/// The routes of a service.
pub fn routes(client: JsonClient) -> Router {
    Router::new()
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/{method}", get(events).post(call))
        .with_state(client)
}

/// One request, one reply.
async fn call(
    State(client): State<JsonClient>,
    Path(method): Path<String>,
    body: Bytes,
) -> Result<Response, Failed> {
    let json = std::str::from_utf8(&body).map_err(|_| Failed::not_text())?;
    let reply = client.call(&method, json).await?;
    Ok(([(CONTENT_TYPE, "application/json")], reply).into_response())
}

/// One request, many responses: each is an event. The end is an event `end`, an error an event `failed`, so
/// that the browser does not come again for more.
async fn events(
    State(client): State<JsonClient>,
    Path(method): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let json = query.into_iter().find(|(name, _)| name == "json");
    let json = json.map_or_else(|| "{}".to_owned(), |(_, json)| json);
    let stream = client.server_streaming(&method, &json).await?;
    let events = stream::unfold(Some(stream), next_event);
    let events = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(events.into_response())
}

type Next = (Result<Event, Infallible>, Option<JsonServerStreaming>);

async fn next_event(stream: Option<JsonServerStreaming>) -> Option<Next> {
    let mut stream = stream?;
    Some(match stream.recv().await {
        Ok(Some(json)) => (Ok(Event::default().data(json)), Some(stream)),
        Ok(None) => (Ok(Event::default().event("end").data("")), None),
        Err(error) => {
            let text = error.to_string().replace(['\r', '\n'], " ");
            (Ok(Event::default().event("failed").data(text)), None)
        }
    })
}

/// Why a call failed, as a response of HTTP.
struct Failed(StatusCode, String);

impl Failed {
    fn not_text() -> Self {
        Self(StatusCode::BAD_REQUEST, "the body is not UTF-8".to_owned())
    }
}

impl From<CallError> for Failed {
    fn from(error: CallError) -> Self {
        let status = match &error {
            CallError::NotFound(_) => StatusCode::NOT_FOUND,
            CallError::Request(_) => StatusCode::BAD_REQUEST,
            // A method of another shape than was asked for.
            CallError::Call(error) if error.kind() == ErrorKind::InvalidArgument => {
                StatusCode::BAD_REQUEST
            }
            CallError::Exception { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::BAD_GATEWAY,
        };
        Self(status, error.to_string())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}
