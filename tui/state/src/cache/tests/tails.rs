//! Tails: resumed without a gap and without a repetition, and stopped some time after nothing wants them.

use super::*;

fn line(id: &str, seconds: i64) -> LogLine {
    LogLine {
        id: id.to_owned(),
        stream: String::new(),
        at: Timestamp::from_second(1_800_000_000 + seconds).unwrap(),
        ingested: None,
        message: id.to_owned(),
        level: Level::Info,
    }
}

impl Story {
    fn lines(&mut self, lines: &[(&str, i64)]) {
        let lines = lines.iter().map(|(id, seconds)| line(id, *seconds)).collect();
        self.answer(&logs(), Update::Tail(TailEvent::Lines(lines)));
    }

    fn caught_up(&mut self) {
        let at = self.now.wall;
        self.answer(&logs(), Update::Tail(TailEvent::CaughtUp { at }));
    }

    /// Returns the second from which the tail is read, if it starts now.
    fn start_with(&mut self, extent: Extent) -> Option<i64> {
        let want = Want { extent, ..logs().into() };
        let Resume::Since(since) = self.plan(&[want]).fetch.pop()?.resume? else { return None };
        Some(since.as_second() - noon().as_second())
    }

    fn starts(&mut self) -> Option<i64> {
        self.start_with(Extent::Head)
    }

    fn shown(&self) -> Vec<&str> {
        let feed = self.cache.logs(&group()).unwrap();
        feed.lines().newest_first().map(|line| line.id.as_str()).collect()
    }

    /// Leaves the log so long that its tail is stopped, from 60 to 90 seconds after the start.
    fn leave(&mut self) {
        assert_eq!(self.at(60.0).plan(&[]), Plan::default());
        assert_eq!(self.at(90.0).plan(&[]).stop, [logs()]);
    }
}

#[test]
fn an_unwanted_tail_is_stopped_after_its_grace() {
    let mut story = Story::new();
    assert_eq!(story.starts(), Some(-600));
    story.caught_up();

    assert_eq!(story.at(10.0).plan(&[]), Plan::default(), "another screen is in view");
    assert_eq!(story.deadline(&[]), Some(40.0));
    assert_eq!(story.at(20.0).sync(&[logs()]), [], "it still goes on");
    story.at(30.0).plan(&[]);
    assert_eq!(story.at(60.0).plan(&[]).stop, [logs()]);
    assert_eq!(story.at(90.0).plan(&[]), Plan::default());
}

#[test]
fn a_stopped_tail_resumes_and_repeats_no_line() {
    let mut story = Story::new();
    story.starts();
    story.lines(&[("a", 0), ("b", 50)]);
    story.at(55.0).caught_up();
    story.leave();

    assert_eq!(story.at(100.0).starts(), Some(20), "30 seconds before the newest line");
    story.lines(&[("late", 30), ("b", 50), ("c", 55)]);
    assert_eq!(story.shown(), ["c", "b", "late", "a"]);
}

#[test]
fn an_incomplete_tail_resumes_from_the_same_time() {
    let mut story = Story::new();
    story.starts();
    // The lines of another stream, from the same time, may be on the next page.
    story.lines(&[("a", 0), ("b", 50)]);
    story.resolve(&logs(), Err(offline()));
    assert_eq!(story.at(10.0).starts(), Some(-600));
    story.lines(&[("other", -300), ("a", 0), ("b", 50)]);
    assert_eq!(story.shown(), ["b", "a", "other"]);
}

#[test]
fn a_silent_log_is_resumed_from_its_beginning() {
    let mut story = Story::new();
    story.starts();
    story.caught_up();
    story.leave();
    assert_eq!(story.at(3_600.0).starts(), Some(-600), "a line may have been written meanwhile");
}

#[test]
fn a_line_from_the_future_does_not_move_the_position() {
    let mut story = Story::new();
    story.starts();
    story.lines(&[("a", 0), ("b", 9_000)]);
    story.at(55.0).caught_up();
    story.leave();
    assert_eq!(story.at(100.0).starts(), Some(25));
}

#[test]
fn an_earlier_time_is_read_when_it_is_wanted() {
    let mut story = Story::new();
    assert_eq!(story.starts(), Some(-600));
    story.lines(&[("a", 0)]);
    story.caught_up();
    let since = |second| Extent::Since(line("", second).at);
    assert_eq!(story.start_with(since(-500)), None, "it is read already");
    assert_eq!(story.start_with(since(-900)), Some(-900));
    assert_eq!(story.start_with(since(-900)), None, "it is under way");
    story.lines(&[("older", -800), ("a", 0)]);
    assert_eq!(story.shown(), ["a", "older"]);
}

#[test]
fn of_two_times_the_earlier_is_read() {
    let mut story = Story::new();
    let want = |second| Want { extent: Extent::Since(line("", second).at), ..logs().into() };
    let plan = story.plan(&[want(-50), want(-900), want(-100)]);
    let since = line("", -900).at;
    assert_eq!(plan.fetch.len(), 1);
    assert_eq!(plan.fetch[0].resume, Some(Resume::Since(since)));
}

#[test]
fn a_failed_tail_shows_its_failure_until_new_lines() {
    let mut story = Story::new();
    story.starts();
    story.resolve(&logs(), Err(offline()));
    assert_eq!(story.at(9.0).starts(), None);
    assert!(story.at(10.0).starts().is_some());
    assert_eq!(story.starts(), None, "it is resumed once");
    assert_eq!(story.cache.logs(&group()).unwrap().failure(), Some(&offline()));
    story.resolve(&logs(), Err(offline()));
    assert_eq!(story.deadline(&[logs()]), Some(30.0), "the second wait is longer");
    story.at(30.0).starts();
    story.lines(&[("a", 0)]);
    assert_eq!(story.cache.logs(&group()).unwrap().failure(), None);
}
