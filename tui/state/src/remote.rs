//! An answer as a screen reads it: the last value, its age, and what the next answer is waiting for.

use std::time::{Duration, Instant};

use hello_model::{failure::Failure, time::Timestamp};

/// A request that takes longer shows a spinner; for a faster one it would only flicker.
pub const SPINNER_DELAY: Duration = Duration::from_millis(400);

/// A value that lives elsewhere. It keeps the last good value through a reload and through a failure.
#[derive(Debug, PartialEq)]
pub struct Remote<'c, T> {
    value: Option<&'c T>,
    failure: Option<&'c Failure>,
    confirmed_at: Option<Timestamp>,
    loading_since: Option<Instant>,
    is_untouched: bool,
}

impl<T> Clone for Remote<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Remote<'_, T> {}

impl<'c, T> Remote<'c, T> {
    pub(crate) fn new(
        value: Option<&'c T>,
        failure: Option<&'c Failure>,
        confirmed_at: Option<Timestamp>,
        loading_since: Option<Instant>,
    ) -> Self {
        Self { value, failure, confirmed_at, loading_since, is_untouched: false }
    }

    /// Returns a value that was not asked for yet.
    pub fn untouched() -> Self {
        Self { value: None, failure: None, confirmed_at: None, loading_since: None, is_untouched: true }
    }

    /// Returns a value that cannot be asked for, and why.
    pub fn refused(failure: &'c Failure) -> Self {
        Self { failure: Some(failure), is_untouched: false, ..Self::untouched() }
    }

    /// Shows the value of another answer as long as there is none of its own.
    #[must_use]
    pub fn or_value_of(self, other: Self) -> Self {
        match self.value {
            Some(_) => self,
            None => Self { value: other.value, confirmed_at: other.confirmed_at, ..self },
        }
    }

    /// Returns the last good value.
    pub fn value(&self) -> Option<&'c T> {
        self.value
    }

    /// Returns why the last request failed.
    pub fn failure(&self) -> Option<&'c Failure> {
        self.failure
    }

    /// Reports whether the value was not asked for yet.
    pub fn is_untouched(&self) -> bool {
        self.is_untouched
    }

    /// Returns since when the first answer, or the next one after a success, is waited for.
    pub fn loading_since(&self) -> Option<Instant> {
        self.loading_since
    }

    /// Returns when the value was last confirmed.
    pub fn confirmed_at(&self) -> Option<Timestamp> {
        self.confirmed_at
    }

    /// Returns when the value was last confirmed, if the last request failed.
    pub fn stale_since(&self) -> Option<Timestamp> {
        self.failure.and(self.confirmed_at)
    }
}
