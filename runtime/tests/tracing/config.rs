//! The configuration of a client, as an observer hears of it.

use std::time::Duration;

use streamgen_runtime::Result;
use streamgen_runtime::config::{Category, ConfigFile, ConfigNames, ConfigSource, ConfigUpdates};
use streamgen_runtime::testing::Network;

use crate::capture::{Capture, Told};
use crate::errors_support::LONG;
use crate::rpc_support::PeerClient;

/// Tells one document after the other, one each second.
struct Documents(&'static [Option<&'static str>]);

impl ConfigSource for Documents {
    async fn watch(&self, names: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
        let category = Category::RpcTimeout;
        for document in self.0 {
            let document = document.map(str::as_bytes);
            updates.set(category, names.path(category), document);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }
}

fn field<'t>(told: &'t Told, name: &str) -> &'t str {
    told.fields.get(name).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn each_document_is_told_once() {
    let seen = Capture::start();
    let network = Network::new(1);
    const WRONG: Option<&str> = Some("{\n  \"Get\": {\"rpc_timeout_ms\": \"1s\"}}");
    let documents = Documents(&[
        None,
        Some(r#"{"Get": {"rpc_timeout_ms": 1000}}"#),
        WRONG,
        WRONG,
        Some(r#"{"Get": {"rpc_timeout": 1000}}"#),
        None,
        None,
    ]);
    let builder = PeerClient::builder("peer").dial(network.host("a"));
    let client = builder.address("one:80").config("me", documents).build();
    let client = client.unwrap();
    client.hello("x".into()).await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(10)).await;

    let refused = seen.events("WARN streamgen::config: configuration refused");
    assert_eq!(refused.len(), 1);
    assert_eq!(field(&refused[0], "of"), "me/peer");
    assert_eq!(field(&refused[0], "from"), "me/peer/rpc_timeout");
    assert_eq!(
        field(&refused[0], "error"),
        "line 2, column 29: `Get.rpc_timeout_ms` is \"1s\": expected a whole number from 0 to 4294967295"
    );
    let applied = seen.events("INFO streamgen::config: configuration applied");
    assert_eq!(applied.len(), 2);
    assert_eq!(field(&applied[0], "categories"), "rpc_timeout");
    let unused = seen.events("WARN streamgen::config: parts of the configuration have no effect");
    assert_eq!(unused.len(), 1);
    assert_eq!(field(&unused[0], "parts"), "Get.rpc_timeout");
    assert_eq!(
        seen.events("INFO streamgen::config: no configuration")
            .len(),
        1,
        "that a category was never there is no event"
    );
}

/// A folder of one test, which is gone after it.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_file_is_watched_and_its_faults_are_told_with_its_name() {
    let seen = Capture::start();
    let name = format!("streamgen-config-{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    std::fs::create_dir_all(&folder.0).unwrap();
    let path = folder.0.join("kitex.json");
    let config = ConfigFile::new(&path).refresh(Duration::from_millis(10));
    let network = Network::new(1);
    let builder = PeerClient::builder("peer").dial(network.host("a"));
    let client = builder
        .address("one:80")
        .config("me", config)
        .build()
        .unwrap();
    client.hello("x".into()).await.unwrap_err();
    let told = async |event: &str| {
        let waited = tokio::time::timeout(LONG, async {
            while seen.events(event).is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        waited.await.expect(event);
        seen.events(event).remove(0)
    };
    told("INFO streamgen::config: no configuration").await;
    // Moved into place, so that it is never read half-way.
    let write = |text: &str| {
        std::fs::write(folder.0.join("new"), text).unwrap();
        std::fs::rename(folder.0.join("new"), &path).unwrap();
    };
    write(r#"{"me/peer": {"retry": {}, "timeout": {}}}"#);
    let applied = told("INFO streamgen::config: configuration applied").await;
    assert_eq!(field(&applied, "categories"), "rpc_timeout, retry");
    write("{\"me/peer\"\n}");
    let refused = told("WARN streamgen::config: configuration refused").await;
    assert!(
        field(&refused, "from").ends_with("kitex.json"),
        "{refused:?}"
    );
    assert_eq!(
        field(&refused, "error"),
        "line 2, column 1: no JSON: expected `:`"
    );
}
