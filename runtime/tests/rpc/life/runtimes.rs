//! One client, and one runtime after the other: what every `#[tokio::test]` with a static client is.

use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};

use crate::rpc_support::start;
use crate::wires::{ALL, PATIENT, server};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A server on a runtime of its own, which lives as long as the test process.
fn serve() -> String {
    let (told, address) = mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let running = start(server()).await;
            told.send(running.address.to_string()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    address.recv().unwrap()
}

#[test]
fn a_client_works_on_each_of_several_runtimes_in_turn() {
    let address = serve();
    for wire in ALL {
        let client = wire.client(std::slice::from_ref(&address));
        for turn in 0..5 {
            let called = runtime().block_on(async {
                wire.call(&client, PATIENT).await?;
                wire.call(&client, PATIENT).await
            });
            assert!(called.is_ok(), "{wire:?}, runtime {turn}: {called:?}");
        }
    }
}

#[test]
fn a_dial_that_ends_with_its_runtime_is_begun_anew_on_the_next() {
    let address = serve();
    for wire in ALL {
        let client = wire.client(std::slice::from_ref(&address));
        for _ in 0..5 {
            let first = runtime();
            let (calling, called) = (client.clone(), first.enter());
            drop(tokio::spawn(
                async move { wire.call(&calling, PATIENT).await },
            ));
            drop(called);
            first.block_on(tokio::task::yield_now());
            drop(first);
            runtime().block_on(wire.call(&client, PATIENT)).unwrap();
        }
    }
}
