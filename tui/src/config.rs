//! Settings. Precedence: flags, environment, the context in the settings file, defaults.
//!
//! The command line passes flags and environment as [`CliSettings`]; this module reads the file and merges them.

mod appearance;
mod file;
mod folders;

use std::{env, path::PathBuf};

use hello_catalog::entity::{DEFAULT_NAMESPACE, EntityRef};
use hello_model::{
    failure::{Failure, Kind},
    run::Repo,
    target::Overrides,
};
use hello_services::{AwsAccess, Connections, GitHubAccess, GivenToken, Keyring, TrucksAccess, TrucksToken};
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

pub(crate) use self::file::refusal;
pub use self::{
    appearance::Appearance,
    file::{ConsoleSettings, File, settings_file},
    folders::state_folder,
};

/// The values of flags and environment variables; absent if not set.
#[derive(Debug, Clone, Default)]
pub struct CliSettings {
    pub catalog: Vec<String>,
    pub component: Option<String>,
    pub trucks_url: Option<String>,
    pub repo: Option<String>,
    pub profile: Option<String>,
    pub region: Option<String>,
    pub sandbox: bool,
    pub context: Option<String>,
    pub read_only: bool,
    pub config: Option<PathBuf>,
}

/// The resolved settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub connections: Connections,
    pub catalog: Vec<String>,
    pub overrides: Overrides,
    pub sandbox: bool,
    /// The time at which the clock of a sandbox stands still; `None` if it runs.
    pub sandbox_at: Option<Timestamp>,
    pub read_only: bool,
    /// The name of the context in use; `None` if the settings file names none.
    pub context: Option<String>,
    /// The names of all contexts.
    pub contexts: Vec<String>,
    pub console: ConsoleSettings,
    /// Whether the services are those of production.
    pub is_production: bool,
    /// The OAuth app that users sign in with. Without one, they type a token.
    pub github_client_id: Option<String>,
    /// The path of the audit trail. `None` if the user has no home folder; then no change is made.
    pub audit_trail: Option<PathBuf>,
}

const WHAT: &str = "reading the settings";
const TRUCKS: &str = "http://localhost:5000";
const GITHUB: &str = "github.com";

impl Settings {
    /// Resolves every setting.
    pub fn decide(given: CliSettings) -> Result<Self, Failure> {
        let chosen = File::read(given.config.as_deref(), given.context.as_deref())?;
        let file = chosen.settings;
        let trucks = match (&given.trucks_url, &file.trucks_url) {
            (Some(text), _) => url("--trucks-url (HELLO_TRUCKS_URL)", text)?,
            (None, Some(text)) => url("trucks-url in the settings file", text)?,
            (None, None) => url("the default", TRUCKS)?,
        };
        let token = TrucksToken {
            given: token_of("HELLO_TRUCKS_TOKEN").map(SecretString::from),
            keyring: Keyring::System,
            command: file.trucks_token_command,
        };
        let github = github(file.github_api_url)?;
        let aws = AwsAccess {
            profile: given.profile.or(file.profile),
            region: given.region.or(file.region),
            ..AwsAccess::default()
        };
        Ok(Self {
            connections: Connections { trucks: TrucksAccess { url: trucks, token }, github, aws },
            catalog: if given.catalog.is_empty() { file.catalog } else { given.catalog },
            overrides: Overrides {
                component: given.component.or(file.component).as_deref().map(component).transpose()?,
                repo: given.repo.or(file.repo).as_deref().map(repo).transpose()?,
            },
            sandbox: given.sandbox || file.sandbox,
            sandbox_at: None,
            read_only: given.read_only || file.read_only,
            context: chosen.name,
            contexts: chosen.names,
            console: chosen.console,
            is_production: file.production,
            github_client_id: variable("HELLO_GITHUB_CLIENT_ID").or(file.github_client_id),
            audit_trail: state_folder().map(|folder| folder.join("audit.jsonl")),
        })
    }
}

/// Returns the address of GitHub and its credentials: from `GITHUB_API_URL`, else `GH_HOST`, else the file, else
/// github.com.
fn github(from_file: Option<String>) -> Result<GitHubAccess, Failure> {
    let host = variable("GH_HOST");
    let at = |host: &str| {
        GitHubAccess::at_host(host).map(|access| access.api).ok_or_else(|| {
            Failure::new(Kind::NotConfigured, WHAT, "GH_HOST is no host")
                .hint("write it like ghe.example.com")
        })
    };
    let (api, is_for_all_hosts) = match (variable("GITHUB_API_URL"), &host, from_file) {
        (Some(api), ..) => (url("GITHUB_API_URL", &api)?, true),
        (None, Some(host), _) => (at(host)?, false),
        (None, None, Some(api)) => (url("github-api-url in the settings file", &api)?, true),
        (None, None, None) => (at(GITHUB)?, false),
    };
    let host = host.unwrap_or_else(|| GitHubAccess::host_of(&api));
    let access = GitHubAccess::new(api, host);
    Ok(GitHubAccess { is_for_all_hosts, token: github_token(), keyring: Keyring::System, ..access })
}

/// Returns the GitHub token of the environment. A blank one counts as unset.
fn github_token() -> Option<GivenToken> {
    ["GH_TOKEN", "GITHUB_TOKEN"]
        .into_iter()
        .find_map(|source| Some(GivenToken { source, value: SecretString::from(token_of(source)?) }))
}

/// Returns the token of a variable. A blank one counts as unset, and blanks around it do not belong to it.
fn token_of(name: &str) -> Option<String> {
    variable(name).map(|token| token.trim().to_owned()).filter(|token| !token.is_empty())
}

/// Parses the URL of a setting. Errors do not quote the text: an invalid URL may contain a password anywhere.
fn url(setting: &str, text: &str) -> Result<Url, Failure> {
    let unfit = |why: &str| {
        Failure::new(Kind::NotConfigured, WHAT, format!("{setting} is no URL: {why}"))
            .hint("write it like https://HOST[:PORT]")
    };
    let url: Url = text.parse().map_err(|error: url::ParseError| unfit(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(unfit("it begins with neither http:// nor https://"));
    }
    Ok(url)
}

fn repo(text: &str) -> Result<Repo, Failure> {
    text.parse().map_err(|why: String| Failure::new(Kind::NotConfigured, WHAT, why).hint("--repo OWNER/NAME"))
}

fn component(text: &str) -> Result<EntityRef, Failure> {
    EntityRef::parse(text, Some("component"), DEFAULT_NAMESPACE).map_err(|why| {
        Failure::new(Kind::NotConfigured, WHAT, why).hint("--component [component:][NAMESPACE/]NAME")
    })
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
