//! S12: one client takes as many resources as it can. Probes and other clients must still be served.

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::super::{
    class::{Class, Round},
    exchange::request,
    judgement::Judgement,
    server::{ATTACKER, JSON, Server},
    sockets::opened,
};
use crate::failure::Failure;

const MEMORY: u64 = 256;
const ANSWERED: Duration = Duration::from_secs(1);

pub(super) const IDLE_SOCKETS: Class = Class {
    name: "idle-sockets",
    does: "sockets of one client over which nothing is sent",
    is_random: false,
    attack: |round| {
        let count = round.size(1_100, 60);
        attack(round, &format!("{count} idle sockets"), count, b"")
    },
};

pub(super) const SLOW_BODIES: Class = Class {
    name: "slow-bodies",
    does: "bodies of one client that come one byte at a time",
    is_random: false,
    attack: |round| {
        let count = round.size(520, 40);
        attack(round, &format!("{count} bodies, a byte at a time"), count, &head(400))
    },
};

pub(super) const SLOW_LARGE_BODIES: Class = Class {
    name: "slow-large-bodies",
    does: "announced bodies of the largest size that come one byte at a time",
    is_random: false,
    attack: |round| {
        let count = round.size(16, 8);
        attack(round, &format!("{count} bodies of 1 MiB, a byte at a time"), count, &head(1024 * 1024))
    },
};

pub(super) const EVENT_STREAMS: Class = Class {
    name: "event-streams",
    does: "event streams of one client",
    is_random: false,
    attack: |round| {
        let count = round.size(256, 40);
        let ask = request("GET", "/trucks/events", &["accept: text/event-stream"], b"");
        attack(round, &format!("{count} event streams"), count, &ask)
    },
};

/// Opens the sockets of one client, adds a byte to each from time to time, and sends probes as other clients meanwhile.
fn attack(round: &Round, done: &str, count: usize, begin: &[u8]) -> Result<Judgement, Failure> {
    let server = Server::start(round, &[])?;
    let others = server.others();
    let sockets = opened(server.address, count, |_| ATTACKER, |_| begin.to_vec());
    let drips = !begin.is_empty() && begin.starts_with(b"POST");
    drip(sockets, drips, round.seconds(20, 2));
    let mut judgement = Judgement::of(done);
    judgement.memory(&server.watch.peaks(), MEMORY);
    others.end(round, &mut judgement, ANSWERED);
    server.end(round, &mut judgement);
    Ok(judgement)
}

/// Keeps the sockets open for a time. If `drips`, sends a byte over each of them every half second.
fn drip(mut sockets: Vec<TcpStream>, drips: bool, time: Duration) {
    let started = Instant::now();
    while started.elapsed() < time {
        if drips {
            sockets.retain_mut(|socket| socket.write_all(b" ").is_ok());
        }
        thread::sleep(Duration::from_millis(500));
    }
}

fn head(length: usize) -> Vec<u8> {
    format!("POST /trucks HTTP/1.1\r\nhost: localhost\r\n{JSON}\r\ncontent-length: {length}\r\n\r\n[")
        .into_bytes()
}
