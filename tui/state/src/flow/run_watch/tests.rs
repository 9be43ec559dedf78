//! Runs as GitHub answers, one answer after the other.

use std::time::Duration;

use hello_model::{
    query::Update,
    run::{Run, RunList, Step},
    time::Timestamp,
};
use jiff::tz::TimeZone;

use super::*;
use crate::present::Format;

/// A watch with its cache and a clock of whole seconds.
struct Story {
    watch: RunWatch,
    cache: Cache,
    start: Instant,
    second: u64,
    /// The seconds between two answers.
    step: u64,
}

impl Story {
    fn new() -> Self {
        let watch = RunWatch::new("hello-truck/hello-truck".parse().unwrap(), RunId(7));
        Self { watch, cache: Cache::default(), start: Instant::now(), second: 0, step: 60 }
    }

    /// Hands in a list with this run.
    fn list(&mut self, run: Run) {
        let now = Now { instant: self.start + Duration::from_secs(self.second), wall: second(self.second) };
        let query = Query::runs("hello-truck/hello-truck".parse().unwrap());
        self.cache.sync(&[query.clone().into()], now);
        let list = RunList { runs: vec![run].into(), unreadable: 0 };
        self.cache.resolve(&query, Ok(list.into()), now);
    }

    /// Hands in the next answer, and returns the lines as they are printed.
    fn answer(&mut self, news: Result<RunDetail, Failure>) -> Vec<String> {
        self.second += self.step;
        let now = Now { instant: self.start + Duration::from_secs(self.second), wall: second(self.second) };
        let wants = self.watch.wants();
        let plan = self.cache.sync(&wants, now);
        let is_polled = plan.fetch.iter().any(|fetch| fetch.query == wants[0].query);
        assert!(is_polled, "a run that is followed is polled");
        self.cache.resolve(&wants[0].query, news.map(Update::from), now);
        self.watch.update(&self.cache, now).iter().map(written).collect()
    }
}

fn written(line: &Line) -> String {
    let clock = hello_model::filter::Clock { now: second(0), zone: TimeZone::UTC };
    match line {
        Line::Changed(change) => change.line(&Format { clock, has_year: true }),
        Line::Retrying(failure) => format!("retrying: {failure}"),
        Line::Remark(text) => text.clone(),
    }
}

fn second(second: u64) -> Timestamp {
    Timestamp::from_second(i64::try_from(second).unwrap()).unwrap()
}

fn state(word: &str) -> State {
    match word {
        "in_progress" | "queued" | "waiting" => State::from_words(word, None),
        conclusion => State::from_words("completed", Some(conclusion)),
    }
}

fn run(word: &str, jobs: Vec<Job>) -> RunDetail {
    let run = Run {
        id: RunId(7),
        number: 42,
        attempt: 1,
        workflow: "Check".to_owned(),
        title: "fix the brakes".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "c0ffee".to_owned(),
        actor: None,
        state: state(word),
        created_at: Some(second(0)),
        started_at: Some(second(5)),
        updated_at: Some(second(205)),
        url: "https://github.com/hello-truck/hello-truck/actions/runs/7".to_owned(),
        path: None,
        fork: None,
        pull_request: None,
    };
    RunDetail::new(run, jobs)
}

fn job(id: u64, name: &str, word: &str, steps: &[(&str, &str)]) -> Job {
    let step = |(number, (name, word)): (u64, &(&str, &str))| Step {
        number,
        name: (*name).to_owned(),
        state: state(word),
        started_at: Some(second(12)),
        completed_at: Some(second(20)),
    };
    let (started_at, completed_at) = (Some(second(10)), Some(second(90)));
    let steps = (1..).zip(steps).map(step).collect();
    Job { started_at, completed_at, steps, ..Job::new(id, name, state(word)) }
}

fn failure(kind: Kind) -> Failure {
    Failure::new(kind, "showing run 7", "connection refused")
}

const URL: &str = "https://github.com/hello-truck/hello-truck/actions/runs/7";

#[test]
fn changes_of_one_answer_are_in_the_order_of_their_times() {
    let mut story = Story::new();
    let jobs = vec![job(1, "build", "success", &[]), job(2, "test", "in_progress", &[])];
    let lines = story.answer(Ok(run("in_progress", jobs)));
    assert_eq!(lines[1..], ["00:00:10 job test: in progress", "00:01:30 job build: success after 1m 20s"]);
}

