//! The time from `run` to a healthy container, and the engine's share of it.
//!
//! An engine's bridge and a published port need many firewall rules, whatever the image. Starts are therefore also
//! measured on the host's network, and compared with a minimal program.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant, SystemTime},
};

use super::{baseline_image, delivery::NAME};
use crate::{
    containers::{Engine, IMAGE},
    failure::Failure,
    ports,
};

/// A way of starting a container, and the time of each start in milliseconds.
struct Way {
    image: &'static str,
    on_host: bool,
    from_run: Vec<f64>,
    /// Measured from the container's start time as the engine reports it.
    from_start: Vec<f64>,
}

/// Starts containers `times` times, taking turns between the ways, and prints the time until healthy.
pub(super) fn measure(engine: &Engine, times: usize) -> Result<(), Failure> {
    let images = [baseline_image::build(engine)?, IMAGE];
    // On other systems, docker's containers run on another host (a virtual machine).
    let networks: &[bool] = if cfg!(target_os = "linux") { &[true, false] } else { &[false] };
    let way = |(image, on_host)| Way { image, on_host, from_run: Vec::new(), from_start: Vec::new() };
    let mut ways: Vec<Way> =
        networks.iter().flat_map(|on_host| images.map(|image| (image, *on_host))).map(way).collect();
    for _ in 0..times.max(1) {
        for way in &mut ways {
            way.start(engine)?;
        }
    }
    println!("\n{:<34} {:>15} {:>15} {:>15}", "from `run` to healthy", "engine alone", "ours", "difference");
    for pair in ways.chunks(2) {
        let [baseline, ours] = pair else { continue };
        let network = if ours.on_host { "on the host's network" } else { "with a bridge and a port" };
        let (engine, all) = (median(&baseline.from_run), median(&ours.from_run));
        println!("{network:<34} {engine:>12.0} ms {all:>12.0} ms {:>12.0} ms", all - engine);
    }
    for way in ways.iter().filter(|way| way.image == IMAGE && !way.on_host) {
        println!("{:<34} {:>31.0} ms", "from the container's start", median(&way.from_start));
    }
    println!("medians of {}", times.max(1));
    Ok(())
}

impl Way {
    fn start(&mut self, engine: &Engine) -> Result<(), Failure> {
        let port = free_port()?;
        let (publish, listen) = (format!("127.0.0.1:{port}:5000"), format!("PORT={port}"));
        let network = if self.on_host {
            ["--network", "host", "--env", &listen]
        } else {
            ["--network", "bridge", "--publish", &publish]
        };
        let hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
        let started_at = Instant::now();
        engine.stdout(
            &[&["run", "--detach", "--name", NAME][..], &network, &hardened, &[self.image]].concat(),
        )?;
        let is_ready = until_ready(port);
        let (took, ready) = (started_at.elapsed(), since_the_minute());
        let started = engine.stdout(&["inspect", "--format", "{{json .State.StartedAt}}", NAME])?;
        engine.stdout(&["kill", NAME])?;
        engine.stdout(&["rm", "--force", "--volumes", NAME])?;
        if let Some(started) = seconds_of(&started).filter(|_| is_ready) {
            self.from_run.push(took.as_secs_f64() * 1000.0);
            self.from_start.push((ready - started).rem_euclid(60.0) * 1000.0);
        }
        Ok(())
    }
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Sends the request of the health check directly to the port until it succeeds.
fn until_ready(port: u16) -> bool {
    let give_up = Instant::now() + Duration::from_secs(30);
    while Instant::now() < give_up {
        if ready(port).is_some_and(|ready| ready) {
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
    false
}

fn ready(port: u16) -> Option<bool> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).ok()?;
    connection.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
    let mut status = [0; 12];
    connection.read_exact(&mut status).ok()?;
    Some(&status == b"HTTP/1.1 200")
}

/// Returns the seconds of `"2026-11-23T23:14:45.606Z"`, which do not depend on the time zone.
fn seconds_of(time: &str) -> Option<f64> {
    let seconds = time.split(':').nth(2)?;
    let end = seconds.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(seconds.len());
    seconds[..end].parse().ok()
}

/// Returns the seconds of the current time.
fn since_the_minute() -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.as_secs_f64().rem_euclid(60.0)
}

pub(super) fn free_port() -> Result<u16, Failure> {
    ports::free().map_err(|source| Failure::Start { command: "a listener".into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_engines_are_parsed() {
        assert_eq!(seconds_of("\"2026-11-23T23:14:45.606Z\""), Some(45.606));
        assert_eq!(seconds_of("\"2026-11-23T23:14:05.5+01:00\""), Some(5.5));
        assert_eq!(seconds_of("\"\""), None);
    }

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }
}
