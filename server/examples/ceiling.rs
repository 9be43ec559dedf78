//! The least that a service on this stack can do: `cargo xtask bench server` measures ours beside it.
//!
//! `ceiling FILE` answers every `GET /trucks` with the bytes of a file, from memory. It prints where it listens.

use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, routing::get};
use tokio::net::TcpListener;

/// The same as the service's: what is compared is what the two do.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever starts it reads where it listens")]
async fn main() -> std::io::Result<()> {
    let file = std::env::args().nth(1).unwrap_or_default();
    let fleet = Bytes::from(std::fs::read(file)?);
    let app = Router::new()
        .route("/trucks", get(async move || ([(CONTENT_TYPE, "application/json")], fleet.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