#[test]
fn a_run_is_reported_from_its_queue_to_success() {
    let mut story = Story::new();
    let lines = story.answer(Ok(run("queued", vec![job(1, "build", "queued", &[])])));
    assert_eq!(lines, [format!("00:01:00 run #42 Check: queued {URL}")]);
    let lines = story.answer(Ok(run("in_progress", vec![job(1, "build", "in_progress", &[])])));
    assert_eq!(
        lines,
        [format!("00:00:05 run #42 Check: in progress {URL}"), "00:00:10 job build: in progress".to_owned()]
    );
    assert_eq!(story.watch.verdict(), None);
    let lines =
        story.answer(Ok(run("in_progress", vec![job(1, "build", "success", &[("test", "success")])])));
    assert_eq!(lines, ["00:01:30 job build: success after 1m 20s"]);
    let lines = story.answer(Ok(run("success", vec![job(1, "build", "success", &[("test", "success")])])));
    assert_eq!(lines, [format!("00:03:25 run #42 Check: success after 3m 20s {URL}")]);
    assert_eq!(story.watch.verdict(), Some(&Verdict::Succeeded));
}

#[test]
fn a_failed_step_is_named_before_its_job() {
    let mut story = Story::new();
    let lines = story.answer(Ok(run("failure", vec![job(1, "build", "failure", &[("test", "failure")])])));
    assert_eq!(
        lines,
        [
            "00:00:20 step test of job build: failure after 8s".to_owned(),
            "00:01:30 job build: failure after 1m 20s".to_owned(),
            format!("00:03:25 run #42 Check: failure after 3m 20s {URL}"),
        ]
    );
    assert_eq!(story.watch.verdict(), Some(&Verdict::Failed));
}

#[test]
fn only_success_skipped_and_neutral_succeed() {
    for word in ["success", "skipped", "neutral"] {
        assert_eq!(verdict(&state(word)), Some(Verdict::Succeeded), "{word}");
    }
    for word in ["failure", "cancelled", "timed_out", "action_required", "stale", "vanished"] {
        assert_eq!(verdict(&state(word)), Some(Verdict::Failed), "{word}");
    }
    assert_eq!(verdict(&state("waiting")), None);
}

#[test]
fn a_failed_request_is_reported_once_and_retried() {
    let mut story = Story::new();
    story.answer(Ok(run("in_progress", Vec::new())));
    let lines = story.answer(Err(failure(Kind::Offline)));
    assert_eq!(lines, ["retrying: showing run 7: connection refused"]);
    assert_eq!(story.answer(Err(failure(Kind::Offline))), Vec::<String>::new());
    assert_eq!(story.answer(Ok(run("in_progress", Vec::new()))), Vec::<String>::new(), "nothing has changed");
    assert_eq!(story.answer(Err(failure(Kind::Offline))).len(), 1, "a new failure");
    assert_eq!(story.watch.verdict(), None);
}

#[test]
fn a_permanent_failure_ends_the_flow() {
    let mut first = Story::new();
    assert_eq!(first.answer(Err(failure(Kind::Offline))), Vec::<String>::new());
    assert_eq!(first.watch.verdict(), Some(&Verdict::Unknown(failure(Kind::Offline))));

    for kind in [Kind::Unauthorized, Kind::NotConfigured] {
        let mut later = Story::new();
        later.answer(Ok(run("in_progress", Vec::new())));
        later.answer(Err(failure(kind.clone())));
        assert_eq!(later.watch.verdict(), Some(&Verdict::Unknown(failure(kind))));
    }
}

#[test]
fn a_deleted_run_ends_the_flow_and_is_named() {
    let mut story = Story::new();
    story.answer(Ok(run("in_progress", Vec::new())));
    story.answer(Err(failure(Kind::NotFound)));
    let Some(Verdict::Unknown(failure)) = story.watch.verdict() else { panic!("it goes on") };
    assert!(failure.why.contains("it was deleted while it was followed"), "{failure}");
}

#[test]
fn a_run_that_was_just_started_may_be_missing_for_a_while() {
    let mut story = Story::new();
    let remark = "GitHub does not show run 7; if it was started just now, it appears within 30s";
    story.step = 1;
    assert_eq!(story.answer(Err(failure(Kind::NotFound))), [remark]);
    assert_eq!(story.watch.deadline(), Some(story.start + Duration::from_secs(31)));
    story.list(Run { id: RunId(6), ..run("success", Vec::new()).run });
    story.step = 10;
    assert_eq!(story.answer(Err(failure(Kind::NotFound))), Vec::<String>::new());
    assert_eq!(story.answer(Ok(run("in_progress", Vec::new()))).len(), 1);
    assert_eq!((story.watch.verdict(), story.watch.deadline()), (None, None));
}

