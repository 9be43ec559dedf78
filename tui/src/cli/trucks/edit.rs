//! `hello-tui trucks edit`.

use hello_model::{
    truck::{Truck, TruckPatch, TruckStatus, changes, name},
    write::Write,
};

use super::{super::confirm::confirm, Connected, Error, Out, editor, execute, table, tagged};

#[derive(Debug, clap::Args)]
pub(in super::super) struct Edit {
    /// The truck's id
    id: String,
    #[command(flatten)]
    fields: ChangedFields,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// The new values of fields; the others stay as they are.
#[derive(Debug, clap::Args)]
struct ChangedFields {
    /// The manufacturer, 1 to 50 characters
    #[arg(long)]
    make: Option<String>,
    /// The name of the model, 1 to 50 characters
    #[arg(long)]
    model: Option<String>,
    /// Its license plate; an empty one removes the plate
    #[arg(long, value_name = "PLATE")]
    license_plate: Option<String>,
    /// active, maintenance or retired
    #[arg(long)]
    status: Option<TruckStatus>,
}

/// Changes the truck if a field gets another value, and prints it.
pub(super) async fn run(args: Edit, connected: &Connected, out: &Out) -> Result<(), Error> {
    let named = args.fields.patch();
    if named.is_empty() {
        editor::check_terminal()?;
    }
    let (truck, if_match) = tagged("changing a truck", &args.id, connected).await?;
    let patch = if named.is_empty() { editor::edit(&truck, out)? } else { named }.without_same(&truck);
    if patch.is_empty() {
        out.note(&format!("The truck {} has these values already. Nothing was changed.", name(&truck)))?;
        return Ok(out.print(&truck, || table([&truck]))?);
    }
    let changes = described(&truck, &patch);
    let audit_id = uuid::Uuid::now_v7().to_string();
    let write = Write::UpdateTruck { truck: Box::new(truck), patch, if_match, audit_id };
    confirm(&write, &changes, args.yes)?;
    execute(write, connected, out).await
}

/// Returns a line for each field that the patch changes.
fn described(truck: &Truck, patch: &TruckPatch) -> Vec<String> {
    changes(truck, &patch.apply_to(truck)).iter().map(ToString::to_string).collect()
}

impl ChangedFields {
    fn patch(self) -> TruckPatch {
        TruckPatch {
            make: self.make,
            model: self.model,
            license_plate: self.license_plate.map(|plate| Some(plate).filter(|plate| !plate.is_empty())),
            status: self.status,
        }
    }
}
