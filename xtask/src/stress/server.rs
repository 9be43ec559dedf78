//! The service as a process.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Command,
    time::Duration,
};

use rustix::process::Signal;
use tempfile::TempDir;

use super::{
    class::Round,
    exchange::{self, Answer, request},
    judgement::Judgement,
    probe::Probe,
    process::{Process, eventually, faults, folder},
    watch::Watch,
};
use crate::failure::Failure;

/// The timeout for start, end and responses on a busy machine.
const SERVER_TIMEOUT: Duration = Duration::from_secs(40);

/// The attacker's address, which is the default source address on loopback.
pub(super) const ATTACKER: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Another client of the service.
const SECOND_CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// A load balancer that sends health checks.
const PROBE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// The number of trucks that fit into a body of the default maximum size.
const BATCH: usize = 10_000;

/// A running service, and its resource usage.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) process: Process,
    pub(super) watch: Watch,
    pub(super) folder: TempDir,
}

impl Server {
    /// Starts the service with an empty fleet in SQLite.
    pub(super) fn start(round: &Round, settings: &[(&str, &str)]) -> Result<Self, Failure> {
        Self::start_in(round, folder()?, settings)
    }

    /// Starts the service in a folder that an attack has prepared.
    pub(super) fn start_in(
        round: &Round,
        folder: TempDir,
        settings: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let mut command = Self::command(round, &folder);
        command.envs(settings.iter().copied());
        let process = Process::start(&mut command, folder.path(), "server.log")?;
        let mut address = None;
        eventually(SERVER_TIMEOUT, || {
            address = listens_at(&process.text());
            address.is_some()
        });
        let why = || format!("the server did not start: {}", process.text().trim());
        let address =
            address.ok_or_else(|| Failure::Stress { why: why(), hint: "cargo run -p hello-server" })?;
        let watch = Watch::start(process.id());
        Ok(Self { address, process, watch, folder })
    }

    /// Prepares the program with default settings and a free port.
    pub(super) fn command(round: &Round, folder: &TempDir) -> Command {
        let mut command = Command::new(round.programs.server());
        command.current_dir(folder.path()).env_clear();
        // The log is read once, at the end, so it stays small.
        command.env("PORT", "0").env("RUST_LOG", "warn,hello_server::cli=info");
        command
    }

    /// Adds this many trucks.
    pub(super) fn fill(&self, trucks: usize) -> Result<(), Failure> {
        let mut left = trucks;
        while left > 0 {
            let batch = left.min(BATCH);
            let answer = self.ask(&request("POST", "/trucks", &[JSON], &bulk(batch, left)));
            match answer {
                Ok(answer) if answer.status == 201 => left -= batch,
                Ok(answer) => return Err(refused(&format!("{}", answer.status))),
                Err(error) => return Err(refused(&error.to_string())),
            }
        }
        Ok(())
    }

    pub(super) fn ask(&self, request: &[u8]) -> std::io::Result<Answer> {
        exchange::ask(self.address, ATTACKER, request, SERVER_TIMEOUT)
    }

    /// Starts the probes of a load balancer and of a second client.
    pub(super) fn others(&self) -> Others {
        Others {
            health: Probe::start(self.address, PROBE, "/healthz"),
            readiness: Probe::start(self.address, PROBE, "/readyz"),
            second: Probe::start(self.address, SECOND_CLIENT, "/trucks?limit=1"),
        }
    }

    /// Ends the service, and checks its exit and its log.
    pub(super) fn end(mut self, round: &Round, judgement: &mut Judgement) {
        judgement.expect(self.process.is_running(), || "the server ended by itself".to_owned());
        self.process.signal(Signal::TERM);
        let status = self.process.ends(SERVER_TIMEOUT);
        judgement.expect(status.is_some(), || "the server does not end on SIGTERM".to_owned());
        let printed = self.process.printed();
        judgement.broken.extend(faults(&printed, status));
        for secret in round.secrets.found_in(&printed) {
            judgement.broken.push(format!("the {secret} is in the server's log"));
        }
    }
}

/// The other clients, which must be served during an attack.
#[derive(Debug)]
pub(super) struct Others {
    health: Probe,
    readiness: Probe,
    second: Probe,
}

impl Others {
    /// Ends the probes, and checks their response times.
    pub(super) fn end(self, round: &Round, judgement: &mut Judgement, bound: Duration) {
        let bound = round.allowed(bound);
        for (what, probe) in [
            ("a health probe", self.health),
            ("a readiness probe", self.readiness),
            ("a second client", self.second),
        ] {
            judgement.probe(what, &probe.end(), bound);
        }
    }
}

pub(super) const JSON: &str = "content-type: application/json";

/// Returns a JSON list of trucks; `first` makes their models differ from those of other lists.
pub(super) fn bulk(trucks: usize, first: usize) -> Vec<u8> {
    let truck = |place: usize| format!(r#"{{"make":"Scania","model":"V8 {}"}}"#, first + place);
    format!("[{}]", (0..trucks).map(truck).collect::<Vec<_>>().join(",")).into_bytes()
}

/// Finds the address in the log line `listening`.
fn listens_at(log: &str) -> Option<SocketAddr> {
    let line = log.lines().find(|line| line.contains("\"listening\""))?;
    let value = line.split_once("\"address\":\"")?.1;
    value.split('"').next()?.parse().ok()
}

fn refused(why: &str) -> Failure {
    Failure::Stress { why: format!("trucks could not be added: {why}"), hint: "cargo run -p hello-server" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_log() {
        let log = "{\"message\":\"migrated\"}\n{\"level\":\"INFO\",\"message\":\"listening\",\"address\":\"127.0.0.1:5000\"}\n";
        assert_eq!(listens_at(log), Some(SocketAddr::from(([127, 0, 0, 1], 5000))));
        assert_eq!(listens_at("{\"message\":\"draining\"}"), None);
    }
}
