//! `hello-tui config`: where the settings are, and what they come to.

use std::path::Path;

use hello_model::{
    address::display_url,
    failure::{Failure, Kind},
};
use hello_state::present::Fact;
use serde::Serialize;

use super::{Error, output::Out, table::Table};
use crate::config::{Settings, settings_file};

/// The settings
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Print the path of the settings file
    Path,
    /// Show the settings in use, from flags, environment and settings file, without secrets
    Show,
}

/// The settings without secrets.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting")]
#[serde(rename_all = "camelCase")]
struct Shown<'s> {
    settings_file: Option<&'s Path>,
    context: Option<&'s str>,
    catalog: &'s [String],
    component: Option<String>,
    repo: Option<String>,
    trucks_url: String,
    trucks_token: bool,
    github_api_url: String,
    github_token: bool,
    profile: Option<&'s str>,
    region: Option<&'s str>,
    sandbox: bool,
    production: bool,
    read_only: bool,
    audit_trail: Option<&'s Path>,
}

/// Prints the path of the settings file; there may be none there.
pub(super) fn path(named: Option<&Path>, out: &Out) -> Result<(), Error> {
    let Some(file) = settings_file(named) else {
        let why = "there is no home folder for the settings";
        return Err(Failure::new(Kind::NotConfigured, "finding the settings file", why)
            .hint("set HOME, or XDG_CONFIG_HOME, to the path of a folder that is yours")
            .into());
    };
    Ok(out.text(&format!("{}\n", file.display()))?)
}

/// Prints the settings.
pub(super) fn show(settings: &Settings, named: Option<&Path>, out: &Out) -> Result<(), Error> {
    let file = settings_file(named);
    let connections = &settings.connections;
    let shown = Shown {
        settings_file: file.as_deref(),
        context: settings.context.as_deref(),
        catalog: &settings.catalog,
        component: settings.overrides.component.as_ref().map(ToString::to_string),
        repo: settings.overrides.repo.as_ref().map(ToString::to_string),
        trucks_url: display_url(&connections.trucks.url),
        trucks_token: connections.trucks.token.given.is_some() || connections.trucks.token.command.is_some(),
        github_api_url: display_url(&connections.github.api),
        github_token: connections.github.token.is_some(),
        profile: connections.aws.profile.as_deref(),
        region: connections.aws.region.as_deref(),
        sandbox: settings.sandbox,
        production: settings.is_production,
        read_only: settings.read_only,
        audit_trail: settings.audit_trail.as_deref(),
    };
    Ok(out.print(&shown, || {
        let said = |is: bool| Some(if is { "yes" } else { "no" }.to_owned());
        let facts = [
            ("settings file", shown.settings_file.map(|file| file.display().to_string())),
            ("context", shown.context.map(str::to_owned)),
            ("catalog", (!shown.catalog.is_empty()).then(|| shown.catalog.join(" "))),
            ("component", shown.component.clone()),
            ("repo", shown.repo.clone()),
            ("trucks URL", Some(shown.trucks_url.clone())),
            ("trucks token", said(shown.trucks_token)),
            ("GitHub API", Some(shown.github_api_url.clone())),
            ("GitHub token", said(shown.github_token)),
            ("AWS profile", shown.profile.map(str::to_owned)),
            ("AWS region", shown.region.map(str::to_owned)),
            ("sandbox", said(shown.sandbox)),
            ("production", said(shown.production)),
            ("read-only", said(shown.read_only)),
            ("audit trail", shown.audit_trail.map(|trail| trail.display().to_string())),
        ];
        let fact = |(label, value): (&str, Option<String>)| Fact::some(label, value);
        Table::details(facts.into_iter().filter_map(fact), [])
    })?)
}
