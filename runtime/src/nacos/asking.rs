//! What nacos is asked.

use std::sync::Arc;

use serde_json::{Value, json};

use super::layout::Host;
use super::location::Location;
use super::messages::{FORBIDDEN, Message, code};
use super::stream_gen::request::RequestClient;
use super::tokens::Tokens;
use crate::error::Result;

/// The labels of a client: nacos treats the connections of its own servers in another way.
const LABELS: [(&str, &str); 2] = [("source", "sdk"), ("module", "naming")];
/// What requests call the namespace without ID.
const PUBLIC: &str = "public";

/// Asks nacos, over one connection.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) requests: RequestClient,
    pub(super) location: Arc<Location>,
    pub(super) tokens: Option<Arc<Tokens>>,
    /// The IP of this machine, which nacos's console shows.
    pub(super) client: Arc<str>,
}

impl Asking {
    /// What a client tells of itself before nacos answers it anything else.
    pub(super) fn introduction(&self) -> Message {
        let labels: serde_json::Map<_, _> = LABELS
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let fields = json!({
            "clientVersion": concat!("streamgen:", env!("CARGO_PKG_VERSION")),
            "tenant": self.namespace(),
            "labels": labels,
            "abilities": {},
        });
        Message::new("ConnectionSetupRequest", fields)
    }

    /// Asks whether nacos knows this connection.
    ///
    /// # Errors
    /// It does not; it does not answer.
    pub(super) async fn check(&self) -> Result<()> {
        self.send(Message::new("HealthCheckRequest", json!({})), None)
            .await
            .map(drop)
    }

    /// The instances of a service, also those that may get no calls: nacos's `ServiceInfo`.
    ///
    /// # Errors
    /// nacos refuses to tell; it does not answer.
    pub(super) async fn list(&self, service: &str) -> Result<Value> {
        let fields = json!({ "cluster": "", "healthyOnly": false, "udpPort": 0 });
        self.naming("ServiceQueryRequest", service, fields)
            .await
            .map(|mut answer| answer["serviceInfo"].take())
    }

    /// The same, and has nacos tell each change of it from now on.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn subscribe(&self, service: &str) -> Result<Value> {
        self.subscription(service, true)
            .await
            .map(|mut answer| answer["serviceInfo"].take())
    }

    /// Has nacos tell changes of a service no more.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn unsubscribe(&self, service: &str) -> Result<()> {
        self.subscription(service, false).await.map(drop)
    }

    async fn subscription(&self, service: &str, subscribe: bool) -> Result<Value> {
        let fields = json!({ "subscribe": subscribe, "clusters": "" });
        self.naming("SubscribeServiceRequest", service, fields)
            .await
    }

    /// Puts an instance on the list for as long as the connection lasts.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn register(&self, service: &str, host: &Host) -> Result<()> {
        self.instance("registerInstance", service, host).await
    }

    /// Takes it off.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn deregister(&self, service: &str, host: &Host) -> Result<()> {
        self.instance("deregisterInstance", service, host).await
    }

    async fn instance(&self, what: &str, service: &str, host: &Host) -> Result<()> {
        let fields = json!({ "type": what, "instance": host.write() });
        self.naming("InstanceRequest", service, fields)
            .await
            .map(drop)
    }

    /// A request about a service, for which a user may have to have logged in.
    async fn naming(&self, class: &str, service: &str, mut fields: Value) -> Result<Value> {
        fields["namespace"] = json!(self.namespace());
        fields["groupName"] = json!(self.location.group);
        fields["serviceName"] = json!(service);
        let token = match &self.tokens {
            Some(tokens) => Some(tokens.token(&self.location.servers).await?),
            None => None,
        };
        let answered = self.send(Message::new(class, fields), token.clone()).await;
        if let (Err(error), Some(tokens), Some(token)) = (&answered, &self.tokens, &token)
            && code(error) == Some(FORBIDDEN)
        {
            tokens.refused(token).await;
        }
        answered
    }

    async fn send(&self, message: Message, token: Option<String>) -> Result<Value> {
        let payload = message.write(&self.client, token);
        let answer = self.requests.request(payload).await?;
        Message::read(answer)?.accepted()
    }

    fn namespace(&self) -> &str {
        match &*self.location.namespace {
            "" => PUBLIC,
            named => named,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::connections::settings;
    use super::super::stream_gen::Payload;
    use super::super::stream_gen::request::{Request, RequestServer};
    use super::super::tokens::tests::Numbers;
    use super::*;
    use crate::context::Context;

    /// A nacos that takes this token only.
    struct Takes(&'static str);

    impl Request for Takes {
        async fn request(&self, _: Context, asked: Payload) -> Result<Payload> {
            let headers = asked.metadata.clone().unwrap_or_default().headers;
            let taken = headers
                .get("accessToken")
                .is_some_and(|token| token == self.0);
            let refused = json!({ "resultCode": 500, "errorCode": FORBIDDEN });
            let answer = match taken {
                true => Message::read(asked)?.answer().expect("a request"),
                false => Message::new("ErrorResponse", refused),
            };
            Ok(answer.write("", None))
        }
    }

    #[tokio::test]
    async fn a_token_that_nacos_refuses_is_replaced_with_the_next_request() {
        let server = crate::Server::builder().add_service(RequestServer::new(Takes("1")));
        let channel = settings().dial(server.invoker().unwrap()).build().unwrap();
        let tokens = Tokens::new("me".into(), Box::new(Numbers::default()));
        let asking = Asking {
            requests: RequestClient::new(channel),
            location: Arc::new(Location::of_servers("nacos").unwrap()),
            tokens: Some(Arc::new(tokens)),
            client: "".into(),
        };
        let error = asking.list("users").await.unwrap_err();
        assert_eq!(code(&error), Some(FORBIDDEN));
        assert!(asking.list("users").await.is_ok());
    }
}
