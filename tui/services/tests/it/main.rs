//! The service clients, tested with scripted responses and against third-party programs.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod answering;
mod artifacts;
mod audit;
mod aws;
mod bounds;
mod catalog_sources;
mod environment;
mod fleet;
mod github;
mod github_tokens;
#[cfg(unix)]
mod hostile_catalogs;
mod job_logs;
mod limits;
mod moto;
mod next_steps;
mod pages;
mod redirects;
mod run_parts;
mod run_writes;
mod sign_in;
mod storage_host;
mod tokens;
mod truck_events;
mod truck_writes;
mod trucks;
mod waiting_runs;
mod webhook_examples;
mod writing;
