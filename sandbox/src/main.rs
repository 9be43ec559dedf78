//! Runs a stand-alone sandbox and prints the environment that points tools at it.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hello_sandbox::{Clock, Config, Names, Running, Sandbox, environment};

/// GitHub, AWS and the trucks API on loopback: for trying things out, without an account.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where to listen; loopback only
    #[arg(long, global = true, default_value = "127.0.0.1:4510", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The seed of the simulation: the same seed gives the same events
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The speed of the clock as a multiple of real time: more than 0, at most 1000
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = speed)]
    speed: f64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints the environment of a running sandbox: eval "$(hello-sandbox env)"
    Env,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed > 0.0 && speed <= 1_000.0 => Ok(speed),
        _ => Err("must be a number above 0 and at most 1000".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if matches!(args.command, Some(Command::Env)) {
        return print(&environment::of(args.listen, &Names::default()));
    }
    tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(tracing::Level::WARN).init();
    let clock = if (args.speed - 1.0).abs() < f64::EPSILON { Clock::Real } else { Clock::Sped(args.speed) };
    let config = Config { listen: args.listen, seed: args.seed, clock, ..Config::default() };
    match Sandbox::start(config).await {
        Ok(running) => serve(running).await,
        Err(why) => {
            let _ = writeln!(io::stderr(), "error: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(running: Running) -> ExitCode {
    let printed = print(&running.env());
    let _ = writeln!(io::stderr(), "# sandbox on {}; ctrl-c ends it", running.url());
    tokio::select! {
        () = wait_for_signal() => report_end(),
        () = running.wait() => return ExitCode::FAILURE,
    }
    printed
}

fn report_end() {
    let _ = writeln!(io::stderr(), "# sandbox ended");
}

/// Waits for ctrl-c or SIGTERM.
async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}

/// Prints shell lines; a closed pipe is not a failure.
fn print(variables: &[(&str, String)]) -> ExitCode {
    let mut out = io::stdout().lock();
    for (name, value) in variables {
        if writeln!(out, "{}", environment::export(name, value)).is_err() {
            break;
        }
    }
    let _ = out.flush();
    ExitCode::SUCCESS
}
