//! Logging in to nacos: one request to its HTTP interface, which is the same in all versions that have one.

use std::io;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::location::{User, from_any};
use super::tokens::Issuer;
use crate::error::{Error, Result};
use crate::middleware::BoxFuture;

/// Where nacos takes names and passwords.
const PATH: &str = "/nacos/v1/auth/login";
/// How long one server may take to answer.
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
            for server in from_any(servers) {
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

/// Asks in HTTP 1.0, so that the answer ends with the connection; a proxy in between may need to be told so.
async fn exchange(server: &str, user: &User) -> io::Result<Vec<u8>> {
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let (name, password) = (encoded(&user.name), encoded(&user.password));
    let form = format!("username={name}&password={password}");
    let length = form.len();
    let request = format!(
        "POST {PATH} HTTP/1.0\r\nHost: {server}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{form}"
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

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;

    use super::*;

    /// A server that answers one request so. It returns what it was asked.
    async fn server(answer: &'static str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let mut read = 0;
            // The name of the user comes before the password, which ends the request.
            while !String::from_utf8_lossy(&asked[..read]).ends_with("%26%20proper") {
                read += socket.read(&mut asked[read..]).await.unwrap();
            }
            socket.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&asked[..read]).into_owned()
        });
        (address, asked)
    }

    fn http() -> Http {
        Http::new(User {
            name: "me@here".to_owned(),
            password: "right & proper".to_owned(),
        })
    }

    #[tokio::test]
    async fn a_user_gets_the_token_of_the_first_server_that_grants_one() {
        let (down, _) = server("HTTP/1.1 500 \r\n\r\n").await;
        let granted = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n{\"accessToken\":\"t\",\"tokenTtl\":18000}";
        let (up, asked) = server(granted).await;
        let issued = http().issue(&[down, up]).await.unwrap();
        assert_eq!(issued, ("t".to_owned(), Duration::from_secs(18_000)));
        let asked = asked.await.unwrap();
        assert!(
            asked.starts_with("POST /nacos/v1/auth/login HTTP/1.0\r\n"),
            "{asked}"
        );
        let form = "\r\n\r\nusername=me%40here&password=right%20%26%20proper";
        assert!(asked.ends_with(form), "{asked}");
    }

    #[tokio::test]
    async fn what_goes_wrong_is_said_without_the_password() {
        for (answer, why) in [
            (
                "HTTP/1.1 403 \r\n\r\nunknown user!",
                "nacos does not know this name with this password (403)",
            ),
            (
                "HTTP/1.1 401 \r\n\r\n",
                "nacos does not know this name with this password (401)",
            ),
            ("HTTP/1.1 404 \r\n\r\n", "nacos has no users there (404)"),
            ("HTTP/1.1 503 \r\n\r\n", "nacos answers 503"),
            ("HTTP/1.1 200 \r\n\r\n{}", "its answer has no token"),
            ("HTTP/1.1 200 \r\n\r\n{", "its answer has no token"),
            ("HTTP/1.1 200", "it does not answer in HTTP"),
            ("HTTP/1.\r\n\r\n", "it does not answer in HTTP"),
            ("SSH-2.0-a\r\n\r\n", "it does not answer in HTTP"),
            ("", "it does not answer in HTTP"),
        ] {
            let (address, _) = server(answer).await;
            let error = http()
                .issue(std::slice::from_ref(&address))
                .await
                .unwrap_err();
            let begin = format!("the login of `me@here` at {address}: {why}");
            assert!(error.message().starts_with(&begin), "{answer}: {error}");
            assert!(!error.message().contains("proper"), "{error}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_read_up_to_its_bound() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let sending = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let begin = b"HTTP/1.1 200 OK\r\n\r\n{\"accessToken\":\"t\"}";
            let mut sent = socket.write_all(begin).await;
            // Ends when the client closes the connection.
            while sent.is_ok() {
                sent = socket.write_all(&[b' '; 4096]).await;
            }
        });
        // The body is JSON with spaces behind it.
        let issued = http().issue(&[address]).await.unwrap();
        assert_eq!(issued, ("t".to_owned(), Duration::ZERO));
        sending.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_server_is_left_after_3_s() {
        // Its system takes the connection, and nobody answers.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap().to_string();
        let begun = tokio::time::Instant::now();
        let error = http().issue(&[address]).await.unwrap_err();
        assert!(error.message().ends_with("within 3s"), "{error}");
        assert!(
            (3..4).contains(&begun.elapsed().as_secs()),
            "{:?}",
            begun.elapsed()
        );
    }
}
