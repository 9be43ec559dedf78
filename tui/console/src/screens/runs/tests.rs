//! What the commands of the runs screen ask for.

use crossterm::event::{KeyCode, KeyEvent};
use hello_model::{
    failure::{Failure, Kind},
    query::Query,
    run::{
        Artifact, Environment, Environments, ForkChanges, Job, PendingEnvironment, Repo, RepositoryFile, Run,
        RunDetail, RunId, RunList, State, Workflow, Workflows,
    },
    write::{Decision, Outcome, RerunJobs, Reviewed, RunAction, RunOutcome, RunWrite, Write, WriteResult},
};

use super::*;
use crate::{
    commands::{CLOSE_FORM, DOWN, NEXT_FIELD, SAVE},
    cx::fixture::Fixture,
};

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

fn run(status: &str, conclusion: Option<&str>) -> Run {
    Run {
        id: RunId(7),
        number: 42,
        attempt: 1,
        workflow: "deploy".to_owned(),
        title: "Paint the trucks".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "0123456789abcdef".to_owned(),
        actor: Some("jane".to_owned()),
        state: State::from_words(status, conclusion),
        created_at: None,
        started_at: None,
        updated_at: None,
        url: "https://github.com/hello-truck/hello-truck/actions/runs/7".to_owned(),
        path: Some(".github/workflows/deploy.yml".to_owned()),
        fork: None,
        pull_request: None,
    }
}

/// The screen with a run that is opened.
struct Story {
    screen: Runs,
    fixture: Fixture,
}

impl Story {
    fn of(detail: RunDetail) -> Self {
        let mut fixture = Fixture::new();
        let list = RunList { runs: vec![detail.run.clone()].into(), unreadable: 0 };
        fixture.answer(&Query::runs(repo()), list);
        fixture.answer(&Query::Run(repo(), RunId(7)), detail);
        let mut screen = Runs { ids: WriteIds::new("write"), ..Runs::default() };
        screen.on(&Event::Opened(Some("7")), &fixture.cx());
        Self { screen, fixture }
    }

    fn act(&mut self, command: CommandId) -> Vec<Request> {
        self.screen.act(command, &self.fixture.cx())
    }

    fn types(&mut self, code: KeyCode) {
        self.screen.on(&Event::Typed(KeyEvent::from(code)), &self.fixture.cx());
    }

    fn ends(&mut self, result: &WriteResult) {
        self.screen.on(&Event::Executed(result), &self.fixture.cx());
    }

    fn mode(&self) -> Mode {
        self.screen.mode(&self.fixture.cx())
    }
}

/// Returns the action of the only request.
fn action(requests: &[Request]) -> &RunAction {
    match requests {
        [Request::Write(Write::Run(RunWrite { action, .. }))] => action,
        other => panic!("{other:?}"),
    }
}

fn accepted() -> WriteResult {
    WriteResult::Done(Outcome::Run(RunOutcome::Accepted))
}

fn failed_run() -> RunDetail {
    let jobs = vec![
        Job::new(1, "build", State::from_words("completed", Some("success"))),
        Job::new(2, "test", State::from_words("completed", Some("failure"))),
    ];
    RunDetail::new(run("completed", Some("failure")), jobs)
}

#[test]
fn the_failed_jobs_of_a_failed_run_are_offered_first() {
    let mut story = Story::of(failed_run());
    assert_eq!(story.act(RERUN), []);
    assert_eq!(story.mode(), Mode::Form);
    let requests = story.act(SAVE);
    let RunAction::Rerun { jobs, debug, .. } = action(&requests) else { panic!("{requests:?}") };
    assert_eq!((jobs, *debug), (&RerunJobs::Failed, false));
    story.ends(&accepted());
    assert_eq!(story.mode(), Mode::Detail, "the form is closed");
}

#[test]
fn the_job_at_the_cursor_runs_again_with_debug_logging() {
    let mut story = Story::of(failed_run());
    let area = ratatui::layout::Rect::new(0, 0, 80, 24);
    story.screen.view(&story.fixture.cx(), area, &mut Buffer::empty(area));
    story.act(DOWN);
    story.act(RERUN);
    story.act(NEXT_FIELD);
    story.types(KeyCode::Char(' '));
    let requests = story.act(SAVE);
    let RunAction::Rerun { jobs, debug, .. } = action(&requests) else { panic!("{requests:?}") };
    assert_eq!((jobs, *debug), (&RerunJobs::One { id: 1, name: "build".to_owned() }, true));
}

