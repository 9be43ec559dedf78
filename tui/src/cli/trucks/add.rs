//! `hello-tui trucks add`.

use hello_model::{
    failure::Failure,
    truck::{NewTruck, TruckStatus},
    write::Write,
};

use super::{
    super::{
        confirm::confirm,
        new_trucks::{self, NewTrucks},
    },
    Connected, Error, Out, execute,
};

#[derive(Debug, clap::Args)]
pub(in super::super) struct Add {
    /// The manufacturer, 1 to 50 characters
    #[arg(long, required_unless_present = "json")]
    make: Option<String>,
    /// The name of the model, 1 to 50 characters
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

/// Adds the trucks that the flags or the JSON input describe.
pub(super) async fn run(args: Add, connected: &Connected, out: &Out) -> Result<(), Error> {
    let write = write(args.input()?);
    confirm(&write, &[], args.yes)?;
    execute(write, connected, out).await
}

/// Returns the write that adds what was given.
fn write(input: NewTrucks) -> Write {
    let key = uuid::Uuid::now_v7().to_string();
    match input {
        NewTrucks::One(truck) => Write::CreateTruck { truck, key },
        NewTrucks::Many(trucks) => Write::CreateTrucks { trucks, key },
    }
}

impl Add {
    fn input(&self) -> Result<NewTrucks, Failure> {
        if let Some(source) = &self.json {
            return new_trucks::read(source);
        }
        Ok(NewTrucks::One(NewTruck {
            make: self.make.clone().unwrap_or_default(),
            model: self.model.clone().unwrap_or_default(),
            license_plate: self.license_plate.clone(),
            status: self.status,
        }))
    }
}
