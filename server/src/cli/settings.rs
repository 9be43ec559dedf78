//! The settings of the service.
//!
//! Settings arrive as text. They are parsed here, not by clap, so that all invalid ones are reported at once.

use std::{path::PathBuf, time::Duration};

use axum::http::{HeaderValue, Uri};
use tracing_subscriber::EnvFilter;

use super::{
    args::{ServeArgs, StoreArgs},
    bad_settings::BadSettings,
    tokens_file,
};
use crate::{
    AllowedHosts, Limits, Options, Tokens,
    store::{Store, StoreError},
};

/// Valid settings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) database_url: String,
    pub(super) options: Options,
    pub(super) tokens_file: Option<PathBuf>,
    pub(super) drain_delay: Duration,
    /// What is logged: a valid filter.
    pub(super) log: String,
}

impl Settings {
    /// Parses the settings, or returns all that are invalid.
    pub(super) fn read(args: ServeArgs) -> Result<Self, BadSettings> {
        let mut bad = BadSettings::default();
        let host = args.host.trim().to_owned();
        if host.is_empty() {
            bad.name("HOST (--host)", "must be an address or a name", "nothing");
        }
        let port =
            bad.number("PORT (--port)", "must be a number from 0 to 65535", &args.port, |_: &u16| true);
        let database_url = database_url(args.store, &mut bad);
        let positive = "must be a number from 1 to 1000000";
        let mut at_least_one =
            |name, given| bad.number(name, positive, given, |n| (1..=1_000_000).contains(n));
        let requests = at_least_one("HELLO_MAX_REQUESTS (--max-requests)", &args.max_requests);
        let connections = at_least_one("HELLO_MAX_CONNECTIONS (--max-connections)", &args.max_connections);
        let limits = Limits {
            body: bad.number(
                "HELLO_BODY_LIMIT (--body-limit)",
                "must be a number of bytes from 1024 to 67108864",
                &args.body_limit,
                |n| (1024..=64 * 1024 * 1024).contains(n),
            ),
            time: bad.seconds("HELLO_REQUEST_TIMEOUT (--request-timeout)", &args.request_timeout, 1),
            idle: bad.seconds("HELLO_IDLE_TIMEOUT (--idle-timeout)", &args.idle_timeout, 1),
            requests,
            connections,
            rate: std::num::NonZeroU32::new(bad.number(
                "HELLO_RATE_LIMIT (--rate-limit)",
                "must be a number from 0 to 1000000",
                &args.rate_limit,
                |n| *n <= 1_000_000,
            )),
            trusted_proxies: bad.list(
                "HELLO_TRUSTED_PROXIES (--trusted-proxies)",
                "must be networks like 10.0.0.0/8",
                &args.trusted_proxies,
                network,
            ),
            ..Limits::default()
        };
        let cors_origins = bad.list(
            "HELLO_CORS_ORIGINS (--cors-origins)",
            "must be origins like https://fleet.example",
            &args.cors_origins,
            origin,
        );
        let allowed_hosts = bad.list(
            "HELLO_ALLOWED_HOSTS (--allowed-hosts)",
            "must be hosts like trucks.example.com, without scheme and port",
            &args.allowed_hosts.join(","),
            |host| host.parse().ok(),
        );
        let tokens = tokens(&args.api_tokens, args.api_tokens_file.as_deref(), &mut bad);
        let drain_delay = bad.seconds("HELLO_DRAIN_DELAY (--drain-delay)", &args.drain_delay, 0);
        if EnvFilter::try_new(&args.log).is_err() {
            let found = format!("`{}`", args.log.escape_debug());
            bad.name("RUST_LOG (--log)", "must be like info,hello_server=debug", found);
        }
        let options =
            Options { limits, tokens, cors_origins, allowed_hosts: AllowedHosts::named(allowed_hosts) };
        let tokens_file = args.api_tokens_file;
        bad.or(Self { host, port, database_url, options, tokens_file, drain_delay, log: args.log })
    }
}

impl StoreArgs {
    /// Parses the location of the trucks.
    pub(super) fn read(self) -> Result<String, BadSettings> {
        let mut bad = BadSettings::default();
        let url = database_url(self, &mut bad);
        bad.or(url)
    }
}

fn database_url(args: StoreArgs, bad: &mut BadSettings) -> String {
    if let Err(error) = Store::check(&args.database_url) {
        let found = match error {
            StoreError::UnknownScheme(scheme) if !scheme.is_empty() => {
                format!("`{}:`", scheme.escape_debug())
            }
            StoreError::BadUrl(why) => why,
            _ => "no URL".to_owned(),
        };
        let rule = if cfg!(feature = "postgres") {
            "must be like sqlite://hello-trucks.db or postgres://user@host/trucks"
        } else {
            "must be like sqlite://hello-trucks.db"
        };
        bad.name("DATABASE_URL (--database-url)", rule, found);
    }
    args.database_url
}

fn tokens(given: &str, file: Option<&std::path::Path>, bad: &mut BadSettings) -> Tokens {
    let (name, text) = match file {
        Some(_) if !given.trim().is_empty() => {
            bad.name("HELLO_API_TOKENS", "must not be set beside HELLO_API_TOKENS_FILE", "both");
            return Tokens::default();
        }
        Some(file) => match tokens_file::read(file) {
            Ok(text) => ("HELLO_API_TOKENS_FILE (--api-tokens-file)", text),
            Err(error) => {
                bad.name(
                    "HELLO_API_TOKENS_FILE (--api-tokens-file)",
                    "must be a regular file that can be read",
                    error.to_string(),
                );
                return Tokens::default();
            }
        },
        None if given.trim().is_empty() => return Tokens::default(),
        None => ("HELLO_API_TOKENS", given.replace(',', "\n")),
    };
    Tokens::read(&text).unwrap_or_else(|error| {
        bad.name(name, "must hold tokens", error.to_string());
        Tokens::default()
    })
}

