//! `hello-tui trucks`: the trucks service's data.

use hello_model::{
    failure::{Failure, Kind},
    truck::{NewTruck, Truck, TruckStatus},
    write::{Outcome, Write},
};
use hello_state::present::truck;

use super::{
    Error, World,
    filter::FilterArgs,
    format::format,
    new_trucks::{self, Input},
    output::{self, Out},
    table::Table,
};

/// The trucks of the service
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the trucks
    List(List),
    /// Show one truck
    Show {
        /// The truck's id
        id: String,
    },
    /// Add a truck, or many
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only trucks of this status: active, maintenance or retired; may be given several times
    #[arg(long, value_name = "STATUS")]
    status: Vec<TruckStatus>,
    /// Only trucks with this text in make, model or plate
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    filter: FilterArgs,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Who built it, 1 to 50 characters
    #[arg(long, required_unless_present = "json")]
    make: Option<String>,
    /// What they call it, 1 to 50 characters
    #[arg(long, required_unless_present = "json")]
    model: Option<String>,
    /// Its license plate
    #[arg(long, value_name = "PLATE")]
    license_plate: Option<String>,
    /// active, maintenance or retired
    #[arg(long, default_value = "active")]
    status: TruckStatus,
    /// Read a truck, or a list of trucks of which all are added or none, as JSON from a file; - is standard input
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["make", "model", "license_plate", "status"])]
    json: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Runs a command.
pub(super) async fn run(command: Command, world: &World, out: &Out) -> Result<(), Error> {
    match command {
        Command::List(args) => list(args, world, out).await,
        Command::Show { id } => show(&id, world, out).await,
        Command::Add(args) => add(args, world, out).await,
    }
}

async fn list(args: List, world: &World, out: &Out) -> Result<(), Error> {
    let filter = args.filter.read(&truck::COLUMNS)?;
    let fleet = world.connected.services.trucks.list().await?;
    let wanted = args.search.map(|text| text.to_lowercase());
    let fits = |truck: &&Truck| {
        let text =
            format!("{} {} {}", truck.make, truck.model, truck.license_plate.as_deref().unwrap_or_default());
        (args.status.is_empty() || args.status.contains(&truck.status))
            && wanted.as_ref().is_none_or(|wanted| text.to_lowercase().contains(wanted))
    };
    let limit = args.limit.unwrap_or(usize::MAX);
    let mut trucks = truck::COLUMNS.passing(fleet.trucks.items.iter().filter(fits), &filter, &format());
    trucks.truncate(limit);
    out.print(&trucks, || table(trucks.iter().copied()))?;
    match fleet.unread {
        // A failure tells scripts that the list is incomplete.
        Some(why) if trucks.len() < limit => Err(not_all(why).into()),
        _ => Ok(()),
    }
}

/// Creates the failure for an incomplete list.
fn not_all(why: String) -> Failure {
    Failure::new(Kind::Unexpected, "listing the trucks", why).hint("ask the service itself for the others")
}

async fn show(id: &str, world: &World, out: &Out) -> Result<(), Error> {
    let fleet = world.connected.services.trucks.list().await?;
    let truck = fleet.trucks.items.iter().find(|truck| truck.id.as_str() == id).ok_or_else(|| match fleet
        .unread
        .clone()
    {
        Some(why) => not_all(why),
        None => Failure::new(
            Kind::NotFound,
            format!("showing truck {id}"),
            "the service has no truck with this id",
        )
        .hint("hello-tui trucks list"),
    })?;
    Ok(out.print(truck, || Table::details(truck::facts(truck, &format()), []))?)
}

async fn add(args: Add, world: &World, out: &Out) -> Result<(), Error> {
    let write = write(args.input()?);
    if !args.yes {
        confirm(&write.question())?;
    }
    match world.gate.execute(write, &world.connected.services).await.outcome()? {
        Outcome::Truck(truck) | Outcome::Removed(truck) => out.print(&truck, || table([&truck]))?,
        Outcome::Trucks(trucks) => out.print(&trucks, || table(&trucks))?,
    }
    Ok(())
}

/// Returns the write that adds what was given.
fn write(input: Input) -> Write {
    let key = uuid::Uuid::now_v7().to_string();
    match input {
        Input::One(truck) => Write::CreateTruck { truck, key },
        Input::Many(trucks) => Write::CreateTrucks { trucks, key },
    }
}

impl Add {
    fn input(&self) -> Result<Input, Failure> {
        if let Some(source) = &self.json {
            return new_trucks::read(source);
        }
        Ok(Input::One(NewTruck {
            make: self.make.clone().unwrap_or_default(),
            model: self.model.clone().unwrap_or_default(),
            license_plate: self.license_plate.clone(),
            status: self.status,
        }))
    }
}

fn table<'a>(trucks: impl IntoIterator<Item = &'a Truck>) -> Table {
    Table::of(&truck::COLUMNS, trucks, &format())
}

/// Asks for confirmation on a terminal. Fails if there is none, because then `--yes` is required.
fn confirm(question: &str) -> Result<(), Error> {
    if !output::can_ask() {
        let why = "this changes something, and there is no terminal to ask on";
        return Err(Failure::new(Kind::NotConfigured, question.trim_end_matches('?'), why)
            .hint("say --yes to go ahead")
            .into());
    }
    if output::ask(question).map_err(|error| Failure::new(Kind::Unexpected, "asking", error.to_string()))? {
        return Ok(());
    }
    Err(Error::Declined)
}
