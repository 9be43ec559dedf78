//! Seeded random requests: methods, paths, queries, headers, bodies, and bytes that are not a request.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use super::super::{
    class::{Class, Round},
    exchange::{get, status_of},
    judgement::Judgement,
    random::Random,
    server::{ATTACKER, Server},
};
use crate::failure::Failure;

const MEMORY: u64 = 256;
const LIMIT: Duration = Duration::from_secs(5);
const ANSWERED: Duration = Duration::from_secs(1);

pub(super) const REQUESTS: Class = Class {
    name: "random-requests",
    does: "seeded random requests to the service",
    is_random: true,
    attack: requests,
};

fn requests(round: &Round) -> Result<Judgement, Failure> {
    let server = Server::start(round, &[])?;
    server.fill(round.size(1_000, 100))?;
    let others = server.others();
    let token = format!("authorization: Bearer {}", round.secrets.trucks);
    let (mut random, started, mut sent) = (round.random(), Instant::now(), 0);
    let mut judgement = Judgement::default();
    while started.elapsed() < round.time && judgement.broken.len() < 5 {
        let bytes = message(&mut random, &token);
        sent += 1;
        if let Some(status) =
            status_of(server.address, ATTACKER, &bytes, LIMIT).filter(|status| *status == 500)
        {
            let shown = String::from_utf8_lossy(&bytes).chars().take(300).collect::<String>();
            judgement.broken.push(format!("answered {status}: {shown:?}"));
        }
    }
    judgement.also(&format!("{sent} random requests"));
    let well = get(server.address, "/trucks?limit=1", LIMIT).is_ok_and(|answer| answer.status == 200);
    judgement.expect(well, || "the service does not answer any more".to_owned());
    judgement.memory(&server.watch.peaks(), MEMORY);
    others.end(round, &mut judgement, ANSWERED);
    server.end(round, &mut judgement);
    Ok(judgement)
}

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "CONNECT", "get", "G\u{e9}T", ""];
const PATHS: &[&str] = &[
    "/trucks",
    "/trucks/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000",
    "/trucks/%00",
    "/trucks/events",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/",
    "//",
    "/../etc/passwd",
    "*",
    "http://evil.example/trucks",
];
const QUERIES: &[&str] = &[
    "limit=0",
    "limit=1000",
    "limit=-1",
    "cursor=1.00",
    "cursor=9999999999999999999999",
    "cursor=%00",
    "sort=make",
    "sort=-created",
    "status=active",
    "status=parked",
    "q=%25_%27",
    "q=%ff",
    "make=%F0%9F%9A%9A",
    "=",
    "&&&",
    "%",
];
const HEADERS: &[&str] = &[
    "content-type: application/json",
    "content-type: application/merge-patch+json",
    "content-type: text/plain",
    "content-type: application/json; charset=utf-16",
    "transfer-encoding: chunked",
    "transfer-encoding: chunked, identity",
    "transfer-encoding: gzip",
    "content-length: 5",
    "content-length: 5, 6",
    "content-length: -1",
    "content-length: 18446744073709551616",
    "expect: 100-continue",
    "expect: 200-maybe",
    "if-match: \"1\", W/\"2\", *",
    "if-none-match: \"",
    "idempotency-key: one",
    "idempotency-key: ",
    "authorization: Bearer x",
    "x-forwarded-for: 10.0.0.1, ::1, unknown",
    "accept: application/json;q=nan",
    "accept: text/event-stream",
    "last-event-id: 99999999999999999999",
    "traceparent: 00-0-0-0",
    "origin: null",
    "upgrade: h2c",
    "connection: upgrade, close, keep-alive",
    "range: bytes=0-0,1-",
];
const BODIES: &[&str] = &[
    r#"{"make":"Scania","model":"V8"}"#,
    r#"[{"make":"Scania","model":"V8"},{"make":"Volvo","model":"FH16","licensePlate":"A-1"}]"#,
    r#"{"make":null,"model":[],"status":"parked","licensePlate":{}}"#,
    r#"{"make":"\ud800","model":"\u0000"}"#,
    r#"{"licensePlate":null}"#,
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "1e999",
    "\"\\u202e\"",
    "5\r\nhello\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n",
];

/// Builds a request from valid and nearly valid parts, and corrupts one in four.
fn message(random: &mut Random, token: &str) -> Vec<u8> {
    let mut text = format!("{} {}", random.one_of(METHODS), random.one_of(PATHS));
    if random.one_in(2) {
        text.push('?');
        text.push_str(random.one_of(QUERIES));
    }
    text.push_str(random.one_of(&[
        " HTTP/1.1\r\n",
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n",
        " HTTP/9.9\r\n",
        "\r\n",
    ]));
    text.push_str(random.one_of(&["host: localhost\r\n", "host: localhost\r\n", "host: [::1\r\n", ""]));
    for _ in 0..random.below(5) {
        text.push_str(if random.one_in(10) { token } else { random.one_of(HEADERS) });
        text.push_str("\r\n");
    }
    let body = if random.one_in(5) { random.bytes(2_000) } else { random.one_of(BODIES).as_bytes().to_vec() };
    if random.one_in(2) {
        let _ = write!(text, "content-length: {}\r\n", body.len());
    }
    let mut bytes = [text.as_bytes(), b"\r\n", &body].concat();
    if random.one_in(4) {
        random.corrupt(&mut bytes);
    }
    bytes
}
