//! CloudWatch Logs: a tail without gaps or duplicates that reports throttling.

mod cursor;
mod tail;

use std::{sync::Arc, time::Duration};

use futures::Stream;
use hello_model::{
    failure::Failure,
    log::{LogLine, LogSource, TailEvent},
    time::Timestamp,
};
use tokio::{
    sync::Mutex,
    time::{self, Instant},
};

use self::{cursor::TailCursor, tail::Tail};
use super::{Ecs, aws::Aws};

/// The minimum interval between requests. AWS allows an account few requests per second; all tails together send two.
const REQUEST_INTERVAL: Duration = Duration::from_millis(500);

/// A client of CloudWatch Logs.
#[derive(Debug, Clone)]
pub struct Logs {
    aws: Aws,
    ecs: Ecs,
    pacer: RequestPacer,
}

impl Logs {
    pub(super) fn new(aws: Aws, ecs: Ecs) -> Self {
        Self { aws, ecs, pacer: RequestPacer::default() }
    }

    /// Follows a log from `since` on. Dropping the stream ends the tail and its requests.
    ///
    /// Throttling is an item, not the end of the stream. Any other failure is the last item.
    pub fn tail(
        &self,
        source: LogSource,
        since: Timestamp,
    ) -> impl Stream<Item = Result<TailEvent, Failure>> + Send + use<> {
        Tail::new(self.clone(), source, since).into_stream()
    }
}

/// Spaces the requests of all tails.
#[derive(Debug, Clone, Default)]
struct RequestPacer {
    next: Arc<Mutex<Option<Instant>>>,
}

impl RequestPacer {
    /// Waits for the next free slot.
    async fn wait(&self) {
        let mine = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let mine = next.map_or(now, |next| next.max(now));
            *next = Some(mine + REQUEST_INTERVAL);
            mine
        };
        time::sleep_until(mine).await;
    }
}

/// Reads one page twice, as a tail with overlapping queries does, and returns the new lines. For the fuzz targets.
pub(super) async fn read_page(aws: &Aws, since: Timestamp, now: Timestamp) -> Result<Vec<LogLine>, Failure> {
    let call = aws.call(None, "reading a page of a log").await?;
    let answer = call.logs().filter_log_events().log_group_name("group").send().await;
    let page = answer.map_err(|error| call.failed(&hello_model::calls::FILTER_LOG_EVENTS, &error))?;
    let lines: Vec<LogLine> = page.events.into_iter().flatten().filter_map(tail::line).collect();
    let mut cursor = TailCursor::new(since);
    let news = cursor.take(lines.clone(), now);
    cursor.finish();
    let again = cursor.take(lines, now);
    Ok(news.into_iter().chain(again).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_tails_together_ask_twice_a_second() {
        let (pacer, began) = (RequestPacer::default(), Instant::now());
        let other = pacer.clone();
        for _ in 0..3 {
            futures::future::join(pacer.wait(), other.wait()).await;
        }
        assert_eq!(began.elapsed(), REQUEST_INTERVAL * 5);
    }
}
