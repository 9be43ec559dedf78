use std::time::Instant;

use hello_catalog::{Source, read};
use hello_model::{
    deployment::{ServiceRef, ServiceState},
    query::{Query, Update},
    run::{Pending, PendingEnvironment, Repo, RunId},
    time::{Now, Timestamp},
};

use super::*;
use crate::cache::Cache;

const SERVICE: &str = "arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server";

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

fn service() -> ServiceRef {
    SERVICE.parse().unwrap()
}

/// What a cache knows after some answers.
#[derive(Default)]
struct Answers {
    cache: Cache,
}

impl Answers {
    fn with(mut self, query: &Query, answer: Result<Update, Failure>) -> Self {
        let now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
        self.cache.sync(&[query.clone().into()], now);
        self.cache.resolve(query, answer, now);
        self
    }

    fn runs(self, runs: Vec<Run>) -> Self {
        let list = RunList { runs: runs.into(), unreadable: 0 };
        self.with(&Query::runs(repo()), Ok(list.into()))
    }

    fn deployments(self, statuses: &[Status]) -> Self {
        let state = ServiceState {
            status: "ACTIVE".to_owned(),
            desired: 2,
            running: 2,
            pending: 0,
            task_definition: None,
            stack: None,
        };
        let deployments = statuses.iter().map(deployment).collect();
        let snapshot = ServiceSnapshot { service: state, deployments, events: Vec::new() };
        self.with(&Query::Service(service()), Ok(snapshot.into()))
    }

    fn needs(&self) -> Vec<Need> {
        self.needs_of(true)
    }

    fn needs_of(&self, has_component: bool) -> Vec<Need> {
        let waiting = self.cache.runs(&repo()).value().into_iter().flat_map(waiting_runs);
        let waiting: Vec<_> = waiting.filter_map(|run| self.cache.run(&repo(), run.id).value()).collect();
        needs(&Known {
            catalog: self.cache.catalog(),
            trucks: Remote::untouched(),
            runs: self.cache.runs(&repo()),
            waiting_runs: &waiting,
            service: self.cache.service(&service()),
            logs_failure: None,
            has_component,
        })
    }
}

fn run(id: u64, workflow: &str, conclusion: Option<&str>) -> Run {
    let status = if conclusion.is_some() { "completed" } else { "waiting" };
    Run {
        id: RunId(id),
        number: id,
        attempt: 1,
        workflow: workflow.to_owned(),
        title: "Add a truck".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "9fceb02d0ae598e95dc970b74767f19372d61af8".to_owned(),
        actor: None,
        state: State::from_words(status, conclusion),
        created_at: None,
        started_at: None,
        updated_at: None,
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    }
}

fn deployment(status: &Status) -> Deployment {
    Deployment {
        arn: format!("{SERVICE}/{}", status.word()),
        status: status.clone(),
        reason: Some("the circuit breaker was triggered".to_owned()),
        strategy: "ROLLING".to_owned(),
        stage: None,
        created_at: Timestamp::UNIX_EPOCH,
        started_at: None,
        finished_at: None,
        target: None,
        sources: Vec::new(),
        bake: None,
        breaker: None,
        hooks: Vec::new(),
        rollback_reason: None,
    }
}

fn lines(needs: &[Need]) -> Vec<String> {
    needs.iter().map(|need| format!("{} {}", need.badge.0, need.text)).collect()
}

#[test]
fn only_the_latest_run_of_a_workflow_and_branch_counts() {
    let runs = vec![
        run(5, "Deploy", None),
        run(4, "Test", Some("failure")),
        run(3, "Lint", Some("success")),
        run(2, "Lint", Some("failure")),
        run(1, "Fork", Some("action_required")),
    ];
    let needs = Answers::default().runs(runs).needs();
    assert_eq!(
        lines(&needs),
        [
            "‖ Deploy #5 waits for approval: Add a truck",
            "! Fork #1 waits for approval: Add a truck",
            "✗ Test #4 failed on main: Add a truck",
        ]
    );
    assert_eq!(needs[2].subject.as_deref(), Some("4"));
}