#[test]
fn a_job_named_like_an_option_runs_alone() {
    let jobs = vec![Job::new(1, "all jobs", State::from_words("completed", Some("failure")))];
    let mut story = Story::of(RunDetail::new(run("completed", Some("failure")), jobs));
    story.act(RERUN);
    story.types(KeyCode::Right);
    let requests = story.act(SAVE);
    let RunAction::Rerun { jobs, .. } = action(&requests) else { panic!("{requests:?}") };
    assert_eq!(jobs, &RerunJobs::One { id: 1, name: "all jobs".to_owned() });
}

#[test]
fn no_form_is_opened_while_a_change_is_under_way() {
    let mut story = Story::of(RunDetail::new(run("in_progress", None), Vec::new()));
    story.act(CANCEL_RUN);
    let why = |command| story.screen.unavailable(command, &story.fixture.cx());
    assert_eq!(why(TRIGGER).as_deref(), Some("a change is under way"));
}

#[test]
fn a_refused_rerun_keeps_its_form_with_the_reason() {
    let mut story = Story::of(failed_run());
    story.act(RERUN);
    story.act(SAVE);
    let failure = Failure::new(Kind::Invalid(Vec::new()), "rerunning", "GitHub says: too many times");
    story.ends(&WriteResult::Refused(failure));
    assert_eq!(story.mode(), Mode::Form);
    assert_eq!(
        story.screen.form.as_ref().unwrap().fields.failure().unwrap().why,
        "GitHub says: too many times"
    );
    story.act(CLOSE_FORM);
    assert_eq!(story.mode(), Mode::Detail);
}

#[test]
fn a_run_that_was_asked_to_end_is_ended_by_force_the_next_time() {
    let mut story = Story::of(RunDetail::new(run("in_progress", None), Vec::new()));
    let first = story.act(CANCEL_RUN);
    assert!(matches!(action(&first), RunAction::Cancel { force: false, .. }));
    assert_eq!(story.screen.unavailable(CANCEL_RUN, &story.fixture.cx()).unwrap(), "a change is under way");
    story.ends(&accepted());
    let second = story.act(CANCEL_RUN);
    assert!(matches!(action(&second), RunAction::Cancel { force: true, .. }));
}

#[test]
fn a_declined_cancellation_is_not_repeated_by_force() {
    let mut story = Story::of(RunDetail::new(run("in_progress", None), Vec::new()));
    story.act(CANCEL_RUN);
    story.screen.on(&Event::Declined, &story.fixture.cx());
    let again = story.act(CANCEL_RUN);
    assert!(matches!(action(&again), RunAction::Cancel { force: false, .. }));
}

fn waiting(environments: Vec<PendingEnvironment>) -> RunDetail {
    let mut detail = RunDetail::new(run("waiting", None), Vec::new());
    detail.pending.environments = environments;
    detail
}

fn environment(id: u64, name: &str, you_may_approve: bool) -> PendingEnvironment {
    let reviewers = vec!["release crew".to_owned()];
    PendingEnvironment { id, name: name.to_owned(), waits_until: None, reviewers, you_may_approve }
}

#[test]
fn only_environments_that_the_user_may_review_are_approved() {
    let both = vec![environment(1, "production", false), environment(2, "staging/eu west", true)];
    let mut story = Story::of(waiting(both));
    story.act(APPROVE);
    let requests = story.act(SAVE);
    let expected = RunAction::Review {
        run: run("waiting", None).reference(),
        environments: vec![Reviewed { id: 2, name: "staging/eu west".to_owned() }],
        decision: Decision::Approve,
        comment: String::new(),
    };
    assert_eq!(action(&requests), &expected);
}

#[test]
fn a_run_that_others_review_says_who() {
    let mut story = Story::of(waiting(vec![environment(1, "production", false)]));
    let requests = story.act(APPROVE);
    let [Request::Notify(text, _)] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(text, "There is nothing to approve: only release crew may review it.");
    assert_eq!(story.mode(), Mode::Detail);
}

