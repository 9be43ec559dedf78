//! `hello-tui deployments`: the component's ECS service, its deployments and the events of its stack.

use hello_model::{
    deployment::{Deployment, ServiceSnapshot},
    event::merged,
    failure::{Failure, Kind},
    filter::Filter,
};
use hello_state::present::{deployment, event};

use super::{Connected, Error, filter::FilterArgs, format::format, output::Out, table::Table};

/// The ECS deployments
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the deployments of the service
    List {
        #[command(flatten)]
        filter: FilterArgs,
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
pub(super) async fn run(command: Command, connected: &Connected, out: &Out) -> Result<(), Error> {
    let format = format();
    // Checked before anything is requested.
    let filter = match &command {
        Command::List { filter, .. } => filter.read(&deployment::COLUMNS)?,
        Command::Show { .. } | Command::Events => Filter::default(),
    };
    let service = connected.target().await.service?;
    let snapshot = connected.services.ecs.snapshot(&service).await?;
    match command {
        Command::List { limit, .. } => {
            let mut deployments = deployment::COLUMNS.passing(&snapshot.deployments, &filter, &format);
            deployments.truncate(limit.unwrap_or(usize::MAX));
            let table = || Table::of(&deployment::COLUMNS, deployments.iter().copied(), &format);
            Ok(out.print(&deployments, table)?)
        }
        Command::Show { id } => {
            let found = find(&snapshot, id.as_deref())?;
            Ok(out.print(found, || Table::details(deployment::facts(found, &format), []))?)
        }
        Command::Events => {
            let stacks = connected.services.stacks.in_region(&service.region);
            let of_stack = match &snapshot.service.stack {
                Some(stack) => stacks.events(stack, None).await?,
                None => Vec::new(),
            };
            let events = merged(&snapshot, &of_stack);
            Ok(out.print(&events, || Table::of(&event::COLUMNS, &events, &format))?)
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
