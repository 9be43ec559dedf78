//! `hello-tui auth login`.

use hello_console::local::LocalResult;
use hello_services::sign_in::{PendingSignIn, SignIn, SignedIn, typed_token};
use secrecy::SecretString;

use super::{Error, Host, Out, Session, secret};
use crate::{cli::confirm, runtime::open_page};

/// Sign in, and keep the token in the keyring of the desktop
///
/// With a GitHub OAuth client id (`HELLO_GITHUB_CLIENT_ID`, or `github-client-id` in the settings file), a code is shown
/// that you enter on a page of GitHub. Without one, the command asks for a token, or reads it from a pipe.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Login {
    /// Sign in to the trucks service, not to GitHub
    #[arg(long, conflicts_with = "hostname")]
    trucks: bool,
    #[command(flatten)]
    pub(super) host: Host,
    /// Ask for a token, or read it from a pipe, although there is a client id
    #[arg(long)]
    with_token: bool,
}

/// The client id of a sandbox, which accepts any.
const SANDBOX_CLIENT: &str = "sandbox";

/// Signs in, and names the account.
pub(super) async fn run(args: Login, session: &Session<'_>, out: &Out) -> Result<(), Error> {
    let sign_in = session.sign_in();
    sign_in.check_writable("signing in")?;
    let done = if args.trucks {
        let place = "the trucks service";
        sign_in.keep_trucks(token(place)?).await?
    } else {
        let token = match client_id(&args, session) {
            Some(client_id) => from_device_flow(&sign_in, client_id, out).await?,
            None => token(&session.connections.github.host)?,
        };
        sign_in.keep_github(token).await?
    };
    report(&done, session.is_sandbox(), out)
}

fn client_id<'s>(args: &Login, session: &'s Session<'_>) -> Option<&'s str> {
    let configured = session.settings.github_client_id.as_deref();
    let usual = session.is_sandbox().then_some(SANDBOX_CLIENT);
    configured.or(usual).filter(|_| !args.with_token)
}

/// Asks for a token on the terminal, or reads it from a pipe.
fn token(place: &str) -> Result<SecretString, Error> {
    let text = if confirm::can_ask() {
        secret::ask(&format!("Token for {place}: "))?.ok_or(Error::Declined)?
    } else {
        secret::piped()?
    };
    Ok(typed_token(&text)?)
}

/// Shows a code, and waits until the user has entered it on the page.
async fn from_device_flow(sign_in: &SignIn, client_id: &str, out: &Out) -> Result<SecretString, Error> {
    let pending = sign_in.request_code(client_id).await?;
    out.note(&format!("Your code: {}", pending.user_code))?;
    out.note(&format!("Enter it at {}", pending.page))?;
    if confirm::can_ask() && secret::is_wanted("Open this page in the browser? [Y/n] ")? {
        open(&pending, out).await?;
    }
    out.note("Waiting for GitHub (ctrl-c to stop) …")?;
    Ok(sign_in.wait_for_token(pending).await?)
}

/// Opens the page. It can also be opened by hand, so a failure is only a remark.
async fn open(pending: &PendingSignIn, out: &Out) -> Result<(), Error> {
    match open_page(pending.page.to_string()).await {
        LocalResult::NoBrowser { why, .. } => out.note(&format!("The page is not opened: {why}"))?,
        LocalResult::Failed(failure) => out.note(&format!("The page is not opened: {}", failure.why))?,
        _ => {}
    }
    Ok(())
}

fn report(done: &SignedIn, is_sandbox: bool, out: &Out) -> Result<(), Error> {
    if !out.is_table() {
        return Ok(out.print(done, Default::default)?);
    }
    let account = done.login.as_deref().map(|login| format!(" as {login}")).unwrap_or_default();
    let kept = if done.is_kept { "The token is in the keyring." } else { "The token is not kept." };
    out.text(&format!("Signed in to {}{account}. {kept}", done.place))?;
    if let Some(first) = done.goes_first.as_ref().filter(|_| !is_sandbox) {
        out.note(&format!("{first} goes first: hello-tui auth logout says how to get rid of it"))?;
    }
    Ok(())
}
