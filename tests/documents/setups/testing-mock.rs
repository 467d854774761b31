use std::time::Duration;

use option_mock::stream_gen::samples::desk::Item;
use option_mock::stream_gen::samples::desk::desk::{AddArgs, DeskClient, MockDesk};
use streamgen_runtime::BizStatusError;

fn item(text: &'static str) -> Item {
    Item { text: text.into() }
}

/// Code that calls the service.
async fn run_what_is_tested(client: &DeskClient) {
    assert_eq!(client.hello("x".into()).await.unwrap(), "hello, x");
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
    assert_eq!(client.add(3, 4).await.unwrap(), 7);
    client.clear().await.unwrap_err();

    let mut stream = client.watch(item("a")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(item("1")));
    assert_eq!(stream.recv().await.unwrap(), Some(item("2")));
    assert_eq!(stream.recv().await.unwrap(), None);

    let mut stream = client.chat().await.unwrap();
    stream.send(item("b")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(item("b")));
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
// the block
}
