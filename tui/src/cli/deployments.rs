//! `hello-tui deployments`: the component's ECS service, its deployments and the events of its stack.

use hello_model::{
    deployment::{Deployment, Revision, ServiceSnapshot, StackEvent},
    failure::{Failure, Kind},
    time,
};
use serde::Serialize;

use super::{
    Error, World,
    facts::{facts, moment, or_dash},
    output::Out,
    table::Table,
};

/// The ECS deployments
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the deployments of the service
    List {
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// Show one deployment [default: the latest]
    Show {
        /// The deployment's id, or the beginning of it
        id: Option<String>,
    },
    /// List what ECS and CloudFormation say, the latest first
    Events,
}

/// Runs a command.
pub(super) async fn run(command: Command, world: &World, out: &Out) -> Result<(), Error> {
    let target = world.target().await;
    let service = target.service?;
    let snapshot = world.connected.services.ecs.snapshot(&service).await?;
    match command {
        Command::List { limit } => {
            let limit = limit.unwrap_or(usize::MAX);
            let deployments: Vec<&Deployment> = snapshot.deployments.iter().take(limit).collect();
            Ok(out.print(&deployments, || table(&deployments))?)
        }
        Command::Show { id } => {
            let deployment = find(&snapshot, id.as_deref())?;
            Ok(out.print(deployment, || shown(deployment))?)
        }
        Command::Events => {
            let stacks = world.connected.services.stacks.in_region(&service.region);
            let of_stack = match &snapshot.service.stack {
                Some(stack) => stacks.events(stack, None).await?,
                None => Vec::new(),
            };
            let events = merged(&snapshot, &of_stack);
            Ok(out.print(&events, || event_table(&events))?)
        }
    }
}

fn find<'s>(snapshot: &'s ServiceSnapshot, id: Option<&str>) -> Result<&'s Deployment, Failure> {
    let all = &snapshot.deployments;
    let found = match id {
        Some(id) => all.iter().find(|deployment| deployment.id().starts_with(id)),
        None => all.first(),
    };
    found.ok_or_else(|| {
        let why = format!("the service has {} deployments, and not this one", all.len());
        Failure::new(Kind::NotFound, "showing a deployment", why).hint("hello-tui deployments list")
    })
}

fn table(deployments: &[&Deployment]) -> Table {
    let row = |deployment: &&Deployment| {
        let started = deployment.started_at.unwrap_or(deployment.created_at);
        let took = deployment.finished_at.map(|finished| {
            time::short(std::time::Duration::try_from(finished.duration_since(started)).unwrap_or_default())
        });
        vec![
            deployment.id().to_owned(),
            deployment.status.word().to_owned(),
            moment(Some(started)),
            or_dash(took.as_deref()),
            deployment.strategy.clone(),
            or_dash(reason(deployment)),
        ]
    };
    let titles = ["ID", "STATUS", "STARTED", "TOOK", "STRATEGY", "REASON"];
    Table::new(&titles, deployments.iter().map(row))
}

fn reason(deployment: &Deployment) -> Option<&str> {
    deployment.rollback_reason.as_deref().or(deployment.reason.as_deref())
}

fn shown(deployment: &Deployment) -> Table {
    let revision = |revision: &Revision| {
        let weight = revision.production_weight.map(|weight| format!(", {weight:.0}% of the traffic"));
        let (running, requested) = (revision.running, revision.requested);
        format!("{}: {running} of {requested} running{}", revision.arn, weight.unwrap_or_default())
    };
    let sources = deployment.sources.iter().map(|source| ("old", Some(revision(source))));
    let hooks = deployment.hooks.iter().map(|hook| ("hook", Some(format!("{}: {}", hook.status, hook.id))));
    facts(
        [
            ("id", Some(deployment.id().to_owned())),
            ("arn", Some(deployment.arn.clone())),
            ("status", Some(deployment.status.word().to_owned())),
            ("reason", reason(deployment).map(str::to_owned)),
            ("strategy", Some(deployment.strategy.clone())),
            ("stage", deployment.stage.as_ref().map(|stage| stage.0.clone())),
            ("started", Some(moment(deployment.started_at.or(Some(deployment.created_at))))),
            ("finished", deployment.finished_at.map(|at| moment(Some(at)))),
            ("new", deployment.target.as_ref().map(revision)),
        ]
        .into_iter()
        .chain(sources)
        .chain(hooks),
    )
}

/// An event of the service or of its stack.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    at: hello_model::time::Timestamp,
    /// `ecs` or `cloudformation`.
    source: &'static str,
    /// The resource of the stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    message: String,
}

fn merged(snapshot: &ServiceSnapshot, of_stack: &[StackEvent]) -> Vec<Event> {
    let of_service = snapshot.events.iter().map(|event| Event {
        at: event.at,
        source: "ecs",
        resource: None,
        status: None,
        message: event.summary().to_owned(),
    });
    let of_stack = of_stack.iter().map(|event| Event {
        at: event.at,
        source: "cloudformation",
        resource: Some(format!("{} ({})", event.resource, event.resource_type)),
        status: Some(event.status.clone()),
        message: event.reason.clone().unwrap_or_default(),
    });
    let mut events: Vec<Event> = of_service.chain(of_stack).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events
}

fn event_table(events: &[Event]) -> Table {
    let row = |event: &Event| {
        vec![
            moment(Some(event.at)),
            event.source.to_owned(),
            or_dash(event.resource.as_deref()),
            or_dash(event.status.as_deref()),
            or_dash(Some(&event.message)),
        ]
    };
    Table::new(&["AT", "SOURCE", "RESOURCE", "STATUS", "MESSAGE"], events.iter().map(row))
}
