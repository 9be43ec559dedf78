//! What the services answer in the tests of screens.

use std::time::{Duration, Instant};

use hello_catalog::{Catalog, Source, read};
use hello_model::{
    deployment::{
        Deployment, Revision, ServiceEvent, ServiceSnapshot, ServiceState, StackEvent, Stage, Status,
    },
    failure::{Failure, Kind},
    job_log::{JobLogEvent, LogEnd},
    log::{Level, LogLine, TailEvent},
    pages::Pages,
    query::{Descriptor, Query, Update},
    run::{
        Environments, ForkChanges, Job, RepositoryFile, Run, RunDetail, RunId, RunList, State, Step,
        Workflow, Workflows,
    },
    time::{Now, Timestamp},
    truck::{Fleet, FleetEvent, NewTruck, TruckStatus},
};

const NOON: &str = "2026-11-23T12:00:00Z";

pub(crate) fn now(start: Instant, seconds: u64) -> Now {
    Now { instant: start + Duration::from_secs(seconds), wall: at(i64::try_from(seconds).unwrap()) }
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    NOON.parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(seconds)
}

pub(crate) fn catalog(text: &str) -> Catalog {
    read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }])
}

/// The whole world's answers.
pub(crate) fn answers(query: &Query) -> Vec<Update> {
    match query {
        Query::Catalog => vec![catalog(include_str!("../../../../catalog-info.yaml")).into()],
        Query::Descriptor(_) => {
            vec![Descriptor(include_str!("../../../../catalog-info.yaml").to_owned()).into()]
        }
        Query::Trucks(_) => vec![fleet().into()],
        Query::Runs(_) => {
            let runs = vec![run(2, "in_progress", None), run(1, "completed", Some("failure"))];
            vec![RunList { runs: runs.into(), unreadable: 0 }.into()]
        }
        Query::TruckEvents => vec![Update::Fleet(FleetEvent::Opened)],
        Query::Run(..) => vec![run_detail().into()],
        Query::Workflows(_) => vec![workflows().into()],
        Query::RepositoryFile { path, .. } => vec![workflow_file(path).into()],
        Query::Truck(_) | Query::Annotations(..) | Query::Artifacts(..) => Vec::new(),
        Query::Environments(_) => vec![Environments::default().into()],
        Query::ForkChanges(..) => vec![ForkChanges::default().into()],
        Query::JobLog(..) => vec![Update::JobLog(JobLogEvent::Ended(LogEnd::Complete))],
        Query::Service(_) => vec![snapshot().into()],
        Query::StackEvents { .. } => vec![Pages::from(stack_events()).into()],
        Query::Logs(_) => vec![
            Update::Tail(TailEvent::Opened { group: "/ecs/hello".to_owned() }),
            Update::Tail(TailEvent::Lines(lines())),
            Update::Tail(TailEvent::CaughtUp { at: at(0) }),
        ],
    }
}

pub(crate) fn fleet() -> Fleet {
    let truck = |id: &str, make: &str, model: &str, plate: Option<&str>, status| {
        let mut truck = NewTruck::new(make, model).into_truck(id.into(), at(-3_600));
        truck.license_plate = plate.map(str::to_owned);
        truck.status = status;
        truck
    };
    let trucks = vec![
        truck("0190aaaa-0000-7000-8000-000000000001", "Scania", "V8", Some("ABC 123"), TruckStatus::Active),
        truck("0190aaaa-0000-7000-8000-000000000002", "Volvo", "FH16", None, TruckStatus::Maintenance),
        truck("0190aaaa-0000-7000-8000-000000000003", "MAN", "TGX", None, TruckStatus::Retired),
    ];
    Fleet { trucks: trucks.into(), service_version: Some("0.1.0".to_owned()), ..Fleet::default() }
}

pub(crate) fn run(number: u64, status: &str, conclusion: Option<&str>) -> Run {
    Run {
        id: RunId(9_000 + number),
        number,
        attempt: 1,
        workflow: "LintAndTest".to_owned(),
        title: "feat: retire a truck".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "0123456789abcdef".to_owned(),
        actor: Some("octocat".to_owned()),
        state: State::from_words(status, conclusion),
        created_at: Some(at(-90)),
        started_at: Some(at(-75)),
        updated_at: Some(at(-10)),
        url: format!("https://github.com/hello-truck/hello-truck/actions/runs/{}", 9_000 + number),
        path: None,
        fork: None,
        pull_request: None,
    }
}

pub(crate) fn run_detail() -> RunDetail {
    let step = |number, name: &str, status: &str, conclusion| Step {
        number,
        name: name.to_owned(),
        state: State::from_words(status, conclusion),
        started_at: Some(at(-60)),
        completed_at: conclusion.map(|_| at(-50)),
    };
    let job = Job {
        started_at: Some(at(-70)),
        steps: vec![
            step(1, "Set up job", "completed", Some("success")),
            step(2, "Run the tests", "in_progress", None),
            step(3, "Complete job", "queued", None),
        ],
        ..Job::new(1, "test", State::InProgress)
    };
    RunDetail::new(run(2, "in_progress", None), vec![job])
}

