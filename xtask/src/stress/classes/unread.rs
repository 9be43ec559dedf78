//! S3: responses that clients read slowly or not at all. They must not fill the service's memory.

use std::{
    io::Read,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::super::{
    class::{Class, Round},
    exchange::request,
    judgement::Judgement,
    server::{JSON, Server, bulk},
    sockets::{one_of_many, opened},
};
use crate::failure::Failure;

/// Half the memory of the deployment's smallest task, in MiB.
const MEMORY: u64 = 256;
/// The normal memory after the attack, in MiB.
const NORMAL: u64 = 128;
const SETTLED: Duration = Duration::from_secs(30);
const ANSWERED: Duration = Duration::from_secs(1);

pub(super) const BULK: Class = Class {
    name: "unread-bulk",
    does: "bulk requests under one idempotency key whose responses are not read",
    is_random: false,
    attack: unread_bulk,
};

pub(super) const LISTS: Class = Class {
    name: "unread-lists",
    does: "lists of a large fleet that are not read",
    is_random: false,
    attack: unread_lists,
};

pub(super) const SLOW_READERS: Class = Class {
    name: "slow-readers",
    does: "lists of a large fleet that are read a few bytes at a time",
    is_random: false,
    attack: slow_readers,
};

fn unread_bulk(round: &Round) -> Result<Judgement, Failure> {
    let (sockets, trucks) = (round.size(700, 40), round.size(10_000, 2_000));
    let body = bulk(trucks, 0);
    let post = request("POST", "/trucks", &[JSON, "idempotency-key: stress-one-key"], &body);
    let server = Server::start(round, &[])?;
    let name = format!("unread responses to {trucks} trucks under one key");
    let mut judgement = held(round, &server, &name, sockets, &post);
    server.end(round, &mut judgement);
    Ok(judgement)
}

fn unread_lists(round: &Round) -> Result<Judgement, Failure> {
    let (sockets, trucks) = (round.size(850, 40), round.size(60_000, 5_000));
    let server = Server::start(round, &[])?;
    server.fill(trucks)?;
    let name = format!("unread lists of {trucks} trucks");
    let mut judgement = held(round, &server, &name, sockets, &request("GET", "/trucks", &[], b""));
    server.end(round, &mut judgement);
    Ok(judgement)
}

/// Sends a request over many sockets, reads nothing for a while, and closes them.
fn held(round: &Round, server: &Server, name: &str, count: usize, request: &[u8]) -> Judgement {
    let others = server.others();
    let sockets = opened(server.address, count, one_of_many, |_| request.to_vec());
    server.watch.wait_until_stable(round.seconds(8, 1), round.seconds(60, 5));
    let mut judgement = Judgement::of(format!("{} {name}", sockets.len()));
    judgement.memory(&server.watch.peaks(), MEMORY);
    drop(sockets);
    settles(server, &mut judgement);
    others.end(round, &mut judgement, ANSWERED);
    judgement
}

fn slow_readers(round: &Round) -> Result<Judgement, Failure> {
    let (count, trucks) = (round.size(300, 20), round.size(60_000, 5_000));
    let server = Server::start(round, &[])?;
    server.fill(trucks)?;
    let others = server.others();
    let list = request("GET", "/trucks", &[], b"");
    let sockets = opened(server.address, count, one_of_many, |_| list.clone());
    let cut = read_slowly(sockets, round.seconds(40, 2));
    let mut judgement = Judgement::of(format!("{count} readers of 64 bytes/s, {cut} of them cut"));
    judgement.memory(&server.watch.peaks(), MEMORY);
    settles(&server, &mut judgement);
    others.end(round, &mut judgement, ANSWERED);
    server.end(round, &mut judgement);
    Ok(judgement)
}

/// Repeatedly reads a few bytes from each socket; returns how many sockets the server closed.
fn read_slowly(mut sockets: Vec<TcpStream>, time: Duration) -> usize {
    let (started, all) = (Instant::now(), sockets.len());
    for socket in &sockets {
        let _ = socket.set_nonblocking(true);
    }
    while started.elapsed() < time {
        sockets.retain_mut(|socket| {
            let mut few = [0; 64];
            match socket.read(&mut few) {
                Ok(read) => read > 0,
                Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
            }
        });
        thread::sleep(Duration::from_secs(1).min(time));
    }
    all - sockets.len()
}

fn settles(server: &Server, judgement: &mut Judgement) {
    let memory = server.watch.settles(NORMAL, SETTLED);
    judgement.expect(memory <= NORMAL, || {
        format!("{memory} MiB of memory {} s after the attack, {NORMAL} are normal", SETTLED.as_secs())
    });
}