#[test]
fn code_from_a_fork_is_approved_after_its_changes_are_known() {
    let fork = Run {
        event: "pull_request".to_owned(),
        fork: Some("stranger/fleet".to_owned()),
        ..run("completed", Some("action_required"))
    };
    let mut story = Story::of(RunDetail::new(fork.clone(), Vec::new()));
    let changes = Query::ForkChanges(repo(), fork.commit.clone());
    let wanted: Vec<_> = story.screen.wants(&story.fixture.cx()).into_iter().map(|want| want.query).collect();
    assert!(wanted.contains(&changes), "{wanted:?}");
    assert!(matches!(story.act(APPROVE).as_slice(), [Request::Notify(..)]), "nothing is approved unseen");
    let files = vec![".github/workflows/ci.yml".to_owned(), "src/lib.rs".to_owned()];
    story.fixture.answer(&changes, ForkChanges { base: "main".to_owned(), files });
    let requests = story.act(APPROVE);
    let RunAction::ApproveFork { notes, .. } = action(&requests) else { panic!("{requests:?}") };
    assert!(notes.iter().any(|note| note.contains("stranger/fleet")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains(".github/workflows/ci.yml")), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("src/lib.rs")), "{notes:?}");
}

#[test]
fn a_run_is_opened_before_it_is_approved() {
    let mut story = Story::of(waiting(vec![environment(1, "production", true)]));
    story.screen.on(&Event::Opened(None), &story.fixture.cx());
    assert_eq!(story.act(APPROVE), [Request::Open("7".to_owned())]);
}

#[test]
fn commands_that_do_nothing_say_why() {
    let story = Story::of(failed_run());
    let why = |command| story.screen.unavailable(command, &story.fixture.cx());
    assert_eq!(why(CANCEL_RUN).as_deref(), Some("the run has ended"));
    assert_eq!(why(APPROVE).as_deref(), Some("the run waits for nothing"));
    assert_eq!(why(RERUN), None);
    let story = Story::of(RunDetail::new(run("queued", None), Vec::new()));
    let why = story.screen.unavailable(RERUN, &story.fixture.cx());
    assert_eq!(why.as_deref(), Some("the run goes on; cancel it first"));
}

const DEPLOY: &str = "name: Deploy
on:
  workflow_dispatch:
    inputs:
      stage: {type: choice, options: [staging, production]}
      target: {type: environment}
      dry_run: {type: boolean, default: true}
      version: {required: true, description: As in 1.2.3}
jobs:
  deploy: {runs-on: ubuntu-latest, steps: [{run: ./deploy.sh}]}
";

fn workflows() -> Workflows {
    let workflow = |id, name: &str, file: &str, state: &str| Workflow {
        id,
        name: name.to_owned(),
        path: format!(".github/workflows/{file}"),
        state: state.to_owned(),
        url: String::new(),
    };
    let workflows = vec![
        workflow(1, "CI", "ci.yml", "active"),
        workflow(2, "Old", "old.yml", "disabled_manually"),
        workflow(3, "Deploy", "deploy.yml", "active"),
    ];
    Workflows { workflows, default_branch: Some("main".to_owned()), unreadable: 0 }
}

impl Story {
    /// A story in which the form for the workflow of the run waits for its file.
    fn waiting_for_file() -> (Self, Query) {
        let mut story = Self::of(failed_run());
        assert!(matches!(story.act(TRIGGER).as_slice(), [Request::Notify(..)]), "nothing is known yet");
        story.fixture.answer(&Query::Workflows(repo()), workflows());
        assert_eq!(story.act(TRIGGER), []);
        assert_eq!(story.act(SAVE), []);
        let file = Query::RepositoryFile {
            repo: repo(),
            path: ".github/workflows/deploy.yml".to_owned(),
            reference: Some("main".to_owned()),
        };
        let wants = story.screen.wants(&story.fixture.cx());
        assert!(wants.iter().any(|want| want.query == file), "{wants:?}");
        (story, file)
    }

    fn hears(&mut self, query: &Query, answer: impl Into<hello_model::query::Answer>) {
        self.fixture.answer(query, hello_model::query::Update::Value(answer.into()));
        self.screen.on(&Event::Updated(query), &self.fixture.cx());
    }

