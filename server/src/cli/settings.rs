//! What the service is told before it starts.
//!
//! Settings arrive as text and are read here, not by the parser of the command line, so that every bad one is named
//! at once.

use std::fmt;

use clap::Args;

use crate::store::{Store, StoreError};

/// Settings as they were given.
#[derive(Debug, Clone, Args)]
pub(super) struct ServeArgs {
    /// The address to listen on; 0.0.0.0 is every address
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// The port to listen on; 0 is any free one
    #[arg(long, env = "PORT", default_value = "5000")]
    port: String,
    /// Where the trucks are kept
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, default_value = "sqlite://hello-trucks.db")]
    database_url: String,
}

/// Settings that can be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) database_url: String,
}

impl Settings {
    /// Reads the settings, or names all that cannot be used.
    pub(super) fn read(args: ServeArgs) -> Result<Self, BadSettings> {
        let mut bad = Vec::new();
        let host = args.host.trim();
        if host.is_empty() {
            bad.push(BadSetting::new("HOST (--host)", "must be an address or a name", "nothing"));
        }
        let port = args.port.trim().parse().unwrap_or_else(|_| {
            let found = format!("`{}`", args.port.escape_debug());
            bad.push(BadSetting::new("PORT (--port)", "must be a number from 0 to 65535", found));
            0
        });
        if let Err(error) = Store::scheme(&args.database_url) {
            let found = match error {
                StoreError::UnknownScheme(scheme) if !scheme.is_empty() => {
                    format!("`{}:`", scheme.escape_debug())
                }
                _ => "no URL".to_owned(),
            };
            bad.push(BadSetting::new(
                "DATABASE_URL (--database-url)",
                "must be like sqlite://hello-trucks.db",
                found,
            ));
        }
        if bad.is_empty() {
            Ok(Self { host: host.to_owned(), port, database_url: args.database_url })
        } else {
            Err(BadSettings(bad))
        }
    }
}

/// Names every setting that cannot be used, one in a line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) struct BadSettings(Vec<BadSetting>);

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.iter();
        if let Some(first) = lines.next() {
            write!(f, "{first}")?;
        }
        lines.try_for_each(|line| write!(f, "\n{line}"))
    }
}

#[derive(Debug, PartialEq, Eq)]
struct BadSetting {
    name: &'static str,
    rule: &'static str,
    found: String,
}

impl BadSetting {
    fn new(name: &'static str, rule: &'static str, found: impl Into<String>) -> Self {
        Self { name, rule, found: found.into() }
    }
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; found {}", self.name, self.rule, self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(host: &str, port: &str, database_url: &str) -> ServeArgs {
        ServeArgs { host: host.into(), port: port.into(), database_url: database_url.into() }
    }

    #[test]
    fn good_settings_are_taken_as_given() {
        let settings = Settings::read(args("0.0.0.0", "8080", "sqlite::memory:")).unwrap();
        assert_eq!(
            settings,
            Settings { host: "0.0.0.0".into(), port: 8080, database_url: "sqlite::memory:".into() }
        );
    }

    #[test]
    fn every_bad_setting_is_named_at_once_and_no_password_is_shown() {
        let bad = Settings::read(args(" ", "70000", "mysql://root:secret@db/trucks")).unwrap_err();
        insta::assert_snapshot!(bad, @r"
        HOST (--host) must be an address or a name; found nothing
        PORT (--port) must be a number from 0 to 65535; found `70000`
        DATABASE_URL (--database-url) must be like sqlite://hello-trucks.db; found `mysql:`
        ");
    }
}
