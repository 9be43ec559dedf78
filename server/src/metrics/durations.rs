//! A histogram of durations without a lock: threads that count at the same time rarely contend.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::{MetricType, TypedMetric},
};

/// The upper bounds in microseconds. Longer durations have a bucket of their own.
const BOUNDS: [u64; 11] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000];

/// The number of shards, over which threads are distributed.
const SHARDS: usize = 8;

/// A histogram of durations. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Durations(Arc<[Shard; SHARDS]>);

/// The counts of some threads, on separate cache lines.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

impl Durations {
    /// Counts one duration.
    pub(super) fn observe(&self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().take_while(|bound| nanoseconds > **bound * 1_000).count();
        let shard = &self.0[shard()];
        shard.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        shard.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

/// Returns the shard of this thread.
fn shard() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % SHARDS;
    }
    SHARD.with(|shard| *shard)
}

impl TypedMetric for Durations {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Durations {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), fmt::Error> {
        let sum_of = |number: &dyn Fn(&Shard) -> &AtomicU64| {
            self.0.iter().map(|shard| number(shard).load(Ordering::Relaxed)).sum::<u64>()
        };
        let bounds = BOUNDS.iter().map(|bound| Duration::from_micros(*bound).as_secs_f64());
        let buckets: Vec<(f64, u64)> = bounds
            .chain([f64::MAX])
            .enumerate()
            .map(|(bucket, bound)| (bound, sum_of(&|shard| &shard.buckets[bucket])))
            .collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = Duration::from_nanos(sum_of(&|shard| &shard.nanoseconds)).as_secs_f64();
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::{encoding::text, registry::Registry};

    use super::*;

    #[test]
    fn each_is_in_its_bucket_whichever_thread_counts_it() {
        let durations = Durations::default();
        std::thread::scope(|scope| {
            for took in [100, 500, 501, 4_999_999, 60_000_000] {
                let durations = durations.clone();
                scope.spawn(move || durations.observe(Duration::from_micros(took)));
            }
        });
        let mut registry = Registry::default();
        registry.register("took", "How long", durations);
        let mut written = String::new();
        text::encode(&mut written, &registry).unwrap();
        for line in [
            r#"took_bucket{le="0.0005"} 2"#,
            r#"took_bucket{le="0.001"} 3"#,
            r#"took_bucket{le="5.0"} 4"#,
            r#"took_bucket{le="+Inf"} 5"#,
            "took_count 5",
            "took_sum 65.0011",
        ] {
            assert!(written.contains(line), "{line}\n{written}");
        }
    }
}
