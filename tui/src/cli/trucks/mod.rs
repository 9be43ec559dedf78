//! `hello-tui trucks`: the trucks service's data.

mod add;
mod edit;
mod editor;
mod list;
mod remove;

use hello_model::{
    failure::{Failure, Kind},
    truck::{EntityTag, TaggedTruck, Truck},
    write::{Outcome, Write},
};
use hello_state::present::truck;

use super::{Connected, Error, format::format, output::Out, table::Table};

/// The trucks of the service
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the trucks
    List(list::List),
    /// Show one truck
    Show {
        /// The truck's id
        id: String,
    },
    /// Add a truck, or many
    Add(add::Add),
    /// Change a truck: by flags, or in $VISUAL or $EDITOR without any
    Edit(edit::Edit),
    /// Remove a truck
    Remove(remove::Remove),
}

/// Runs a command.
pub(super) async fn run(command: Command, connected: &Connected, out: &Out) -> Result<(), Error> {
    match command {
        Command::List(args) => list::run(args, connected, out).await,
        Command::Show { id } => show(&id, connected, out).await,
        Command::Add(args) => add::run(args, connected, out).await,
        Command::Edit(args) => edit::run(args, connected, out).await,
        Command::Remove(args) => remove::run(args, connected, out).await,
    }
}

async fn show(id: &str, connected: &Connected, out: &Out) -> Result<(), Error> {
    let truck = connected.services.trucks.get(&id.into()).await?.truck;
    Ok(out.print(&truck, || Table::details(truck::facts(&truck, &format()), []))?)
}

/// Reads the truck that a write is about, and the tag that the write depends on.
async fn tagged(operation: &str, id: &str, connected: &Connected) -> Result<(Truck, EntityTag), Failure> {
    let TaggedTruck { truck, tag } = connected.services.trucks.get(&id.into()).await?;
    let tag = tag.ok_or_else(|| {
        let why = "the service sent no entity tag, so a change by another user would be overwritten";
        Failure::new(Kind::Unexpected, operation, why)
            .hint("check whether a proxy before the service removes the header ETag or makes it weak")
    })?;
    Ok((truck, tag))
}

/// Executes a write, and prints what it returns.
async fn execute(write: Write, connected: &Connected, out: &Out) -> Result<(), Error> {
    let outcome = connected.gate.execute(write, &connected.services).await.outcome()?;
    match (&outcome, outcome.truck()) {
        (_, Some(truck)) => out.print(truck, || table([truck]))?,
        (Outcome::Trucks(trucks), None) => out.print(trucks, || table(trucks))?,
        (_, None) => {}
    }
    Ok(())
}

fn table<'a>(trucks: impl IntoIterator<Item = &'a Truck>) -> Table {
    Table::of(&truck::COLUMNS, trucks, &format())
}