#[test]
fn a_waiting_run_names_environment_and_reviewers() {
    let environment = |name: &str, reviewers: &[&str], you_may_approve| PendingEnvironment {
        id: 0,
        waits_until: None,
        name: name.to_owned(),
        reviewers: reviewers.iter().map(|name| (*name).to_owned()).collect(),
        you_may_approve,
    };
    let environments = vec![
        environment("production", &["marta", "Platform"], true),
        environment("canary", &[], false),
        environment("staging", &["jo"], false),
    ];
    let pending = Pending { environments, unknown: None };
    let detail = RunDetail { pending, ..RunDetail::new(run(5, "Deploy", None), Vec::new()) };
    let answers = Answers::default().runs(vec![run(5, "Deploy", None), run(4, "Docs", None)]);
    let answers = answers.with(&Query::Run(repo(), RunId(5)), Ok(detail.into()));
    assert_eq!(
        lines(&answers.needs()),
        [
            "‖ Deploy #5 waits for approval of production by marta or Platform (you may approve), and a rule of canary, \
             such as a timer, and approval of staging by jo: Add a truck",
            "‖ Docs #4 waits for approval: Add a truck",
        ]
    );
}

#[test]
fn details_are_read_of_few_waiting_runs() {
    let runs: Vec<Run> = (1..=9).rev().map(|id| run(id, "Deploy", None)).collect();
    let list = RunList { runs: runs.into(), unreadable: 0 };
    let ids: Vec<u64> = waiting_runs(&list).map(|run| run.id.0).collect();
    assert_eq!(ids, [9, 8, 7, 6, 5], "the newest ones");
}

#[test]
fn a_rollback_counts_until_a_deployment_succeeds() {
    let rolled_back = [Status::InProgress, Status::RollbackSuccessful, Status::Successful];
    let needs = Answers::default().deployments(&rolled_back).needs();
    assert_eq!(lines(&needs), ["✗ deployment rolled back: the circuit breaker was triggered"]);
    assert_eq!(
        (needs[0].area, needs[0].subject.as_deref()),
        (Area::Deployments, Some(&*format!("{SERVICE}/ROLLBACK_SUCCESSFUL")))
    );

    let mended = [Status::Successful, Status::RollbackSuccessful];
    assert_eq!(Answers::default().deployments(&mended).needs(), []);
}

#[test]
fn one_cause_is_told_once_and_what_was_never_set_up_not_at_all() {
    let offline = || Err(Failure::new(Kind::Offline, "reading", "no route to host").hint("check the VPN"));
    let answers =
        Answers::default().with(&Query::runs(repo()), offline()).with(&Query::Service(service()), offline());
    let needs = answers.needs();
    assert_eq!(lines(&needs), ["✗ no route to host"]);
    assert_eq!(needs[0].hint.as_deref(), Some("check the VPN"));
    assert_eq!((needs[0].area, &needs[0].also[..]), (Area::Runs, &[Area::Deployments][..]));

    let absent = || Err(Failure::new(Kind::NotConfigured, "no ECS service", "no annotation"));
    let answers = Answers::default().with(&Query::Service(service()), absent());
    assert_eq!(answers.needs(), []);
    assert_eq!(lines(&answers.needs_of(false)), ["✗ no annotation"], "the component is unknown");
}

#[test]
fn errors_of_descriptors_need_the_user() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: -}\n";
    let catalog = read(&[Source { name: "a.yaml".to_owned(), text: text.into() }]);
    let needs = Answers::default().with(&Query::Catalog, Ok(catalog.into())).needs();
    assert!(needs[0].text.starts_with("descriptors with problems: ✗"), "{needs:?}");
    assert_eq!(needs[0].subject.as_deref(), Some("problems"));
}
