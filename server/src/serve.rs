//! A listener, and its graceful end.

use std::{future, io, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::oneshot, time};

/// How long requests that are under way may take after the end was asked for. ECS kills after 30 seconds.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves `app` on `listener` until `shutdown` comes, then finishes what was begun, for at most 25 seconds.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (asked, was_asked) = oneshot::channel();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        shutdown.await;
        tracing::info!("draining");
        // Nobody listens any more only when the server has ended by itself.
        let _ = asked.send(());
    });
    let deadline = async {
        if was_asked.await.is_err() {
            future::pending::<()>().await;
        }
        time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = server => ended,
        () = deadline => {
            tracing::warn!(after_s = DRAIN.as_secs(), "requests were still under way and are cut off");
            Ok(())
        }
    }
}
