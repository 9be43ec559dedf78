//! `hello-tui auth logout`.

use super::{Error, Host, Out, Session};

/// Remove the token from the keyring, and say which other token is still used
#[derive(Debug, clap::Args)]
pub(in super::super) struct Logout {
    /// Sign out of the trucks service, not of GitHub
    #[arg(long, conflicts_with = "hostname")]
    trucks: bool,
    #[command(flatten)]
    pub(super) host: Host,
}

/// Signs out.
pub(super) async fn run(args: Logout, session: &Session<'_>, out: &Out) -> Result<(), Error> {
    let sign_in = session.sign_in();
    let done = if args.trucks { sign_in.forget_trucks().await? } else { sign_in.forget_github().await? };
    if !out.is_table() {
        return Ok(out.print(&done, Default::default)?);
    }
    let removed = if done.was_kept { "was removed from" } else { "is not in" };
    out.text(&format!("The token for {} {removed} the keyring.", done.place))?;
    if let (Some(remains), Some(next)) = (&done.remains, &done.next) {
        out.note(&format!("{remains} is still used"))?;
        out.note(&format!("  next: {next}"))?;
    }
    Ok(())
}
