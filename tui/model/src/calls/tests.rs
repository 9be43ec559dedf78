//! The table of calls is complete, and the policy follows it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::{
    deployment::ServiceRef,
    run::{JobId, Repo, RunFilter, RunId, RunRef},
    truck::{EntityTag, NewTruck, TruckPatch},
    write::{Decision, RunWrite, Trigger},
};

const POLICIES: &str = include_str!("../../../../infrastructure/console-policies.yaml");

type Actions = BTreeMap<String, BTreeSet<String>>;

/// One query of each kind.
fn queries() -> Vec<Query> {
    let service: ServiceRef = "arn:aws:ecs:eu-north-1:123456789012:service/a/b".parse().unwrap();
    let repo: Repo = "a/b".parse().unwrap();
    vec![
        Query::Catalog,
        Query::Descriptor("catalog-info.yaml".to_owned()),
        Query::trucks(),
        Query::Truck("0190".into()),
        Query::TruckEvents,
        Query::runs(repo.clone()),
        Query::JobLog(repo, JobId(1)),
        Query::Service(service.clone()),
        Query::StackEvents { region: "eu-north-1".to_owned(), stack: "a".to_owned() },
        Query::Logs(LogSource::Group("a".to_owned())),
        Query::Logs(LogSource::Service(service)),
    ]
}

/// One query of each kind about what belongs to runs.
fn run_queries(repo: &Repo) -> [Query; 6] {
    let file =
        |path: &str| Query::RepositoryFile { repo: repo.clone(), path: path.to_owned(), reference: None };
    [
        Query::Workflows(repo.clone()),
        file(".github/workflows/ci.yml"),
        Query::Annotations(repo.clone(), 1),
        Query::Artifacts(repo.clone(), RunId(1)),
        Query::Environments(repo.clone()),
        Query::ForkChanges(repo.clone(), "0123456".to_owned()),
    ]
}

/// One write of each kind about runs.
fn run_writes(repo: &Repo) -> impl Iterator<Item = Write> {
    let run = || RunRef { id: RunId(1), name: "ci #1".to_owned() };
    let rerun = |jobs| RunAction::Rerun { run: run(), jobs, debug: false };
    let (reference, inputs) = ("main".to_owned(), Vec::new());
    let actions = [
        RunAction::Trigger(Trigger { workflow: "ci.yml".to_owned(), reference, inputs }),
        rerun(RerunJobs::All),
        rerun(RerunJobs::Failed),
        rerun(RerunJobs::One { id: 1, name: "build".to_owned() }),
        RunAction::Cancel { run: run(), force: false },
        RunAction::Cancel { run: run(), force: true },
        RunAction::Review {
            run: run(),
            environments: Vec::new(),
            decision: Decision::Approve,
            comment: String::new(),
        },
        RunAction::ApproveFork { run: run(), notes: Vec::new() },
        RunAction::SetEnabled { workflow: "ci.yml".to_owned(), is_enabled: true },
        RunAction::SetEnabled { workflow: "ci.yml".to_owned(), is_enabled: false },
    ];
    let write = |action| Write::Run(RunWrite { repo: repo.clone(), action, audit_id: "a".to_owned() });
    actions.map(write).into_iter()
}

/// Returns the IAM actions of the table, each with its resources.
fn asked() -> Actions {
    let mut asked = Actions::new();
    for call in queries().iter().flat_map(Query::calls) {
        if let Permission::Iam { action, resources } = call.permission {
            asked.entry(action.to_owned()).or_default().extend(resources.iter().map(|&text| text.to_owned()));
        }
    }
    asked
}

/// Returns the texts of a value that is a text or a list of texts, before names are filled in.
fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| {
        let text = value.get("Fn::Sub").map_or(value, |parts| &parts[0]);
        text.as_str().unwrap().replace("${AWS::", "${")
    };
    value.as_array().map_or_else(|| vec![text(value)], |list| list.iter().map(text).collect())
}

#[test]
fn every_call_is_listed_once() {
    let truck = NewTruck::new("Scania", "V8");
    let add = Write::CreateTruck { truck: truck.clone(), key: "a".to_owned() };
    let truck = Box::new(truck.into_truck("0190".into(), "2026-11-23T10:00:00Z".parse().unwrap()));
    let (if_match, audit_id) = (EntityTag::strong("\"1\"").unwrap(), "a".to_owned());
    let remove =
        Write::RemoveTruck { truck: truck.clone(), if_match: if_match.clone(), audit_id: audit_id.clone() };
    let change = Write::UpdateTruck { truck, patch: TruckPatch::default(), if_match, audit_id };
    let repo: Repo = "a/b".parse().unwrap();
    let run = Query::Run(repo.clone(), RunId(1));
    let filter = RunFilter { workflow: Some("ci.yml".to_owned()), ..RunFilter::default() };
    let of_workflow = Query::Runs(RunQuery { repo: repo.clone(), filter });
    let queries = queries()
        .into_iter()
        .chain([run, of_workflow])
        .chain(run_queries(&repo))
        .flat_map(|query| query.calls());
    let writes = [add, change, remove].into_iter().chain(run_writes(&repo)).collect::<Vec<_>>();
    let made: BTreeSet<_> = queries
        .chain(writes.iter().flat_map(Write::calls))
        .chain(&IDENTITY)
        .chain([&DOWNLOAD_ARTIFACT])
        .map(|call| call.operation)
        .collect();
    let listed: Vec<_> = all().map(|call| call.operation).collect();
    assert_eq!(listed.len(), made.len());
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), made);
}

#[test]
fn the_policy_for_readers_is_the_table() {
    // The tags tell CloudFormation how to fill in names. To YAML, the values are texts and lists.
    let tags = ["!Sub ", "!Ref ", "!If ", "!Equals "];
    let plain = tags.iter().fold(POLICIES.to_owned(), |text, tag| text.replace(tag, ""));
    let template: Value = serde_yaml::from_str(&plain).unwrap();
    let statements = &template["Resources"]["ReadPolicy"]["Properties"]["PolicyDocument"]["Statement"];
    let mut held = Actions::new();
    for statement in statements.as_array().unwrap() {
        for action in texts(&statement["Action"]) {
            held.entry(action).or_default().extend(texts(&statement["Resource"]));
        }
    }
    assert_eq!(held, asked());
}
