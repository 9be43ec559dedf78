//! `hello-tui trucks remove`.

use hello_model::write::Write;

use super::{super::confirm::confirm, Connected, Error, Out, execute, tagged};

#[derive(Debug, clap::Args)]
pub(in super::super) struct Remove {
    /// The truck's id
    id: String,
    /// Do not ask for the truck's make and model
    #[arg(short, long)]
    yes: bool,
}

/// Removes the truck, and prints it as it last was.
pub(super) async fn run(args: Remove, connected: &Connected, out: &Out) -> Result<(), Error> {
    let (truck, if_match) = tagged("removing a truck", &args.id, connected).await?;
    let facts = [
        format!("id: {}", truck.id),
        format!("licensePlate: {}", truck.license_plate.as_deref().unwrap_or("(none)")),
        format!("status: {}", truck.status),
    ];
    let audit_id = uuid::Uuid::now_v7().to_string();
    let write = Write::RemoveTruck { truck: Box::new(truck), if_match, audit_id };
    confirm(&write, &facts, args.yes)?;
    execute(write, connected, out).await
}
