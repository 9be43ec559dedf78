//! The stages of a blue/green service deployment and their usual durations.

/// A lifecycle stage; the variants are in the order of ECS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    ReconcileService,
    PreScaleUp,
    ScaleUp,
    PostScaleUp,
    TestTrafficShift,
    PostTestTrafficShift,
    PreProductionTrafficShift,
    ProductionTrafficShift,
    PostProductionTrafficShift,
    BakeTime,
    CleanUp,
}

impl Stage {
    /// All stages with their usual durations in seconds. The first runs only after a failed deployment.
    pub(super) const ALL: [(Self, u64); 11] = [
        (Self::ReconcileService, 3),
        (Self::PreScaleUp, 4),
        (Self::ScaleUp, 44),
        (Self::PostScaleUp, 5),
        (Self::TestTrafficShift, 9),
        (Self::PostTestTrafficShift, 6),
        (Self::PreProductionTrafficShift, 4),
        (Self::ProductionTrafficShift, 18),
        (Self::PostProductionTrafficShift, 5),
        (Self::BakeTime, BAKE_MINUTES * 60),
        (Self::CleanUp, 22),
    ];

    /// Returns the name that ECS uses.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ReconcileService => "RECONCILE_SERVICE",
            Self::PreScaleUp => "PRE_SCALE_UP",
            Self::ScaleUp => "SCALE_UP",
            Self::PostScaleUp => "POST_SCALE_UP",
            Self::TestTrafficShift => "TEST_TRAFFIC_SHIFT",
            Self::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
            Self::PreProductionTrafficShift => "PRE_PRODUCTION_TRAFFIC_SHIFT",
            Self::ProductionTrafficShift => "PRODUCTION_TRAFFIC_SHIFT",
            Self::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
        }
    }
}

/// How long both revisions are kept after the production traffic has shifted.
pub(crate) const BAKE_MINUTES: u64 = 2;