    fn hears_file(&mut self, query: &Query, text: &str) {
        let environment = Environment { name: "production".to_owned(), current: None, latest: None };
        self.hears(&Query::Environments(repo()), Environments { environments: vec![environment] });
        let Query::RepositoryFile { path, .. } = query else { panic!("{query:?}") };
        let (path, reference, text) = (path.clone(), "main".to_owned(), text.as_bytes().to_vec());
        self.hears(query, RepositoryFile { path, reference, text });
    }

    fn fields(&self) -> &crate::widgets::form::FormState {
        &self.screen.form.as_ref().unwrap().fields
    }
}

#[test]
fn a_workflow_is_started_with_the_inputs_of_its_file() {
    let (mut story, file) = Story::waiting_for_file();
    story.hears_file(&file, DEPLOY);
    assert_eq!(
        (story.fields().value("dry_run"), story.fields().value("target")),
        ("true".into(), "production".into())
    );
    assert_eq!(story.act(SAVE), [], "the version is missing");
    assert_eq!(story.fields().faults(), [("version", "version is required; give it a value".to_owned())]);
    story.screen.on(&Event::Pasted("1.2.3"), &story.fixture.cx());
    let requests = story.act(SAVE);
    let RunAction::Trigger(trigger) = action(&requests) else { panic!("{requests:?}") };
    assert_eq!((trigger.workflow.as_str(), trigger.reference.as_str()), ("deploy.yml", "main"));
    let sent: Vec<_> = trigger.inputs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(sent, ["stage=staging", "target=production", "dry_run=true", "version=1.2.3"]);
}

#[test]
fn a_refused_trigger_keeps_what_was_typed_and_names_the_field() {
    let (mut story, file) = Story::waiting_for_file();
    story.hears_file(&file, DEPLOY);
    story.act(SAVE);
    story.screen.on(&Event::Pasted("1.2.3"), &story.fixture.cx());
    story.act(SAVE);
    let fault =
        hello_model::failure::FieldFault { field: "stage".to_owned(), rule: "is not allowed".to_owned() };
    let failure = Failure::new(Kind::Invalid(vec![fault]), "triggering deploy.yml", "GitHub says no");
    story.ends(&WriteResult::Refused(failure));
    assert_eq!(story.fields().faults(), [("stage", "is not allowed".to_owned())]);
    assert_eq!(story.fields().value("version"), "1.2.3");
}

#[test]
fn a_file_that_github_rejects_is_shown_in_the_form() {
    let (mut story, file) = Story::waiting_for_file();
    let broken = DEPLOY.replace("{run: ./deploy.sh}", "run: echo a: b");
    story.hears_file(&file, &broken);
    let why = &story.fields().failure().unwrap().why;
    assert!(why.contains(".github/workflows/deploy.yml:10") && why.contains('^'), "{why}");
    assert_eq!(story.fields().value("ref"), "main", "what was chosen stays");
}

#[test]
fn a_file_that_cannot_be_read_keeps_the_choice() {
    let (mut story, file) = Story::waiting_for_file();
    story.hears(&Query::Environments(repo()), Environments::default());
    story.fixture.fail(&file, Failure::new(Kind::NotFound, "reading the file", "there is no such branch"));
    story.screen.on(&Event::Updated(&file), &story.fixture.cx());
    assert_eq!(story.fields().failure().unwrap().why, "there is no such branch");
    assert_eq!(story.mode(), Mode::Form);
}

#[test]
fn the_artifact_at_the_cursor_is_downloaded() {
    let detail = RunDetail::new(run("completed", Some("success")), Vec::new());
    let mut story = Story::of(detail);
    let artifact = |id, name: &str, is_expired| Artifact {
        id,
        name: name.to_owned(),
        bytes: 1_024,
        is_expired,
        expires_at: None,
    };
    let stored = vec![artifact(1, "report", false), artifact(2, "old", true)];
    story.fixture.answer(&Query::Artifacts(repo(), RunId(7)), stored.clone());
    let why = |story: &Story| story.screen.unavailable(DOWNLOAD, &story.fixture.cx());
    let area = ratatui::layout::Rect::new(0, 0, 80, 24);
    story.screen.view(&story.fixture.cx(), area, &mut Buffer::empty(area));
    assert_eq!(why(&story), None);
    assert_eq!(story.act(DOWNLOAD), [Request::Download(repo(), stored[0].clone())]);
    story.act(DOWN);
    assert_eq!(why(&story).as_deref(), Some("GitHub has deleted this artifact"));
}
