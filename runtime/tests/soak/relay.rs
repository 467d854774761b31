//! A relay between clients and the server, which cuts connections: some with FIN, some with RST.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::random::Random;

/// How long a connection lives that is to be cut, in milliseconds.
const LIFE: (i64, i64) = (5, 2_500);

/// One cut in this many is an RST.
const RESETS: usize = 2;

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    cuts: Arc<AtomicBool>,
}

impl Relay {
    pub(crate) async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let cuts = Arc::new(AtomicBool::new(false));
        tokio::spawn(accept(listener, server, Arc::clone(&cuts)));
        Self { address, cuts }
    }

    /// Whether connections that are made from now on will be cut.
    pub(crate) fn cuts(&self, cuts: bool) {
        self.cuts.store(cuts, Ordering::Relaxed);
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, cuts: Arc<AtomicBool>) {
    let count = AtomicU64::new(0);
    while let Ok((client, _)) = listener.accept().await {
        let random = Random::new(count.fetch_add(1, Ordering::Relaxed));
        let cut = cuts.load(Ordering::Relaxed).then_some(random);
        tokio::spawn(pass(client, server, cut));
    }
}

/// Passes bytes both ways until both sides have closed, or until the connection is cut.
async fn pass(mut client: TcpStream, server: SocketAddr, cut: Option<Random>) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    // As without a relay: small messages go at once.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let passing = copy_bidirectional(&mut client, &mut server);
    let Some(mut random) = cut else {
        let _ = passing.await;
        return;
    };
    let life = Duration::from_millis(random.between(LIFE.0, LIFE.1).unsigned_abs());
    if timeout(life, passing).await.is_err() && random.one_in(RESETS) {
        for side in [&client, &server] {
            let _ = SockRef::from(side).set_linger(Some(Duration::ZERO));
        }
    }
}
