//! Logging in to nacos. nacos-sdk can do it, too; it writes the password to its log.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nacos_sdk::api::plugin::{AuthContext, AuthPlugin, LoginIdentityContext, RequestResource};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::Value;
use tokio::time::Instant;

use super::location::User;
use crate::fleet::events;
use crate::sync::lock;

/// Where nacos takes names and passwords: its HTTP interface, the same in all its versions to date.
const PATH: &str = "nacos/v1/auth/login";
/// How long one answer may take. The SDK asks every 30 s whether there is something to do.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of the longest answer: a token and a few fields.
const MAX_ANSWER: usize = 64 << 10;
/// A token is renewed after this part of its life.
const RENEWED_AFTER: u32 = 2;
/// What the SDK adds to requests under this name, nacos reads as the token.
const TOKEN: &str = "accessToken";

/// Logs a user in, and renews the token.
pub(super) struct Login {
    user: User,
    token: Mutex<Token>,
}

#[derive(Default)]
struct Token {
    identity: LoginIdentityContext,
    renewed_at: Option<Instant>,
}

impl Login {
    pub(super) fn new(user: User) -> Self {
        Self {
            user,
            token: Mutex::default(),
        }
    }

    async fn renew(&self, servers: &[String]) {
        let now = Instant::now();
        if lock(&self.token).renewed_at.is_some_and(|at| now < at) {
            return;
        }
        for server in servers {
            match self.ask(server).await {
                Ok((token, life)) => {
                    let identity = LoginIdentityContext::default().add_context(TOKEN, token);
                    let renewed_at = now.checked_add(life / RENEWED_AFTER);
                    *lock(&self.token) = Token {
                        identity,
                        renewed_at,
                    };
                    return;
                }
                Err(error) => events::not_logged_in(server, &self.user.name, &error),
            }
        }
    }

    /// # Errors
    /// The server is not reached, or refuses the user, or does not answer with a token.
    async fn ask(&self, server: &str) -> io::Result<(String, Duration)> {
        // A proxy or another server must not see the password.
        let client = Client::builder().no_proxy().redirect(Policy::none());
        let client = client.timeout(PATIENCE).build().map_err(unreached)?;
        let form = [
            ("username", &self.user.name),
            ("password", &self.user.password),
        ];
        let request = client.post(format!("http://{server}/{PATH}")).form(&form);
        let mut answer = request.send().await.map_err(unreached)?;
        if !answer.status().is_success() {
            return Err(io::Error::other(format!("it answers {}", answer.status())));
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(unreached)? {
            if body.len() + part.len() > MAX_ANSWER {
                return Err(io::Error::other(format!(
                    "its answer is longer than {MAX_ANSWER} bytes"
                )));
            }
            body.extend_from_slice(&part);
        }
        token(&body).ok_or_else(|| io::Error::other("its answer has no token"))
    }
}

fn unreached(error: reqwest::Error) -> io::Error {
    io::Error::other(error.without_url())
}

/// The token in an answer, and how long it holds.
fn token(body: &[u8]) -> Option<(String, Duration)> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let token = answer.get(TOKEN)?.as_str()?.to_owned();
    let seconds = answer.get("tokenTtl").and_then(Value::as_u64);
    Some((token, Duration::from_secs(seconds.unwrap_or_default())))
}

impl AuthPlugin for Login {
    fn login<'life, 'future>(
        &'life self,
        servers: Arc<Vec<String>>,
        _: Arc<AuthContext>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future,
    {
        Box::pin(async move { self.renew(&servers).await })
    }

    fn get_login_identity(&self, _: RequestResource) -> LoginIdentityContext {
        lock(&self.token).identity.clone()
    }
}