fn workflows() -> Workflows {
    let workflow = |id, name: &str, file: &str| Workflow {
        id,
        name: name.to_owned(),
        path: format!(".github/workflows/{file}"),
        state: "active".to_owned(),
        url: format!("https://github.com/hello-truck/hello-truck/actions/workflows/{file}"),
    };
    let workflows = vec![workflow(1, "LintAndTest", "ci.yml"), workflow(2, "Deploy", "deploy.yml")];
    Workflows { workflows, default_branch: Some("main".to_owned()), unreadable: 0 }
}

fn workflow_file(path: &str) -> RepositoryFile {
    let text = "name: Deploy\non:\n  workflow_dispatch:\n    inputs:\n      dry_run: {type: boolean}\njobs:\n  \
                deploy: {runs-on: ubuntu-latest, steps: [{run: ./deploy.sh}]}\n";
    RepositoryFile { path: path.to_owned(), reference: "main".to_owned(), text: text.into() }
}

pub(crate) fn snapshot() -> ServiceSnapshot {
    let revision = |id: &str, share| Revision {
        arn: format!("arn:aws:ecs:us-east-1:123456789012:service-revision/hello-truck/hello-server/{id}"),
        task_definition: (id == "green").then(|| "hello-server:126".to_owned()),
        images: vec!["hellotruck/hello-server:0f2a3b4c5d6e".to_owned()],
        requested: 3,
        running: 3,
        pending: 0,
        production_weight: Some(share),
        test_weight: Some(100.0 - share),
    };
    let deployment = |id: &str, status, stage: Option<&str>| Deployment {
        arn: format!("arn:aws:ecs:us-east-1:123456789012:service-deployment/hello-truck/hello-server/{id}"),
        status,
        reason: None,
        strategy: "BLUE_GREEN".to_owned(),
        stage: stage.map(|word| Stage(word.to_owned())),
        created_at: at(-200),
        started_at: Some(at(-190)),
        finished_at: stage.is_none().then(|| at(-40)),
        target: Some(revision("2", 0.0)),
        sources: vec![revision("1", 100.0)],
        bake: Some(Duration::from_mins(2)),
        breaker: None,
        hooks: Vec::new(),
        rollback_reason: None,
    };
    let mut failed = deployment("older", Status::RollbackSuccessful, None);
    failed.target = failed.target.map(|target| Revision { images: Vec::new(), ..target });
    failed.reason = Some("Service deployment rolled back because of an alarm.".to_owned());
    ServiceSnapshot {
        service: ServiceState {
            status: "ACTIVE".to_owned(),
            desired: 3,
            running: 6,
            pending: 0,
            task_definition: Some("hello-server:7".to_owned()),
            stack: Some("hello-truck".to_owned()),
        },
        deployments: vec![deployment("newest", Status::InProgress, Some("TEST_TRAFFIC_SHIFT")), failed],
        events: vec![ServiceEvent {
            at: at(-30),
            message: "(service hello-server) has started 3 tasks.".to_owned(),
        }],
    }
}

pub(crate) fn stack_events() -> Vec<StackEvent> {
    let event = |status: &str, reason: Option<&str>| StackEvent {
        id: status.to_owned(),
        at: at(-20),
        resource: "Service".to_owned(),
        resource_type: "AWS::ECS::Service".to_owned(),
        status: status.to_owned(),
        reason: reason.map(str::to_owned),
    };
    vec![event("UPDATE_IN_PROGRESS", None), event("UPDATE_FAILED", Some("a reason"))]
}

pub(crate) fn lines() -> Vec<LogLine> {
    let line = |number: i64, level, message: &str| LogLine {
        id: number.to_string(),
        stream: "server/hello-server/0a1b2c3d4e5f".to_owned(),
        at: at(number - 60),
        ingested: None,
        message: message.to_owned(),
        level,
    };
    vec![
        line(
            1,
            Level::Info,
            r#"{"http.method":"GET","http.path":"/trucks","http.status":200,"duration_ms":3,"level":"INFO"}"#,
        ),
        line(2, Level::Warn, "the pool is \u{1b}[31mslow\u{1b}[0m"),
        line(3, Level::Error, r#"{"level":"ERROR","message":"the store is away"}"#),
    ]
}

pub(crate) fn offline() -> Failure {
    Failure::new(
        Kind::Offline,
        "listing the trucks",
        "http://localhost:5000 cannot be reached: connection refused",
    )
    .hint("start it (hello-server), name another with --trucks-url, or use --sandbox")
}
