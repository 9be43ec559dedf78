//! The only place where the console reads the time.

use hello_model::time::Now;
use jiff::Timestamp;

/// Returns the current time.
pub fn now() -> Now {
    Now { instant: tokio::time::Instant::now().into_std(), wall: Timestamp::now() }
}

/// Returns a clock whose shown time stands still at `at`, if there is one. Deadlines pass in any case.
pub fn standing_at(at: Option<Timestamp>) -> impl Fn() -> Now {
    move || Now { wall: at.unwrap_or_else(Timestamp::now), ..now() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_shows_one_time_while_deadlines_pass() {
        let clock = standing_at(Some(Timestamp::UNIX_EPOCH));
        let (first, second) = (clock(), clock());
        assert_eq!((first.wall, second.wall), (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH));
        assert!(second.instant >= first.instant);
        assert!(standing_at(None)().wall > Timestamp::UNIX_EPOCH);
    }
}
