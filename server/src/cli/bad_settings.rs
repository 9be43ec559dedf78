//! The invalid settings, which are collected so that all of them are reported at once.

use std::{fmt, str::FromStr, time::Duration};

/// The invalid settings, displayed one per line.
#[derive(Debug, Default, PartialEq, Eq, thiserror::Error)]
pub(super) struct BadSettings(Vec<BadSetting>);

impl BadSettings {
    pub(super) fn name(&mut self, name: &'static str, rule: &'static str, found: impl Into<String>) {
        self.0.push(BadSetting { name, rule, found: found.into() });
    }

    pub(super) fn number<T: FromStr + Default>(
        &mut self,
        name: &'static str,
        rule: &'static str,
        given: &str,
        fits: impl FnOnce(&T) -> bool,
    ) -> T {
        given.trim().parse().ok().filter(fits).unwrap_or_else(|| {
            self.name(name, rule, format!("`{}`", given.escape_debug()));
            T::default()
        })
    }

    pub(super) fn seconds(&mut self, name: &'static str, given: &str, least: u64) -> Duration {
        Duration::from_secs(
            self.number(name, "must be a number of seconds, 300 at most", given, |n| {
                (least..=300).contains(n)
            }),
        )
    }

    /// Parses a comma-separated list.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        rule: &'static str,
        given: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let entries = given.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let mut list = Vec::new();
        for entry in entries {
            match read(entry) {
                Some(value) => list.push(value),
                None => self.name(name, rule, format!("`{}`", entry.escape_debug())),
            }
        }
        list
    }

    pub(super) fn or<T>(self, settings: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(settings) } else { Err(self) }
    }
}

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.iter();
        if let Some(first) = lines.next() {
            write!(f, "{first}")?;
        }
        lines.try_for_each(|line| write!(f, "\n{line}"))
    }
}

#[derive(Debug, PartialEq, Eq)]
struct BadSetting {
    name: &'static str,
    rule: &'static str,
    found: String,
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; found {}", self.name, self.rule, self.found)
    }
}
