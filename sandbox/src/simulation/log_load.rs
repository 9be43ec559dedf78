//! Log lines beside those of the simulation, on request, so that a client can be measured under load.

use serde::Deserialize;

use crate::moment::Moment;

/// The maximum number of additional lines per second.
pub(crate) const MAX_LINES: u32 = 100_000;

/// The additional lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogLoad {
    pub lines_per_second: u32,
    /// When they begin.
    #[serde(skip, default = "LogLoad::epoch")]
    pub from: Moment,
}

impl LogLoad {
    const fn epoch() -> Moment {
        Moment::from_millis(0)
    }

    /// Returns the span, in seconds, in which there are at most `most` lines; at least one second.
    pub(crate) fn span_of(self, most: usize) -> u64 {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        (most / u64::from(self.lines_per_second).max(1)).max(1)
    }
}
