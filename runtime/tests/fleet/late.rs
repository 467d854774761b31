//! An instance that refuses calls unseen, but late: the time for connecting is for connecting.

use std::time::Duration;

use h2::{Reason, server};
use streamgen_runtime::fleet::Fleet;
use streamgen_runtime::testing::{Host, Network};
use streamgen_runtime::unstable::io::{Dial, Dialling, Endpoint};
use tokio::io::{DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use crate::hosts::{address, ask, builder, first, serve};
use crate::wires::Wire;

const SECOND: Duration = Duration::from_secs(1);
/// When the instance refuses a call: behind the time for connecting, and before a call's own is over.
const LATE: Duration = Duration::from_secs(2);

/// Reaches the other instances by the network. Of the first one, only this test knows.
struct RefusedLate(Host);

impl Dial for RefusedLate {
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a> {
        if to.to_string() != address(0) {
            return self.0.dial(to);
        }
        let (near, far) = duplex(64 * 1024);
        tokio::spawn(refuse(far));
        Box::pin(async { Ok(near.into()) })
    }
}

async fn refuse(io: DuplexStream) {
    let mut connection = server::handshake(io).await.unwrap();
    while let Some(Ok((_, mut response))) = connection.accept().await {
        tokio::spawn(async move {
            sleep(LATE).await;
            response.send_reset(Reason::REFUSED_STREAM);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_for_no_connection_goes_on_to_another_instance() {
    let network = Network::new(1);
    let _server = serve(&network, 1).await;
    let dial = RefusedLate(network.host("a"));
    let client = builder(&network, Wire::GrpcUnary, Fleet::new(first(2))).dial(dial);
    let client = client.connect_timeout(SECOND).build().unwrap();
    // The first call at each instance waits for its connection, and has no time left for the other one then.
    for _ in 0..2 {
        let _ = ask(Wire::GrpcUnary, &client).await;
    }
    let began = Instant::now();
    for _ in 0..4 {
        assert_eq!(ask(Wire::GrpcUnary, &client).await.unwrap(), 1);
    }
    assert!(began.elapsed() > LATE, "no call went to the first instance");
}
