//! A proxy between the service and its database that can go silent, as when a machine or a firewall fails.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A proxy that can block connections without closing them, and can lose a response.
pub(crate) struct BlockingProxy {
    pub(crate) port: u16,
    blocks: watch::Sender<usize>,
    is_blocked: Arc<AtomicBool>,
    is_losing: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
}

/// The first statement of a write transaction. No other statement contains this text.
const BEGIN: &[u8] = b"retired FROM fleet FOR UPDATE\0";

/// The last statement of a write transaction.
const COMMIT: &[u8] = b"COMMIT\0";

impl BlockingProxy {
    /// Starts a proxy for a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            blocks: watch::Sender::new(0),
            is_blocked: Arc::default(),
            is_losing: Arc::default(),
            waiting: Arc::default(),
        };
        let (blocks, is_blocked, waiting) =
            (proxy.blocks.subscribe(), proxy.is_blocked.clone(), proxy.waiting.clone());
        let is_losing = proxy.is_losing.clone();
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                if is_blocked.load(Ordering::SeqCst) {
                    waiting.fetch_add(1, Ordering::SeqCst);
                }
                tokio::spawn(forward(
                    near,
                    SocketAddr::from(([127, 0, 0, 1], port)),
                    blocks.clone(),
                    is_blocked.clone(),
                    is_losing.clone(),
                ));
            }
        });
        proxy
    }

    /// Blocks all data, on existing and new connections.
    pub(crate) fn block(&self) {
        self.is_blocked.store(true, Ordering::SeqCst);
        self.blocks.send_modify(|blocks| *blocks += 1);
    }

    /// Lets the next commit through, then closes the connection instead of returning the response.
    pub(crate) fn lose_response(&self) {
        self.is_losing.store(true, Ordering::SeqCst);
    }

    /// Lets new connections through. Earlier ones stay blocked.
    pub(crate) fn unblock(&self) {
        self.is_blocked.store(false, Ordering::SeqCst);
    }

    /// Returns the number of connections attempted while blocked.
    pub(crate) fn attempts_while_blocked(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

async fn forward(
    near: TcpStream,
    to: SocketAddr,
    mut blocks: watch::Receiver<usize>,
    is_blocked: Arc<AtomicBool>,
    is_losing: Arc<AtomicBool>,
) {
    blocks.mark_unchanged();
    if is_blocked.load(Ordering::SeqCst) {
        // This connection gets no response and is never closed.
        std::future::pending::<()>().await;
    }
    let far = TcpStream::connect(to).await.unwrap();
    let (near, far) = (near.into_split(), far.into_split());
    let [is_writing, is_lost] = [(); 2].map(|()| AtomicBool::new(false));
    let asked = |bytes: &[u8]| {
        let says = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
        is_writing.fetch_or(says(BEGIN), Ordering::SeqCst);
        if says(COMMIT) && is_writing.swap(false, Ordering::SeqCst) {
            is_lost.fetch_or(is_losing.swap(false, Ordering::SeqCst), Ordering::SeqCst);
        }
        true
    };
    tokio::select! {
        _ = blocks.changed() => std::future::pending().await,
        () = copy(near.0, far.1, asked) => {}
        () = copy(far.0, near.1, |_| !is_lost.load(Ordering::SeqCst)) => {}
    }
}

/// Copies data until the proxy is blocked.
async fn copy(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    passes: impl Fn(&[u8]) -> bool,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if !passes(&buffer[..read]) || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
