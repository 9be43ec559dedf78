//! A wire between a service and its database, which may go dead without a word, as when a machine or a firewall goes.

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

/// A wire that can be cut without either end hearing of it, and can lose an answer.
pub(crate) struct Wire {
    pub(crate) port: u16,
    cuts: watch::Sender<usize>,
    is_cut: Arc<AtomicBool>,
    is_losing: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
}

/// What the database is asked first of a write, in words of no other question.
const BEGIN: &[u8] = b"retired FROM fleet FOR UPDATE\0";

/// What it is asked last.
const COMMIT: &[u8] = b"COMMIT\0";

impl Wire {
    /// Lays one to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self {
            port: listener.local_addr().unwrap().port(),
            cuts: watch::Sender::new(0),
            is_cut: Arc::default(),
            is_losing: Arc::default(),
            waiting: Arc::default(),
        };
        let (cuts, is_cut, waiting) = (wire.cuts.subscribe(), wire.is_cut.clone(), wire.waiting.clone());
        let is_losing = wire.is_losing.clone();
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                if is_cut.load(Ordering::SeqCst) {
                    waiting.fetch_add(1, Ordering::SeqCst);
                }
                tokio::spawn(carry(
                    near,
                    SocketAddr::from(([127, 0, 0, 1], port)),
                    cuts.clone(),
                    is_cut.clone(),
                    is_losing.clone(),
                ));
            }
        });
        wire
    }

    /// Nothing comes through any more, over connections that are there and over new ones.
    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// The next commit of a write comes through, and its connection ends instead of the answer.
    pub(crate) fn lose_answer(&self) {
        self.is_losing.store(true, Ordering::SeqCst);
    }

    /// New connections come through; those of before stay dead.
    pub(crate) fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }

    /// How many connections were tried in vain.
    pub(crate) fn tried(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

async fn carry(
    near: TcpStream,
    to: SocketAddr,
    mut cuts: watch::Receiver<usize>,
    is_cut: Arc<AtomicBool>,
    is_losing: Arc<AtomicBool>,
) {
    cuts.mark_unchanged();
    if is_cut.load(Ordering::SeqCst) {
        // It is never answered, and never closed.
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
        _ = cuts.changed() => std::future::pending().await,
        () = copy(near.0, far.1, asked) => {}
        () = copy(far.0, near.1, |_| !is_lost.load(Ordering::SeqCst)) => {}
    }
}

/// Copies as long as what comes may pass.
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
