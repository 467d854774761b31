//! Logging in to nacos: one request to its HTTP interface, which is the same in all versions that have one.

use std::io;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::location::User;
use super::tokens::Issuer;
use crate::error::{Error, Result};
use crate::middleware::BoxFuture;

/// Where nacos takes names and passwords.
const PATH: &str = "/nacos/v1/auth/login";
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of the longest answer: a token and a few fields.
const MAX_ANSWER: u64 = 64 << 10;

/// Logs a user in by HTTP.
pub(super) struct Http(User);

impl Http {
    pub(super) fn new(user: User) -> Self {
        Self(user)
    }

    async fn log_in(&self, server: &str) -> io::Result<(String, Duration)> {
        let asked = timeout(PATIENCE, exchange(server, &self.0)).await;
        let silent = || io::Error::other(format!("it has not answered within {PATIENCE:?}"));
        let answer = asked.unwrap_or_else(|_| Err(silent()))?;
        token(body(&answer)?).ok_or_else(|| io::Error::other("its answer has no token"))
    }
}

impl Issuer for Http {
    fn issue<'a>(&'a self, servers: &'a [String]) -> BoxFuture<'a, Result<(String, Duration)>> {
        Box::pin(async move {
            let mut failed = Error::invalid_argument("nacos needs an address");
            for server in servers {
                match self.log_in(server).await {
                    Ok(issued) => return Ok(issued),
                    Err(why) => {
                        let text = format!("the login of `{}` at {server}: {why}", self.0.name);
                        failed = Error::connection(text, why);
                    }
                }
            }
            Err(failed)
        })
    }
}

/// Asks in HTTP 1.0, so that the answer ends with the connection.
async fn exchange(server: &str, user: &User) -> io::Result<Vec<u8>> {
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let (name, password) = (encoded(&user.name), encoded(&user.password));
    let form = format!("username={name}&password={password}");
    let length = form.len();
    let request = format!(
        "POST {PATH} HTTP/1.0\r\nHost: {server}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{form}"
    );
    let mut socket = TcpStream::connect(server).await?;
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    Ok(answer)
}

/// The body of an answer.
///
/// # Errors
/// It is none of HTTP, or not one of success.
fn body(answer: &[u8]) -> io::Result<&[u8]> {
    let no_http = || io::Error::other("it does not answer in HTTP");
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.ok_or_else(no_http)?);
    let head = String::from_utf8_lossy(head);
    let first = head.lines().next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..));
    let status = status.and_then(|rest| rest.get(..3)).ok_or_else(no_http)?;
    match status.parse::<u16>().map_err(|_| no_http())? {
        200 => Ok(&body[4..]),
        401 | 403 => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("nacos does not know this name with this password ({status})"),
        )),
        404 => Err(io::Error::other(
            "nacos has no users there (404): `nacos.core.auth.enabled` is off, or the port is another one",
        )),
        other => Err(io::Error::other(format!("nacos answers {other}"))),
    }
}

/// The token in an answer, and how long it holds.
fn token(body: &[u8]) -> Option<(String, Duration)> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let token = answer["accessToken"].as_str()?.to_owned();
    let seconds = answer["tokenTtl"].as_u64().unwrap_or_default();
    // No more than a year, so that it can be added to any time.
    Some((token, Duration::from_secs(seconds.min(365 * 24 * 3600))))
}