/// Parses a network or a single address.
fn network(text: &str) -> Option<ipnet::IpNet> {
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(Into::into))
}

/// Parses an origin: scheme and authority, and nothing after them.
fn origin(text: &str) -> Option<HeaderValue> {
    let uri: Uri = text.parse().ok()?;
    let bare = uri.scheme_str() == Some("http") || uri.scheme_str() == Some("https");
    (bare && uri.authority().is_some() && !text.ends_with('/') && uri.path() == "/")
        .then(|| HeaderValue::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Given {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn read(args: &[&str]) -> Result<Settings, BadSettings> {
        Settings::read(Given::parse_from(["hello-server"].iter().chain(args)).serve)
    }

    #[test]
    fn good_settings_are_taken_as_given() {
        let settings = read(&[
            "--host=0.0.0.0",
            "--port=8080",
            "--database-url=sqlite::memory:",
            "--rate-limit=100",
            "--trusted-proxies=10.0.0.0/8, 192.0.2.1",
            "--cors-origins=https://fleet.example",
            "--allowed-hosts=fleet.example, *.fleet.example",
            "--allowed-hosts=192.0.2.1",
        ])
        .unwrap();
        assert_eq!((settings.host.as_str(), settings.port), ("0.0.0.0", 8080));
        assert_eq!(settings.options.limits.rate.map(std::num::NonZeroU32::get), Some(100));
        assert_eq!(settings.options.limits.trusted_proxies.len(), 2);
        assert_eq!(settings.options.cors_origins, ["https://fleet.example"]);
        let hosts = settings.options.allowed_hosts;
        for host in ["fleet.example", "a.fleet.example", "192.0.2.1:5000", "localhost"] {
            assert!(hosts.check(Some(host), None).is_ok(), "{host}");
        }
        assert!(hosts.check(Some("evil.example"), None).is_err());
    }

    #[test]
    fn invalid_tokens_do_not_open_the_service() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let from_file = format!("--api-tokens-file={}", file.path().display());
        for given in [from_file.as_str(), "--api-tokens=# none yet"] {
            let bad = read(&[given]).unwrap_err().to_string();
            assert!(bad.contains("must hold tokens; found none"), "{bad}");
        }
    }

    #[test]
    fn default_settings_equal_the_default_options() {
        assert_eq!(read(&[]).unwrap().options, Options::default());
    }

    #[test]
    fn a_database_url_is_read_whole_before_anything_starts() {
        for (url, found) in [
            ("postgres://me:secret@db:port/trucks", "invalid port number"),
            ("postgres://me:secret@db/trucks?sslmode=perhaps", "ssl_mode"),
            ("sqlite://trucks.db?mode=perhaps", "mode"),
        ] {
            let bad = read(&["--database-url", url]).unwrap_err().to_string();
            assert!(
                bad.starts_with("DATABASE_URL") && bad.contains(found) && !bad.contains("secret"),
                "{bad}"
            );
        }
    }

    #[test]
    fn all_invalid_settings_are_reported_without_passwords() {
        let bad = read(&[
            "--host= ",
            "--port=70000",
            "--database-url=mysql://root:secret@db/trucks",
            "--body-limit=1",
            "--request-timeout=0",
            "--idle-timeout=0",
            "--max-requests=none",
            "--rate-limit=-1",
            "--trusted-proxies=10.0.0.0/8,proxy",
            "--cors-origins=fleet.example,https://x/y",
            "--allowed-hosts=trucks.example:80",
            "--allowed-hosts=https://x",
            "--api-tokens=write secret",
            "--drain-delay=soon",
            "--log=hello_server=loud",
        ])
        .unwrap_err();
        insta::assert_snapshot!(bad, @r"
        HOST (--host) must be an address or a name; found nothing
        PORT (--port) must be a number from 0 to 65535; found `70000`
        DATABASE_URL (--database-url) must be like sqlite://hello-trucks.db or postgres://user@host/trucks; found `mysql:`
        HELLO_MAX_REQUESTS (--max-requests) must be a number from 1 to 1000000; found `none`
        HELLO_BODY_LIMIT (--body-limit) must be a number of bytes from 1024 to 67108864; found `1`
        HELLO_REQUEST_TIMEOUT (--request-timeout) must be a number of seconds, 300 at most; found `0`
        HELLO_IDLE_TIMEOUT (--idle-timeout) must be a number of seconds, 300 at most; found `0`
        HELLO_RATE_LIMIT (--rate-limit) must be a number from 0 to 1000000; found `-1`
        HELLO_TRUSTED_PROXIES (--trusted-proxies) must be networks like 10.0.0.0/8; found `proxy`
        HELLO_CORS_ORIGINS (--cors-origins) must be origins like https://fleet.example; found `fleet.example`
        HELLO_CORS_ORIGINS (--cors-origins) must be origins like https://fleet.example; found `https://x/y`
        HELLO_ALLOWED_HOSTS (--allowed-hosts) must be hosts like trucks.example.com, without scheme and port; found `trucks.example:80`
        HELLO_ALLOWED_HOSTS (--allowed-hosts) must be hosts like trucks.example.com, without scheme and port; found `https://x`
        HELLO_API_TOKENS must hold tokens; found line 1, which is none: `read` or `write` and a SHA-256 in 64 hexadecimal digits (printf %s TOKEN | sha256sum)
        HELLO_DRAIN_DELAY (--drain-delay) must be a number of seconds, 300 at most; found `soon`
        RUST_LOG (--log) must be like info,hello_server=debug; found `hello_server=loud`
        ");
    }
}
