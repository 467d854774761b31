//! A network that fails as the tests tell it to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// An address at which connecting takes for ever: its queue of connections that nobody accepts is
/// full, so that the kernel drops each SYN.
pub(crate) struct Swallowing {
    pub(crate) address: SocketAddr,
    _listener: TcpListener,
    _queued: Vec<TcpStream>,
}

impl Swallowing {
    pub(crate) async fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        let answer = Duration::from_millis(300);
        while let Ok(socket) = timeout(answer, TcpStream::connect(address)).await {
            queued.push(socket.unwrap());
        }
        Self {
            address,
            _listener: listener,
            _queued: queued,
        }
    }
}

/// An address at which connections are accepted and nothing is ever said.
pub(crate) async fn silent() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    address
}

/// Forwards connections to a server, until it is told to drop what they carry.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    /// How often [`Relay::black_hole`] was called.
    black_holes: watch::Sender<u32>,
}

impl Relay {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), server).await
    }

    pub(crate) async fn at(address: SocketAddr, server: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, open) = (Arc::default(), Arc::default());
        let (black_holes, _) = watch::channel(0);
        let relay = Self {
            address,
            accepted: Arc::clone(&accepted),
            open: Arc::clone(&open),
            black_holes,
        };
        let holes = relay.black_holes.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                open.fetch_add(1, Ordering::SeqCst);
                let (open, holes) = (Arc::clone(&open), holes.clone());
                tokio::spawn(async move {
                    forward(client, server, holes).await;
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        relay
    }

    /// Connections so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Connections that neither end has closed.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// From here on the connections that exist carry nothing, and are not closed. New ones work.
    pub(crate) fn black_hole(&self) {
        self.black_holes.send_modify(|times| *times += 1);
    }
}

async fn forward(mut client: TcpStream, server: SocketAddr, mut holes: watch::Receiver<u32>) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    let born = *holes.borrow_and_update();
    let swallowed = tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => false,
        hole = holes.wait_for(|times| *times != born) => hole.is_ok(),
    };
    if swallowed {
        std::future::pending::<()>().await;
    }
}
