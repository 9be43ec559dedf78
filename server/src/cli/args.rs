//! The settings of the service as text, before they are validated.

use std::path::PathBuf;

use clap::Args;

/// The location of the trucks.
#[derive(Debug, Clone, Args)]
pub(super) struct StoreArgs {
    /// The URL of the database for the trucks
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, default_value = "sqlite://hello-trucks.db")]
    pub(super) database_url: String,
}

/// Settings as text, before they are validated.
#[derive(Debug, Clone, Args)]
pub(super) struct ServeArgs {
    /// The address to listen on; 0.0.0.0 for all addresses
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub(super) host: String,
    /// The port to listen on; 0 for any free port
    #[arg(long, env = "PORT", default_value = "5000")]
    pub(super) port: String,
    #[command(flatten)]
    pub(super) store: StoreArgs,
    /// The maximum size of a request body, in bytes
    #[arg(long, env = "HELLO_BODY_LIMIT", value_name = "BYTES", default_value = "1048576")]
    pub(super) body_limit: String,
    /// The timeout of a request, in seconds
    #[arg(long, env = "HELLO_REQUEST_TIMEOUT", value_name = "SECONDS", default_value = "15")]
    pub(super) request_timeout: String,
    /// The idle timeout of a connection, in seconds; must be longer than the load balancer's
    #[arg(long, env = "HELLO_IDLE_TIMEOUT", value_name = "SECONDS", default_value = "75")]
    pub(super) idle_timeout: String,
    /// The maximum number of concurrent requests
    #[arg(long, env = "HELLO_MAX_REQUESTS", value_name = "NUMBER", default_value = "512")]
    pub(super) max_requests: String,
    /// The maximum number of open connections
    #[arg(long, env = "HELLO_MAX_CONNECTIONS", value_name = "NUMBER", default_value = "1024")]
    pub(super) max_connections: String,
    /// The maximum number of requests per client and second; 0 for no limit
    #[arg(long, env = "HELLO_RATE_LIMIT", value_name = "NUMBER", default_value = "0")]
    pub(super) rate_limit: String,
    /// Proxies whose X-Forwarded-For header is trusted: networks like 10.0.0.0/8, separated by commas
    #[arg(long, env = "HELLO_TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "")]
    pub(super) trusted_proxies: String,
    /// Origins whose pages may call from a browser, like `https://fleet.example`, separated by commas
    #[arg(long, env = "HELLO_CORS_ORIGINS", value_name = "ORIGINS", default_value = "")]
    pub(super) cors_origins: String,
    /// Hosts besides localhost that requests may name, like trucks.example.com or *.example.com, separated by
    /// commas; by default every host is allowed, but on a loopback address only localhost
    #[arg(long, env = "HELLO_ALLOWED_HOSTS", value_name = "HOSTS", value_delimiter = ',')]
    pub(super) allowed_hosts: Vec<String>,
    /// Tokens that allow reading or writing: `read` or `write` and the SHA-256 of the token, one per line
    #[arg(
        env = "HELLO_API_TOKENS",
        long = "api-tokens",
        hide = true,
        hide_env_values = true,
        default_value = ""
    )]
    pub(super) api_tokens: String,
    /// A file of tokens, one per line: `read` or `write`, and the SHA-256 of the token (or set `HELLO_API_TOKENS` to the
    /// lines); it is read again when it changes
    #[arg(long, env = "HELLO_API_TOKENS_FILE", value_name = "FILE")]
    pub(super) api_tokens_file: Option<PathBuf>,
    /// The log level: `error`, `warn`, `info` or `debug`, or a filter like `info,hello_server=debug`
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info")]
    pub(super) log: String,
    /// How long to keep serving after the shutdown signal, while /readyz reports 503, in seconds
    #[arg(long, env = "HELLO_DRAIN_DELAY", value_name = "SECONDS", default_value = "0")]
    pub(super) drain_delay: String,
}
