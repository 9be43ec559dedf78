//! The runs of a commit as GitHub answers, one answer after the other.

use hello_model::{
    filter::Clock,
    query::Update,
    run::{Job, Run, State},
    time::Timestamp,
};
use jiff::tz::TimeZone;

use super::*;
use crate::present::Format;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// GitHub's side: what it answers to each request.
#[derive(Default)]
struct GitHub {
    runs: Vec<Run>,
    jobs: Vec<(u64, Job)>,
    is_list_down: bool,
    deleted: Vec<u64>,
}

struct Story {
    watch: CommitWatch,
    cache: Cache,
    github: GitHub,
    start: Instant,
    second: u64,
    /// When each list was asked for.
    lists: Vec<u64>,
}

impl Story {
    fn new() -> Self {
        Self::of(CommitWatch::new("hello-truck/hello-truck".parse().unwrap(), COMMIT, MAX_WAIT))
    }

    fn of(watch: CommitWatch) -> Self {
        let (cache, github) = (Cache::default(), GitHub::default());
        Self { watch, cache, github, start: Instant::now(), second: 0, lists: Vec::new() }
    }

    fn now(&self) -> Now {
        Now { instant: self.start + Duration::from_secs(self.second), wall: at(self.second) }
    }

    /// Lets seconds pass, in which every request is answered at once. Returns the lines as they are printed.
    fn pass(&mut self, seconds: u64) -> Vec<String> {
        let until = self.second + seconds;
        let mut lines = Vec::new();
        while self.second < until && self.watch.verdict().is_none() {
            self.second += 1;
            loop {
                lines.extend(self.watch.update(&self.cache, self.now()).iter().map(written));
                let plan = self.cache.sync(&self.watch.wants(), self.now());
                if plan.fetch.is_empty() || self.watch.verdict().is_some() {
                    break;
                }
                for fetch in plan.fetch {
                    let answer = self.answer(&fetch.query);
                    self.cache.resolve(&fetch.query, answer, self.now());
                }
            }
        }
        lines
    }

    fn answer(&mut self, query: &Query) -> Result<Update, Failure> {
        match query {
            Query::Runs(list) => {
                assert_eq!(list.filter.commit.as_deref(), Some(COMMIT));
                self.lists.push(self.second);
                if self.github.is_list_down {
                    return Err(Failure::new(Kind::Offline, "listing the runs", "connection refused"));
                }
                Ok(RunList { runs: self.github.runs.clone().into(), unreadable: 0 }.into())
            }
            Query::Run(_, id) => {
                let run = self.github.runs.iter().find(|run| run.id == *id);
                let Some(run) = run.filter(|run| !self.github.deleted.contains(&run.id.0)) else {
                    return Err(Failure::new(Kind::NotFound, "reading the run", "Not Found"));
                };
                let jobs = self.github.jobs.iter().filter(|(of, _)| *of == id.0).map(|(_, job)| job.clone());
                Ok(RunDetail::new(run.clone(), jobs.collect()).into())
            }
            other => panic!("{other:?} is not needed"),
        }
    }

    /// Starts a run, or changes its state.
    fn run(&mut self, id: u64, workflow: &str, word: &str) {
        self.github.runs.retain(|run| run.id.0 != id);
        self.github.runs.push(run(id, workflow, word, self.second));
        self.github.runs.sort_by_key(|run| std::cmp::Reverse(run.id));
    }

    fn job(&mut self, run: u64, name: &str, word: &str) {
        self.github.jobs.retain(|(of, job)| (*of, job.name.as_str()) != (run, name));
        self.github.jobs.push((run, Job::new(run * 10, name, state(word))));
    }

    fn verdict(&self) -> Option<&Verdict> {
        self.watch.verdict()
    }
}

fn written(line: &Line) -> String {
    let clock = Clock { now: at(0), zone: TimeZone::UTC };
    match line {
        Line::Changed(change) => {
            let line = change.line(&Format { clock, has_year: true });
            line.split_once(' ').unwrap().1.to_owned()
        }
        Line::Retrying(failure) => format!("retrying: {failure}"),
        Line::Remark(text) => text.clone(),
    }
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_second(1_000_000 + i64::try_from(second).unwrap()).unwrap()
}

