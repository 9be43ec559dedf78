//! The error message of a command: what failed, why, and what to type next.

use std::{io, process::ExitCode};

use super::bad_settings::BadSettings;
use crate::{StoreError, error_chain::error_chain};

/// The reason why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the settings cannot be used")]
    Settings(#[from] BadSettings),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot listen on {host}:{port}")]
    Listen { host: String, port: u16, source: io::Error },
    #[error("no service answers on port {port}")]
    Unanswered { port: u16, source: io::Error },
    #[error("the service is not ready: it answers {status:?}")]
    Unready { status: String },
    #[cfg(feature = "otel")]
    #[error("the traces cannot be sent")]
    Traces(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error("the contract cannot be written")]
    Write(#[source] io::Error),
    #[error("the service ended")]
    Serve(#[source] io::Error),
}

impl Failure {
    /// Prints the failure on stderr, and returns its exit code.
    #[expect(clippy::print_stderr, reason = "the user at the terminal reads this before any log")]
    pub(super) fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        if let Some(cause) = std::error::Error::source(self) {
            eprintln!("{}", error_chain(cause));
        }
        eprintln!("hint: {}", self.hint());
        ExitCode::from(match self {
            Self::Settings(_) => 2,
            _ => 1,
        })
    }

    fn hint(&self) -> String {
        match self {
            Self::Settings(_) => "`hello-server --help` names the settings and their defaults".to_owned(),
            Self::Store(StoreError::Open { place, .. }) if place.starts_with("PostgreSQL") => {
                "the server of DATABASE_URL must run, and have the user and the database; `pg_isready` asks it".to_owned()
            }
            Self::Store(StoreError::InUse { .. }) => {
                "stop that server first; with PostgreSQL, many share the trucks".to_owned()
            }
            Self::Store(StoreError::BadFile { .. }) => {
                "remove it, or keep the trucks elsewhere: `DATABASE_URL=sqlite://FOLDER/hello-trucks.db hello-server`"
                    .to_owned()
            }
            Self::Store(_) => "the folder of DATABASE_URL must exist and be writable; `DATABASE_URL=sqlite::memory: \
                               hello-server` keeps the trucks in memory"
                .to_owned(),
            Self::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                "another process has this port; `PORT=0 hello-server` takes any free one".to_owned()
            }
            Self::Listen { .. } => {
                "`HOST=127.0.0.1 PORT=5000 hello-server` listens on this machine only".to_owned()
            }
            Self::Unanswered { .. } => "`hello-server healthcheck --port PORT` checks another port".to_owned(),
            Self::Unready { .. } => "the log of the service says why".to_owned(),
            #[cfg(feature = "otel")]
            Self::Traces(_) => "OTEL_EXPORTER_OTLP_ENDPOINT must be like http://localhost:4318".to_owned(),
            Self::Write(_) => "`hello-server openapi > FILE` needs a disk with room".to_owned(),
            Self::Serve(_) => "the log above says what happened before".to_owned(),
        }
    }
}