#[test]
fn a_run_that_never_was_ends_the_flow() {
    let mut newer_exists = Story::new();
    newer_exists.step = 1;
    newer_exists.answer(Err(failure(Kind::NotFound)));
    newer_exists.list(Run { id: RunId(8), ..run("success", Vec::new()).run });
    newer_exists.step = 10;
    newer_exists.answer(Err(failure(Kind::NotFound)));
    assert_eq!(newer_exists.watch.verdict(), Some(&Verdict::Unknown(failure(Kind::NotFound))));

    let mut missing_for_long = Story::new();
    missing_for_long.answer(Err(failure(Kind::NotFound)));
    missing_for_long.answer(Err(failure(Kind::NotFound)));
    assert_eq!(missing_for_long.watch.verdict(), Some(&Verdict::Unknown(failure(Kind::NotFound))));
}

#[test]
fn fail_fast_ends_at_the_first_failed_job() {
    let mut story = Story::new();
    story.watch = story.watch.fail_fast(true);
    let jobs = |word| vec![job(1, "build", word, &[]), job(2, "test", "in_progress", &[])];
    story.answer(Ok(run("in_progress", jobs("in_progress"))));
    assert_eq!(story.watch.verdict(), None);
    let lines = story.answer(Ok(run("in_progress", jobs("failure"))));
    let goes_on = "job build has failed, and Check #42 goes on: hello-tui runs watch 7";
    assert_eq!(lines, ["00:01:30 job build: failure after 1m 20s", goes_on]);
    assert_eq!(story.watch.verdict(), Some(&Verdict::Failed));
}

#[test]
fn unknown_words_and_missing_jobs_are_explained() {
    let mut levitating = run("queued", Vec::new());
    levitating.run.state = State::from_words("levitating", None);
    for (detail, remark) in [
        (levitating, "Check #42 has the status `levitating`, which is not known here: it counts as active"),
        (
            run("vanished", Vec::new()),
            "Check #42 has the result `vanished`, which is not known here: it counts as failed",
        ),
        (
            run("startup_failure", Vec::new()),
            "Check #42 has ended without a job: its workflow file may be invalid: hello-tui runs show 7",
        ),
    ] {
        let mut story = Story::new();
        let lines = story.answer(Ok(detail));
        assert_eq!(lines[1..], [remark]);
    }
}

#[test]
fn a_run_that_is_started_again_outdates_the_verdict() {
    let mut story = Story::new();
    story.answer(Ok(run("failure", Vec::new())));
    assert!(!story.watch.is_outdated(&story.cache), "it has ended");
    story.list(run("in_progress", Vec::new()).run);
    story.answer(Ok(run("in_progress", Vec::new())));
    assert!(story.watch.is_outdated(&story.cache));
}

#[test]
fn an_answer_outdates_an_unknown_result() {
    let mut story = Story::new();
    story.answer(Err(failure(Kind::Offline)));
    assert!(!story.watch.is_outdated(&story.cache), "nothing is known yet");
    story.answer(Ok(run("success", Vec::new())));
    assert!(story.watch.is_outdated(&story.cache));
}

#[test]
fn another_attempt_is_reported_anew() {
    let mut story = Story::new();
    story.answer(Ok(run("in_progress", vec![job(1, "build", "failure", &[])])));
    let mut again = run("in_progress", vec![job(2, "build", "in_progress", &[])]);
    again.run.attempt = 2;
    let lines = story.answer(Ok(again));
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[test]
fn a_change_is_one_json_object_with_stable_names() {
    let now = Now { instant: Instant::now(), wall: second(0) };
    let job = job(1, "build", "failure", &[("test", "failure")]);
    assert_eq!(
        serde_json::to_string(&changes::of_job(&job, now)).unwrap(),
        r#"{"at":"1970-01-01T00:01:30Z","subject":"job","id":1,"name":"build","status":"failure","seconds":80}"#
    );
    assert_eq!(
        serde_json::to_string(&changes::of_step(&job, &job.steps[0], now)).unwrap(),
        r#"{"at":"1970-01-01T00:00:20Z","subject":"step","name":"test","job":"build","status":"failure","seconds":8}"#
    );
}
