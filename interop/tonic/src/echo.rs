//! Around the service: headers that come back, which tonic's handlers cannot put into the trailers
//! of a call that succeeds, and a look at the requests.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName, Request, Response};
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tower_service::Service;

use crate::messages::{ECHO_INITIAL, ECHO_TRAILING};
use crate::watch::{Seen, Watched};

/// A service whose answers have the headers that its callers want back.
#[derive(Debug, Clone)]
pub(crate) struct Echo<S>(pub(crate) S);

impl<S: NamedService> NamedService for Echo<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Echo<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let initial = wanted(request.headers(), ECHO_INITIAL);
        let trailing = wanted(request.headers(), ECHO_TRAILING);
        let seen = Seen::default();
        let mut request = request.map(|body| Body::new(Watched::new(body, seen.clone())));
        request.extensions_mut().insert(seen);
        let answer = self.0.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            response.headers_mut().extend(initial);
            Ok(response.map(|body| Body::new(Trailing { body, trailing })))
        })
    }
}

fn wanted(request: &HeaderMap, name: &'static str) -> HeaderMap {
    let values = request.get_all(name).iter();
    let name = HeaderName::from_static(name);
    values.map(|value| (name.clone(), value.clone())).collect()
}

/// A body with more trailers.
struct Trailing {
    body: Body,
    trailing: HeaderMap,
}

impl http_body::Body for Trailing {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let mut polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &mut polled
            && let Some(trailers) = frame.trailers_mut()
        {
            trailers.extend(std::mem::take(&mut self.trailing));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