fn state(word: &str) -> State {
    match word {
        "in_progress" | "queued" => State::from_words(word, None),
        conclusion => State::from_words("completed", Some(conclusion)),
    }
}

fn run(id: u64, workflow: &str, word: &str, second: u64) -> Run {
    Run {
        id: RunId(id),
        number: id,
        attempt: 1,
        workflow: workflow.to_owned(),
        title: String::new(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: COMMIT.to_owned(),
        actor: None,
        state: state(word),
        created_at: None,
        started_at: None,
        updated_at: Some(at(second)),
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    }
}

#[test]
fn the_first_run_is_waited_for_and_followed() {
    let mut story = Story::new();
    assert_eq!(story.pass(12), ["waiting for a run of commit 0123456, at most 5m 0s"]);
    assert_eq!(story.lists, [1, 6, 11], "every five seconds");
    assert_eq!(
        story.watch.waits_for(story.now()).as_deref(),
        Some("waiting for a run of commit 0123456, at most 4m 49s")
    );
    story.run(1, "check", "in_progress");
    assert_eq!(story.pass(6), ["run #1 check: in progress"]);
    assert_eq!(story.verdict(), None);
}

#[test]
fn several_workflows_are_followed_to_the_last_one() {
    let mut story = Story::new();
    story.run(1, "check", "in_progress");
    story.run(2, "docs", "in_progress");
    story.job(2, "build", "in_progress");
    let began = story.pass(1);
    assert_eq!(
        began,
        ["run #1 check: in progress", "run #2 docs: in progress", "job build of docs #2: in progress"]
    );
    story.run(1, "check", "success");
    assert_eq!(story.pass(3), ["run #1 check: success"]);
    // What the end of the first one has started.
    story.run(3, "deploy", "queued");
    assert_eq!(story.pass(6), ["run #3 deploy: queued"]);
    story.run(2, "docs", "success");
    story.run(3, "deploy", "success");
    let mut ended = story.pass(3);
    ended.sort();
    assert_eq!(ended, ["run #2 docs: success", "run #3 deploy: success"]);
    assert_eq!(story.verdict(), None, "another may follow");
    assert_eq!(
        story.watch.waits_for(story.now()).as_deref(),
        Some("looking for further runs of commit 0123456")
    );
    assert_eq!(story.pass(11), Vec::<String>::new());
    assert_eq!(story.verdict(), Some(&Verdict::Succeeded));
    assert_eq!(story.watch.waits_for(story.now()), None, "it has ended");
}

#[test]
fn one_failure_decides_after_all_have_ended() {
    let mut story = Story::new();
    story.run(1, "check", "failure");
    story.run(2, "docs", "in_progress");
    story.pass(60);
    assert_eq!(story.verdict(), None);
    story.run(2, "docs", "success");
    story.pass(60);
    assert_eq!(story.verdict(), Some(&Verdict::Failed));
}

#[test]
fn a_run_started_by_the_last_one_is_not_missed() {
    let mut story = Story::new();
    story.run(1, "check", "in_progress");
    story.pass(1);
    story.run(1, "check", "success");
    story.pass(5);
    story.run(2, "deploy", "in_progress");
    story.pass(30);
    assert_eq!(story.verdict(), None);
    story.run(2, "deploy", "failure");
    story.pass(30);
    assert_eq!(story.verdict(), Some(&Verdict::Failed));
}

#[test]
fn runs_that_ended_long_ago_give_the_result_at_once() {
    let mut story = Story::new();
    story.second = 3_600;
    let mut before = run(1, "nightly", "failure", 0);
    before.event = "schedule".to_owned();
    let mut again = run(2, "nightly", "success", 60);
    again.event = "schedule".to_owned();
    story.github.runs = vec![again, before];
    assert_eq!(story.pass(1), ["run #2 nightly: success"], "an older one that is alike does not count");
    assert_eq!(story.verdict(), Some(&Verdict::Succeeded));
}

#[test]
fn waiting_for_a_run_ends_at_its_limit() {
    let watch = CommitWatch::new("a/b".parse().unwrap(), COMMIT, Duration::from_secs(20));
    let mut story = Story::of(watch);
    assert_eq!(story.pass(20), ["waiting for a run of commit 0123456, at most 20s"]);
    assert_eq!(story.watch.deadline(), Some(story.start + Duration::from_secs(21)));
    story.pass(1);
    let Some(Verdict::TimedOut(failure)) = story.verdict() else { panic!("{:?}", story.verdict()) };
    assert_eq!(failure.to_string(), "waiting for a run of commit 0123456: none has appeared within 20s");
}

#[test]
fn fail_fast_ends_at_the_first_failed_job() {
    let watch = CommitWatch::new("a/b".parse().unwrap(), COMMIT, MAX_WAIT).fail_fast(true);
    let mut story = Story::of(watch);
    story.run(1, "check", "in_progress");
    story.run(2, "docs", "in_progress");
    story.job(1, "test", "in_progress");
    story.pass(1);
    story.job(1, "test", "failure");
    assert_eq!(
        story.pass(3),
        [
            "job test of check #1: failure",
            "job test has failed, and check #1 goes on: hello-tui runs watch 1",
            "1 other run goes on: hello-tui runs watch --commit 0123456",
        ]
    );
    assert_eq!(story.verdict(), Some(&Verdict::Failed));
}

#[test]
fn a_list_that_fails_is_read_again() {
    let mut story = Story::new();
    story.run(1, "check", "in_progress");
    story.pass(1);
    story.github.is_list_down = true;
    story.run(1, "check", "success");
    let lines = story.pass(60);
    assert_eq!(lines, ["run #1 check: success", "retrying: listing the runs: connection refused"]);
    assert_eq!(story.verdict(), None, "another run may have followed");
    story.github.is_list_down = false;
    story.pass(60);
    assert_eq!(story.verdict(), Some(&Verdict::Succeeded));

    let mut first = Story::new();
    first.github.is_list_down = true;
    first.pass(1);
    assert!(matches!(first.verdict(), Some(Verdict::Unknown(_))), "nothing is known");
}

#[test]
fn a_deleted_run_makes_the_result_unknown() {
    let mut story = Story::new();
    story.run(1, "check", "in_progress");
    story.run(2, "docs", "in_progress");
    story.pass(1);
    story.github.deleted.push(1);
    story.pass(10);
    assert_eq!(story.verdict(), None, "the other goes on");
    story.github.runs.retain(|run| run.id.0 != 1);
    story.run(2, "docs", "success");
    story.pass(60);
    let Some(Verdict::Unknown(failure)) = story.verdict() else { panic!("{:?}", story.verdict()) };
    assert!(failure.why.contains("deleted"), "{failure}");
}

#[test]
fn a_run_that_is_started_again_is_followed_again() {
    let mut story = Story::new();
    story.run(1, "check", "failure");
    story.run(2, "docs", "in_progress");
    story.pass(10);
    story.run(1, "check", "in_progress");
    story.github.runs.iter_mut().find(|run| run.id.0 == 1).unwrap().attempt = 2;
    assert_eq!(story.pass(40), ["run #1 check: in progress"]);
    story.run(1, "check", "success");
    story.run(2, "docs", "success");
    story.pass(60);
    assert_eq!(story.verdict(), Some(&Verdict::Succeeded));
}

#[test]
fn few_runs_are_polled_often_and_many_slowly() {
    let mut story = Story::new();
    for id in 1..=6 {
        story.run(id, &format!("w{id}"), "in_progress");
    }
    story.pass(1);
    let focused = story.watch.wants().iter().filter(|want| want.attention == Attention::Focused).count();
    assert_eq!(focused, 4, "the list waits, too");
    story.run(6, "w6", "success");
    assert_eq!(story.pass(31), ["run #6 w6: success"], "the list tells of its end");
}
