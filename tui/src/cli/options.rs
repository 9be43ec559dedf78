//! The global flags. Doc comments become help texts.

use std::{io::IsTerminal, path::PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCandidates;

use super::candidates;
use crate::config::CliSettings;

/// Flags that every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Where entities come from; may be given several times [default: the nearest catalog-info.yaml upwards]
    #[arg(
        long,
        global = true,
        value_name = "PATH|DIR|GLOB|URL",
        env = "HELLO_CATALOG",
        hide_env_values = true,
        value_hint = ValueHint::AnyPath,
        help_heading = "Global"
    )]
    catalog: Vec<String>,

    /// What the command is about [default: the first Component of the catalog]
    #[arg(
        long,
        global = true,
        value_name = "REF",
        env = "HELLO_COMPONENT",
        hide_env_values = true,
        add = ArgValueCandidates::new(candidates::components),
        help_heading = "Global"
    )]
    component: Option<String>,

    /// The trucks service [default: port 5000 of this machine]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "HELLO_TRUCKS_URL",
        hide_env_values = true,
        help_heading = "Global"
    )]
    trucks_url: Option<String>,

    /// The GitHub repository [default: the component's github.com/project-slug]
    #[arg(
        long,
        global = true,
        value_name = "OWNER/NAME",
        env = "GH_REPO",
        hide_env_values = true,
        help_heading = "Global"
    )]
    repo: Option<String>,

    /// The AWS profile
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "AWS_PROFILE",
        hide_env_values = true,
        help_heading = "Global"
    )]
    profile: Option<String>,

    /// The AWS region for resources without an ARN
    #[arg(
        long,
        global = true,
        value_name = "REGION",
        env = "AWS_REGION",
        hide_env_values = true,
        help_heading = "Global"
    )]
    region: Option<String>,

    /// Start the embedded sandbox on loopback and use it for everything
    #[arg(long, global = true, env = "HELLO_SANDBOX", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new(), help_heading = "Global")]
    sandbox: bool,

    /// A named set of settings from the settings file
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "HELLO_CONTEXT",
        hide_env_values = true,
        add = ArgValueCandidates::new(candidates::contexts),
        help_heading = "Global"
    )]
    context: Option<String>,

    /// Refuse every write
    #[arg(long, global = true, env = "HELLO_READ_ONLY", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new(), help_heading = "Global")]
    read_only: bool,

    /// How to print
    #[arg(short, long, global = true, value_enum, default_value_t, help_heading = "Global")]
    pub(super) output: OutputFormat,

    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, help_heading = "Global")]
    pub(super) color: When,

    /// The settings file [default: hello-tui/config.toml in the XDG configuration folder]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "HELLO_CONFIG",
        hide_env_values = true,
        value_hint = ValueHint::FilePath,
        help_heading = "Global"
    )]
    config: Option<PathBuf>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum OutputFormat {
    #[default]
    Table,
    Json,
    Yaml,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

impl Global {
    /// Returns the settings given by flags and environment.
    pub(super) fn given(&self) -> CliSettings {
        // A variable with an empty value counts as unset.
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        CliSettings {
            catalog: self.catalog.iter().filter(|source| !source.is_empty()).cloned().collect(),
            component: said(&self.component),
            trucks_url: said(&self.trucks_url),
            repo: said(&self.repo),
            profile: said(&self.profile),
            region: said(&self.region),
            sandbox: self.sandbox,
            context: said(&self.context),
            read_only: self.read_only,
            config: self.config.clone().filter(|path| !path.as_os_str().is_empty()),
        }
    }
}

impl When {
    /// Reports whether to colour output to `out`. Without an explicit choice: on a terminal, unless `NO_COLOR` is set.
    pub(super) fn applies(self, out: &impl IsTerminal) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto => {
                std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0") || out.is_terminal()
            }
        }
    }
}
