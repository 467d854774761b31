//! nacos's HTTP interface: what others write and read. nacos-sdk-go 1, and so version 1 of registry-nacos,
//! registers by these very requests (nacos's "Open API Guide", `/nacos/v1/ns/instance`); its server shows
//! here what ours has written over gRPC.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

pub(crate) struct OpenApi {
    base: String,
    client: Client,
}

impl OpenApi {
    pub(crate) fn new(port: u16) -> Self {
        Self {
            base: format!("http://127.0.0.1:{port}/nacos/v1/ns/instance"),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Writes an instance as registry-nacos does, but for the fields that `other` names.
    pub(crate) async fn register(
        &self,
        service: &str,
        port: u16,
        other: &[(&str, &str)],
    ) -> Result<()> {
        let metadata = json!({ "zone": "kitex" }).to_string();
        let port = port.to_string();
        let mut fields = vec![
            ("serviceName", service),
            ("groupName", "DEFAULT_GROUP"),
            ("clusterName", "DEFAULT"),
            ("ip", "127.0.0.1"),
            ("port", &port),
            ("weight", "10"),
            ("enable", "true"),
            ("healthy", "true"),
            ("ephemeral", "true"),
            ("metadata", &metadata),
        ];
        fields.retain(|(name, _)| !other.iter().any(|(one, _)| one == name));
        fields.extend(other);
        self.ask(Method::POST, "", &fields).await.map(drop)
    }

    pub(crate) async fn deregister(&self, service: &str, port: u16) -> Result<()> {
        let port = port.to_string();
        let fields = [
            ("serviceName", service),
            ("ip", "127.0.0.1"),
            ("port", &port),
            ("ephemeral", "true"),
        ];
        self.ask(Method::DELETE, "", &fields).await.map(drop)
    }

    /// All instances of a service.
    pub(crate) async fn list(&self, service: &str) -> Result<Vec<Value>> {
        let text = self
            .ask(Method::GET, "/list", &[("serviceName", service)])
            .await?;
        let list: Value = serde_json::from_str(&text)?;
        list["hosts"].as_array().cloned().context("no hosts")
    }

    async fn ask(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let url = format!("{}{path}", self.base);
        let answer = self
            .client
            .request(method, url)
            .query(fields)
            .send()
            .await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{status}: {text}");
        Ok(text)
    }
}
