//! Both sides against each other over loopback TCP.

use crate::conn_support;

use conn_support::{connector, echo, open, serve};

#[tokio::test]
async fn messages_come_back_in_order() {
    let address = serve(echo()).await;
    let connector = connector();
    let stream = open(&connector, address).await.unwrap();
    for message in ["one", "two", "three"] {
        stream.send(message).await.unwrap();
    }
    stream.raw.close_send().unwrap();
    for message in ["one", "two", "three"] {
        assert_eq!(stream.recv().await.unwrap().unwrap(), message);
    }
    assert_eq!(stream.recv().await.unwrap(), None);
    assert_eq!(stream.recv().await.unwrap(), None);
}
