//! The tokens of a user, which nacos takes instead of a password.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::error::Result;
use crate::fleet::events;
use crate::middleware::BoxFuture;

/// A token is renewed after its life divided by this.
const RENEWED_AFTER: u32 = 2;
/// How long after a renewal that has failed the next one is tried, while the token still holds. A login may take
/// 3 s for each server, for which all requests wait.
const RETRY: Duration = Duration::from_secs(10);

/// How long a request waits for a login that another one has begun: its runtime may not be driven any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where tokens come from.
pub(super) trait Issuer: Send + Sync {
    /// A token and how long it holds, from one of these servers.
    ///
    /// # Errors
    /// No server is reached, or it refuses the user. The message does not repeat the password.
    fn issue<'a>(&'a self, servers: &'a [String]) -> BoxFuture<'a, Result<(String, Duration)>>;
}

/// The token of a user, which all connections share.
pub(super) struct Tokens {
    user: String,
    issuer: Box<dyn Issuer>,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: String,
    renewed_at: Instant,
    over_at: Instant,
}

impl Tokens {
    pub(super) fn new(user: String, issuer: Box<dyn Issuer>) -> Self {
        Self {
            user,
            issuer,
            held: Mutex::default(),
        }
    }

    /// A token that holds. While nobody issues another one, the one that there is, is used to its end.
    ///
    /// # Errors
    /// As for [`Issuer::issue`].
    pub(super) async fn token(&self, servers: &[String]) -> Result<String> {
        // Whoever comes meanwhile waits, and needs no token of its own.
        let Ok(mut held) = timeout(PATIENCE, self.held.lock()).await else {
            return self.issuer.issue(servers).await.map(|(token, _)| token);
        };
        let now = Instant::now();
        if let Some(held) = held.as_ref()
            && now < held.renewed_at
        {
            return Ok(held.token.clone());
        }
        match self.issuer.issue(servers).await {
            Ok((token, life)) => {
                *held = Some(Held {
                    token: token.clone(),
                    renewed_at: now + life / RENEWED_AFTER,
                    over_at: now + life,
                });
                Ok(token)
            }
            Err(error) => match held.as_mut() {
                Some(held) if Instant::now() < held.over_at => {
                    held.renewed_at = (Instant::now() + RETRY).min(held.over_at);
                    events::not_logged_in(&self.user, &error);
                    Ok(held.token.clone())
                }
                _ => Err(error),
            },
        }
    }

    /// nacos does not take this token any more: the next request asks for another one.
    pub(super) async fn refused(&self, token: &str) {
        let Ok(mut held) = timeout(PATIENCE, self.held.lock()).await else {
            return;
        };
        if held.as_ref().is_some_and(|held| held.token == token) {
            *held = None;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::sleep;

    use super::*;
    use crate::error::Error;

    /// Issues tokens by their numbers, as long as it does not fail.
    #[derive(Clone, Default)]
    pub(in crate::nacos) struct Numbers {
        asked: Arc<AtomicU32>,
        issued: Arc<AtomicU32>,
        fails: Arc<AtomicU32>,
    }

    impl Issuer for Numbers {
        fn issue<'a>(&'a self, _: &'a [String]) -> BoxFuture<'a, Result<(String, Duration)>> {
            Box::pin(async {
                self.asked.fetch_add(1, Ordering::Relaxed);
                if self.fails.load(Ordering::Relaxed) > 0 {
                    return Err(Error::application("nobody answers"));
                }
                let nth = self.issued.fetch_add(1, Ordering::Relaxed);
                Ok((nth.to_string(), Duration::from_secs(100)))
            })
        }
    }

    async fn after(seconds: u64, tokens: &Tokens) -> String {
        sleep(Duration::from_secs(seconds)).await;
        let token = tokens.token(&[]).await;
        token.unwrap_or_else(|error| error.message().to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_half_way_and_used_to_its_end_if_it_cannot_be() {
        let numbers = Numbers::default();
        let tokens = Tokens::new("me".into(), Box::new(numbers.clone()));
        assert_eq!(after(0, &tokens).await, "0");
        assert_eq!(after(49, &tokens).await, "0");
        assert_eq!(after(1, &tokens).await, "1");
        numbers.fails.store(1, Ordering::Relaxed);
        assert_eq!(after(99, &tokens).await, "1");
        assert_eq!(after(1, &tokens).await, "nobody answers");
        numbers.fails.store(0, Ordering::Relaxed);
        assert_eq!(after(0, &tokens).await, "2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_has_failed_is_not_tried_again_for_each_request() {
        let numbers = Numbers::default();
        let tokens = Tokens::new("me".into(), Box::new(numbers.clone()));
        assert_eq!(after(0, &tokens).await, "0");
        numbers.fails.store(1, Ordering::Relaxed);
        assert_eq!(after(50, &tokens).await, "0");
        for _ in 0..9 {
            assert_eq!(after(1, &tokens).await, "0");
        }
        let asked = || numbers.asked.load(Ordering::Relaxed);
        assert_eq!(asked(), 2);
        assert_eq!((after(1, &tokens).await.as_str(), asked()), ("0", 3));
        numbers.fails.store(0, Ordering::Relaxed);
        assert_eq!(after(10, &tokens).await, "1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_is_refused_is_replaced_once() {
        let tokens = Tokens::new("me".into(), Box::new(Numbers::default()));
        assert_eq!(after(0, &tokens).await, "0");
        tokens.refused("0").await;
        assert_eq!(after(0, &tokens).await, "1");
        // A request that was under way with the old one.
        tokens.refused("0").await;
        assert_eq!(after(0, &tokens).await, "1");
    }

    /// Its first login never ends.
    #[derive(Default)]
    struct FirstHangs(AtomicU32);

    impl Issuer for FirstHangs {
        fn issue<'a>(&'a self, _: &'a [String]) -> BoxFuture<'a, Result<(String, Duration)>> {
            let earlier = self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                if earlier == 0 {
                    std::future::pending::<()>().await;
                }
                Ok(("token".to_owned(), Duration::from_secs(60)))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_login_that_never_ends_keeps_others_waiting_for_10_s() {
        let tokens = Arc::new(Tokens::new(
            "me".to_owned(),
            Box::new(FirstHangs::default()),
        ));
        let hanging = tokio::spawn({
            let tokens = Arc::clone(&tokens);
            async move { tokens.token(&[]).await }
        });
        tokio::task::yield_now().await;
        let began = Instant::now();
        tokens.refused("another one").await;
        assert_eq!(tokens.token(&[]).await.unwrap(), "token");
        assert_eq!(began.elapsed(), 2 * PATIENCE);
        hanging.abort();
    }
}
