//! One of several addresses of a name: happy eyeballs (RFC 8305).

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long an attempt may go on alone: RFC 8305's recommended Connection Attempt Delay (section 8).
pub(crate) const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Connects to the address that answers first. The next one is tried when an attempt fails, or
/// after [`ATTEMPT_DELAY`]; earlier attempts go on meanwhile. Cancel safe: dropping the future
/// gives up all attempts.
///
/// # Errors
/// That of the attempt that failed last, when all have failed.
pub(super) async fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    if let [only] = addresses {
        return TcpStream::connect(only).await;
    }
    let mut waiting = interleaved(addresses);
    let mut attempts = JoinSet::new();
    let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        match waiting.pop_front() {
            Some(address) => drop(attempts.spawn(TcpStream::connect(address))),
            None if attempts.is_empty() => return Err(failed),
            None => {}
        }
        tokio::select! {
            Some(ended) = attempts.join_next() => match ended {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(error)) => failed = error,
                // The runtime is being shut down.
                Err(stopped) => failed = stopped.into(),
            },
            () = sleep(ATTEMPT_DELAY), if !waiting.is_empty() => {}
        }
    }
}

/// The families in turn, beginning with that of the first address; else in the order given
/// (RFC 8305, section 4).
fn interleaved(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (mut one, mut other): (VecDeque<_>, VecDeque<_>) = addresses
        .iter()
        .partition(|address| address.is_ipv4() == first_is_v4);
    let mut all = VecDeque::with_capacity(addresses.len());
    while let Some(address) = one.pop_front() {
        all.push_back(address);
        all.extend(other.pop_front());
    }
    all.extend(other);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn the_families_take_turns() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let given = ["[::1]:1", "[::1]:2", "[::1]:3", "127.0.0.1:1"].map(parse);
        let order = ["[::1]:1", "127.0.0.1:1", "[::1]:2", "[::1]:3"].map(parse);
        assert_eq!(interleaved(&given), order);
    }

    #[tokio::test]
    async fn an_address_that_refuses_is_followed_by_the_next() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refusing = gone.local_addr().unwrap();
        drop(gone);
        let socket = connect(&[refusing, refusing, good]).await.unwrap();
        assert_eq!(socket.peer_addr().unwrap(), good);
        let error = connect(&[refusing, refusing]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }

    /// `localhost` stands for both; servers listen on one of them as a rule.
    #[tokio::test]
    async fn a_server_of_the_other_family_is_found() {
        let Ok(listener) = TcpListener::bind("[::1]:0").await else {
            return; // a system without IPv6
        };
        let six = listener.local_addr().unwrap();
        let four = SocketAddr::from(([127, 0, 0, 1], six.port()));
        for order in [[four, six], [six, four]] {
            assert_eq!(connect(&order).await.unwrap().peer_addr().unwrap(), six);
        }
    }
}
