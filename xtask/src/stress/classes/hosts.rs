//! S7, S20 to S24, S28: requests with a single defect, each with its required response.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown},
    time::{Duration, Instant},
};

use super::super::{
    class::{Class, Round, Scale},
    exchange::{connected, read_answer, request},
    judgement::Judgement,
    server::{ATTACKER, JSON, Server},
};
use crate::failure::Failure;

const MEMORY: u64 = 128;
const LIMIT: Duration = Duration::from_secs(30);

pub(super) const HOSTS: Class = Class {
    name: "hosts-and-headers",
    does: "foreign hosts and origins, wrong heads, cursors and plates, each with its answer",
    is_random: false,
    attack: hosts,
};

pub(super) const CONNECTIONS: Class = Class {
    name: "connections",
    does: "half-closed connections, idle ones, huge announced bodies, preflights without end",
    is_random: false,
    attack: connections,
};

/// A request and its correct statuses.
struct Case {
    what: &'static str,
    request: Vec<u8>,
    right: &'static [u16],
}

fn case(what: &'static str, request: impl Into<Vec<u8>>, right: &'static [u16]) -> Case {
    Case { what, request: request.into(), right }
}

fn raw(lines: &[&str], body: &str) -> Vec<u8> {
    format!("{}\r\nconnection: close\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}

fn hosts(round: &Round) -> Result<Judgement, Failure> {
    let server = Server::start(round, &[])?;
    let mut judgement = Judgement::default();
    let cases = cases(server.address.port());
    judgement.also(&format!("{} requests that are wrong in one way", cases.len()));
    for Case { what, request, right } in cases {
        match server.ask(&request) {
            Ok(answer) => judgement.expect(right.contains(&answer.status), || {
                format!("{what}: answered {}, {right:?} are right", answer.status)
            }),
            Err(error) => judgement.expect(right.contains(&0), || format!("{what}: {error}")),
        }
    }
    plates(&server, &mut judgement);
    judgement.memory(&server.watch.peaks(), MEMORY);
    server.end(round, &mut judgement);
    Ok(judgement)
}

fn cases(port: u16) -> Vec<Case> {
    let truck = r#"{"make":"Scania","model":"V8"}"#;
    let length = format!("content-length: {}", truck.len());
    let evil = format!("host: evil.example:{port}");
    let mut cases = vec![
        case("no Host", raw(&["GET /trucks HTTP/1.1"], ""), &[400]),
        case("two Hosts", raw(&["GET /trucks HTTP/1.1", "host: localhost", "host: localhost"], ""), &[400]),
        case("a foreign Host", raw(&["GET /trucks HTTP/1.1", &evil], ""), &[400, 403, 421]),
        case(
            "a foreign Host that writes",
            raw(&["POST /trucks HTTP/1.1", &evil, JSON, &length], truck),
            &[400, 403, 421],
        ),
        case(
            "a foreign Origin that writes",
            raw(
                &["POST /trucks HTTP/1.1", "host: localhost", "origin: http://evil.example", JSON, &length],
                truck,
            ),
            &[400, 403],
        ),
        case(
            "another Host of this machine",
            raw(&["GET /trucks HTTP/1.1", "host: app.localhost"], ""),
            &[200],
        ),
        case(
            "an address as Host",
            raw(&["GET /trucks HTTP/1.1", &format!("host: 127.0.0.1:{port}")], ""),
            &[200],
        ),
        case(
            "100 MB announced, and asked first",
            raw(
                &[
                    "POST /trucks HTTP/1.1",
                    "host: localhost",
                    JSON,
                    "expect: 100-continue",
                    "content-length: 100000000",
                ],
                "",
            ),
            &[413],
        ),
    ];
    cases.extend(queries_and_bodies());
    cases
}

/// Returns queries and bodies that must be refused for their content.
fn queries_and_bodies() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, query) in [
        ("a cursor of another sort", "cursor=1.00&sort=make"),
        ("a cursor of nothing", "cursor=&sort=-make"),
        ("a cursor of words", "cursor=%ff%00"),
        ("a limit without end", "limit=99999999999999999999"),
    ] {
        cases.push(case(what, request("GET", &format!("/trucks?{query}"), &[], b""), &[400, 422]));
    }
    for (what, body) in [
        ("an unknown field", r#"{"make":"Scania","model":"V8","license_plate":"A-1"}"#),
        ("a make of one invisible character", "{\"make\":\"\u{200b}\",\"model\":\"V8\"}"),
        ("a make with a direction mark", "{\"make\":\"Sca\u{202e}nia\",\"model\":\"V8\"}"),
    ] {
        cases.push(case(what, request("POST", "/trucks", &[JSON], body.as_bytes()), &[422]));
    }
    cases
}

/// Checks that several spellings of one plate count as the same plate.
fn plates(server: &Server, judgement: &mut Judgement) {
    let add = |plate: &str| {
        let body = format!(r#"{{"make":"Scania","model":"V8","licensePlate":"{plate}"}}"#);
        server.ask(&request("POST", "/trucks", &[JSON], body.as_bytes())).map_or(0, |answer| answer.status)
    };
    let first = add("Ä-B 12");
    judgement.expect(first == 201, || format!("a plate is answered {first}"));
    for (way, plate) in
        [("lower case", "ä-b 12"), ("decomposed", "A\u{308}-B 12"), ("full width", "Ä-B １２")]
    {
        let status = add(plate);
        judgement.expect(status == 409, || format!("the same plate in {way} is answered {status}"));
    }
}

fn connections(round: &Round) -> Result<Judgement, Failure> {
    let server = Server::start(round, &[("HELLO_IDLE_TIMEOUT", "2"), ("HELLO_RATE_LIMIT", "50")])?;
    let mut judgement = Judgement::of("a half-closed, an idle and a greedy connection, 200 preflights");
    half_closed(&server, &mut judgement);
    idle(round, &server, &mut judgement);
    preflights(&server, &mut judgement);
    judgement.memory(&server.watch.peaks(), MEMORY);
    server.end(round, &mut judgement);
    Ok(judgement)
}

/// Checks that a client that closes its sending half after the request still gets its response.
fn half_closed(server: &Server, judgement: &mut Judgement) {
    let body = r#"{"make":"Scania","model":"half-closed"}"#;
    let answer = connected(server.address, ATTACKER, LIMIT).and_then(|mut stream| {
        stream.write_all(&request("POST", "/trucks", &[JSON], body.as_bytes()))?;
        stream.shutdown(Shutdown::Write)?;
        read_answer(&mut stream)
    });
    let status = answer.map_or(0, |answer| answer.status);
    judgement.expect(status == 201, || format!("a half-closed connection is answered {status}"));
}

/// Checks that an idle timeout of 2 s closes a connection after two seconds, not after four.
fn idle(round: &Round, server: &Server, judgement: &mut Judgement) {
    let from = Ipv4Addr::new(127, 0, 0, 4);
    let Ok(mut stream) = connected(server.address, from, LIMIT) else { return };
    let keep = b"GET /trucks?limit=1 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    if stream.write_all(keep).is_err() || read_answer(&mut stream).is_err() {
        judgement.broken.push("a connection that is kept is not answered".to_owned());
        return;
    }
    let started = Instant::now();
    let _ = stream.read(&mut [0; 64]);
    let took = started.elapsed().as_secs_f64();
    let most = if round.scale == Scale::Full { 3.5 } else { 15.0 };
    judgement
        .expect((1.5..most).contains(&took), || format!("an idle timeout of 2 s closed after {took:.1} s"));
}

/// Checks that preflights count against the rate limit.
fn preflights(server: &Server, judgement: &mut Judgement) {
    let preflight = request(
        "OPTIONS",
        "/trucks",
        &["origin: http://localhost", "access-control-request-method: POST"],
        b"",
    );
    let answers = (0..200).filter_map(|_| server.ask(&preflight).ok());
    let limited = answers.filter(|answer| answer.status == 429).count();
    judgement.expect(limited > 0, || "200 preflights in a row met no rate limit of 50".to_owned());
}
