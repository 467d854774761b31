//! Middleware of the stream client (TestKitexStreamClientMiddlewareUnary of kitex-tests): its unary calls pass that of calls, its streams that of streams.

use std::sync::{Arc, Mutex};

use streamgen_runtime::middleware::{Calling, Middleware, Next};

use super::stream_gen::classic::desk::TouchArgs;
use super::*;

/// Writes down what passes.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Middleware for Seen {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        if let Some(args) = calling.request_as::<TouchArgs>() {
            args.text = text("changed");
        }
        next.run(calling).await?;
        let answer = calling.response_as::<Text>().cloned();
        let method = calling.call().method();
        let line = format!("{method} {:?}", answer.map(|text| text.text));
        self.0.lock().unwrap().push(line);
        Ok(())
    }
}

#[tokio::test]
async fn a_unary_method_passes_the_middleware_of_calls_and_not_that_of_streams() {
    let (unary, streams) = (Seen::default(), Seen::default());
    let client = DeskStreamClient::builder("desk").address(serve().await);
    let client = client
        .unary_middleware(unary.clone())
        .stream_middleware(streams.clone())
        .build()
        .unwrap();
    // An empty text would be refused.
    client.touch(text("")).await.unwrap();
    let seen = std::mem::take(&mut *unary.0.lock().unwrap());
    assert!(
        seen[0].starts_with("touch Some(\"GRPC touch nobody"),
        "{seen:?}"
    );
    drop(client.exchange().await.unwrap());
    assert_eq!(*streams.0.lock().unwrap(), ["exchange None"]);
    assert!(unary.0.lock().unwrap().is_empty());
}
