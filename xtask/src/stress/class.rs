//! The definition of an attack class, and the table of all classes.

use std::time::Duration;

use super::{classes, judgement::Judgement, programs::Programs, random::Random, secrets::Secrets};
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

/// All classes, in the order in which they run.
pub(super) const ALL: &[Class] = classes::ALL;

/// Returns the classes with these names, or all classes if no name is given.
pub(super) fn chosen(names: &[String]) -> Result<Vec<Class>, Failure> {
    let unknown = names.iter().find(|name| !ALL.iter().any(|class| class.name == **name));
    if let Some(name) = unknown {
        let why = format!("there is no class `{name}`");
        return Err(Failure::Stress { why, hint: "cargo xtask stress --list" });
    }
    let wanted = |class: &&Class| names.is_empty() || names.iter().any(|name| name == class.name);
    Ok(ALL.iter().filter(wanted).copied().collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_class_is_named() {
        let failure = chosen(&["no-such".to_owned()]).unwrap_err().to_string();
        assert!(failure.contains("no class `no-such`") && failure.contains("--list"), "{failure}");
    }

    #[test]
    fn class_names_are_unique() {
        for (place, class) in ALL.iter().enumerate() {
            assert!(ALL[..place].iter().all(|other| other.name != class.name), "{}", class.name);
        }
    }
}
