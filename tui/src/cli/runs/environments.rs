//! `hello-tui runs environments`.

use hello_model::run::Repo;
use hello_state::present::environment;

use super::{
    super::{format::format, table::Table},
    Connected, Error, Out,
};

/// Lists what is deployed to each environment.
pub(super) async fn run(repo: &Repo, connected: &Connected, out: &Out) -> Result<(), Error> {
    let found = connected.services.github.environments(repo).await?.environments;
    Ok(out.print(&found, || Table::of(&environment::COLUMNS, &found, &format()))?)
}
