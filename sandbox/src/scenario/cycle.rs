//! The kinds of release cycles and their mix.

use super::PERIOD;
use crate::moment::Moment;
use crate::seeded_rng::SeededRng;

/// How a cycle ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The push is tested and deployed, and its tasks take the traffic.
    Release,
    /// A test fails, so nothing is deployed.
    TestsFail,
    /// The new tasks fail their health checks and the deployment is rolled back.
    Unhealthy,
    /// The deployment stops at a pause hook before it takes the production traffic.
    Paused,
}

/// One release cycle: a push and everything that it triggers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cycle {
    pub index: u64,
    pub start: Moment,
    pub kind: Kind,
    /// Whether a pull request is tested at the same time.
    pub pull_request: bool,
    /// Whether a promotion to production is dispatched too, which waits for a reviewer.
    pub promotes: bool,
}

/// Returns the kinds of one period. The first is always a release, so that the sandbox starts during one.
pub(super) fn kinds(seed: u64) -> [Kind; PERIOD] {
    let mut kinds = [Kind::Release; PERIOD];
    kinds[1..6].copy_from_slice(&[
        Kind::TestsFail,
        Kind::TestsFail,
        Kind::Unhealthy,
        Kind::Paused,
        Kind::Paused,
    ]);
    SeededRng::of(seed, "kinds", &[]).shuffle(&mut kinds[1..]);
    kinds
}
