//! A handler without any logic on the same libraries: `cargo xtask bench server` compares the service with it.
//!
//! `ceiling FILE` answers every `GET /trucks` with the bytes of a file, from memory. It prints where it listens.

use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, routing::get};
use tokio::net::TcpListener;

/// The service's allocator, so that only the handlers differ.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the benchmark reads the address from stdout")]
async fn main() -> std::io::Result<()> {
    let file = std::env::args().nth(1).unwrap_or_default();
    let fleet = Bytes::from(std::fs::read(file)?);
    let app = Router::new()
        .route("/trucks", get(async move || ([(CONTENT_TYPE, "application/json")], fleet.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
