//! The definition of an attack class.

use std::time::Duration;

use super::{judgement::Judgement, programs::Programs, random::Random, secrets::Secrets};
use crate::failure::Failure;

/// A class of attack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Class {
    pub(super) name: &'static str,
    /// A short description of the attack.
    pub(super) does: &'static str,
    /// Whether it uses random input until its time is up.
    pub(super) is_random: bool,
    pub(super) attack: fn(&Round) -> Result<Judgement, Failure>,
}

/// The size of an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// The size of a real attack.
    Full,
    /// A few seconds, to test the class itself.
    Short,
}

/// The input of an attack.
#[derive(Debug)]
pub(super) struct Round<'a> {
    pub(super) programs: &'a Programs,
    pub(super) secrets: &'a Secrets,
    pub(super) scale: Scale,
    /// How long a class with random input runs.
    pub(super) time: Duration,
    pub(super) seed: u64,
}

impl Round<'_> {
    /// Returns the size for this scale.
    pub(super) fn size(&self, full: usize, short: usize) -> usize {
        match self.scale {
            Scale::Full => full,
            Scale::Short => short,
        }
    }

    /// Returns the time for this scale.
    pub(super) fn seconds(&self, full: u64, short: u64) -> Duration {
        Duration::from_secs(if self.scale == Scale::Full { full } else { short })
    }

    /// Returns a time bound for this scale. A short round runs in parallel with other tests on a busy machine.
    pub(super) fn allowed(&self, time: Duration) -> Duration {
        if self.scale == Scale::Full { time } else { time * 15 }
    }

    pub(super) fn random(&self) -> Random {
        Random::new(self.seed)
    }
}
