//! What watching one run costs: the requests of `hello-tui runs watch` and of `gh run watch` that count against GitHub's
//! primary rate limit.
//!
//! Both watch the same run of the same sandbox at the same time, each with a token of its own, by which the sandbox counts
//! as GitHub does: every answer except 304. Both ask at their usual interval of three seconds. The clock of the sandbox is
//! faster for both, so both see the same changes after the same number of polls. A faster clock favours `gh`: it asks less
//! often in all, while the number of changes, which cost ours a request each, stays.

use std::{
    env,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::verdict;
use crate::{
    bench::{programs::Programs, sandbox::Sandbox},
    command,
    failure::Failure,
    third_party, workspace,
};

/// The largest part of the requests of `gh` that ours may take.
const TARGET: f64 = 0.1;

/// The longest time that the run may take on the clock of the sandbox.
const LONGEST: Duration = Duration::from_mins(20);

/// The tokens by which the sandbox tells the programs apart.
const OURS: &str = "token-of-hello-tui";
const PEERS: &str = "token-of-gh";

pub(super) fn measure(programs: &Programs, speed: u32) -> Result<(), Failure> {
    let gh = third_party::GH.provide(&workspace::target())?;
    let sandbox = Sandbox::start(&programs.sandbox)?;
    sandbox.stop_clock()?;
    // So that the count does not begin anew meanwhile.
    sandbox.start_hour()?;
    let run = sandbox.dispatch()?.to_string();
    let mut ours = Command::new(&programs.console);
    ours.args(["runs", "watch", &run]).envs(sandbox.variables.iter().cloned()).env("GH_TOKEN", OURS);
    let mut peer = Command::new(gh);
    peer.args(["run", "watch", &run, "-R", "github.localhost/hello-truck/hello-truck"]);
    // It knows no port, so the sandbox is its proxy.
    peer.env("HTTP_PROXY", sandbox.url()).env("GH_HOST", "github.localhost").env("GH_TOKEN", PEERS);
    peer.env("GH_NO_UPDATE_NOTIFIER", "1").env("GH_PROMPT_DISABLED", "1");
    let began = Instant::now();
    let watches = [Watch::start(ours, programs)?, Watch::start(peer, programs)?];
    sandbox.set_speed(speed)?;
    let end = began + LONGEST / speed;
    for watch in watches {
        watch.wait(end)?;
    }
    let took = began.elapsed();
    report(sandbox.counted_requests(OURS)?, sandbox.counted_requests(PEERS)?, took, speed);
    Ok(())
}

fn report(ours: u64, peers: u64, took: Duration, speed: u32) {
    let ratio =
        f64::from(u32::try_from(ours).unwrap_or(u32::MAX)) / f64::from(u32::try_from(peers).unwrap_or(1));
    println!(
        "One run of 12 jobs and about ten minutes, watched by both at the same time until its end: {} s at {speed} × the \
         speed of real time.\nPoints are requests that are answered other than 304.\n",
        took.as_secs()
    );
    println!("| work | hello-tui | gh | ratio | target |\n|---|---|---|---|---|");
    let verdict = verdict(ratio <= TARGET);
    println!(
        "| watch a run to its end | {ours} points | {peers} points | {:.1} % | ≤ 10 %, {verdict} |\n",
        ratio * 100.0
    );
}

/// A program that watches the run. Dropping this ends it.
struct Watch {
    process: Child,
    line: String,
}

impl Watch {
    fn start(mut program: Command, programs: &Programs) -> Result<Self, Failure> {
        let line = command::line(&program);
        // The variables of the user must not lead to another service.
        let variables: Vec<_> =
            program.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
        program.env_clear().current_dir(programs.home()).env("HOME", programs.home());
        program.env("PATH", env::var_os("PATH").unwrap_or_default());
        program.envs(variables.into_iter().filter_map(|(name, value)| Some((name, value?))));
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let process = program.spawn();
        let process = process.map_err(|source| Failure::Start { command: line.clone(), source })?;
        Ok(Self { process, line })
    }

    /// Waits until it ends, which must be before `end`, with the result of the run.
    fn wait(mut self, end: Instant) -> Result<(), Failure> {
        let failure = |line: String, why: String| Failure::Measurement { program: line, line: why };
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) if matches!(status.code(), Some(0 | 1)) => return Ok(()),
                Ok(Some(status)) => return Err(failure(self.line.clone(), status.to_string())),
                Err(error) => return Err(failure(self.line.clone(), error.to_string())),
                Ok(None) if Instant::now() > end => {
                    return Err(failure(self.line.clone(), "it still watches the run".to_owned()));
                }
                Ok(None) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
