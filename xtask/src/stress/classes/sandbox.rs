//! S7, S16: the sandbox under requests of foreign pages and careless programs.

use std::{
    net::SocketAddr,
    process::Command,
    time::{Duration, Instant},
};

use super::super::{
    class::{Class, Round},
    exchange::{Answer, ask, get, request, status_of},
    judgement::Judgement,
    process::{Process, eventually, faults, folder},
    random::Random,
    server::{ATTACKER, JSON},
    watch::Watch,
};
use crate::failure::Failure;

const MEMORY: u64 = 256;
const LIMIT: Duration = Duration::from_secs(10);
const STARTS: Duration = Duration::from_secs(30);

pub(super) const MISUSE: Class = Class {
    name: "sandbox-misuse",
    does: "dispatches, jumps of the clock and foreign pages on the sandbox",
    is_random: false,
    attack: misuse,
};

pub(super) const RANDOM: Class = Class {
    name: "sandbox-random",
    does: "seeded random requests to GitHub, AWS and the controls of the sandbox",
    is_random: true,
    attack: random,
};

/// A running sandbox.
pub(super) struct Sandbox {
    process: Process,
    watch: Watch,
    pub(super) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Sandbox {
    pub(super) fn start(round: &Round) -> Result<Self, Failure> {
        let folder = folder()?;
        let mut command = Command::new(round.programs.sandbox());
        command.args(["--listen", "127.0.0.1:0"]).current_dir(folder.path()).env_clear();
        let process = Process::start(&mut command, folder.path(), "sandbox.log")?;
        let mut address = None;
        eventually(STARTS, || {
            address = listens_at(&process.text());
            address.is_some()
        });
        let why = || format!("the sandbox did not start: {}", process.text().trim());
        let address =
            address.ok_or_else(|| Failure::Stress { why: why(), hint: "cargo run -p hello-sandbox" })?;
        let watch = Watch::start(process.id());
        Ok(Self { process, watch, address, _folder: folder })
    }

    fn ask(&self, request: &[u8]) -> Option<Answer> {
        ask(self.address, ATTACKER, request, LIMIT).ok()
    }

    pub(super) fn status(&self, request: &[u8]) -> u16 {
        self.ask(request).map_or(0, |answer| answer.status)
    }

    pub(super) fn control(&self, what: &str, body: &str) -> u16 {
        self.status(&request("POST", &format!("/_sandbox/{what}"), &[JSON], body.as_bytes()))
    }

    /// Checks that the main paths still respond, that memory stayed within its bound, and that nothing panicked.
    pub(super) fn end(mut self, judgement: &mut Judgement) {
        for path in ["/_sandbox/health", RUNS, "/trucks?limit=1"] {
            let status = get(self.address, path, LIMIT).map_or(0, |answer| answer.status);
            judgement.expect(status == 200, || format!("{path} is answered {status} afterwards"));
        }
        judgement.memory(&self.watch.peaks(), MEMORY);
        judgement.expect(self.process.is_running(), || "the sandbox ended by itself".to_owned());
        judgement.broken.extend(faults(&self.process.printed(), None));
    }
}

const RUNS: &str = "/repos/hello-truck/hello-truck/actions/runs?per_page=5";
const DISPATCH: &str = "/repos/hello-truck/hello-truck/actions/workflows/";

fn listens_at(log: &str) -> Option<SocketAddr> {
    log.split_once("# sandbox on http://")?.1.split(';').next()?.trim().parse().ok()
}

fn misuse(round: &Round) -> Result<Judgement, Failure> {
    let sandbox = Sandbox::start(round)?;
    let mut judgement = Judgement::of("dispatches, jumps of the clock, foreign hosts and origins");
    let body = r#"{"ref":"main"}"#;
    let workflow = first_workflow(&sandbox);
    let dispatches = format!("{DISPATCH}{workflow}/dispatches");
    for _ in 0..round.size(12, 4) {
        sandbox.status(&request("POST", &dispatches, &[JSON, "authorization: Bearer x"], body.as_bytes()));
        sandbox.control("clock", r#"{"advance":"PT10M"}"#);
        let status = get(sandbox.address, RUNS, LIMIT).map_or(0, |answer| answer.status);
        judgement.expect(status == 200, || format!("the runs are answered {status} after a dispatch"));
    }
    for (what, headers) in [
        (
            "a cross-site text/plain dispatch",
            &["content-type: text/plain", "origin: http://evil.example"][..],
        ),
        ("a dispatch of a foreign origin", &[JSON, "origin: http://evil.example"]),
    ] {
        let status = sandbox.status(&request("POST", &dispatches, headers, body.as_bytes()));
        judgement.expect((400..500).contains(&status), || format!("{what} is answered {status}"));
    }
    let foreign = format!("GET {RUNS} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    let status = sandbox.status(foreign.as_bytes());
    judgement.expect((400..500).contains(&status), || format!("a foreign Host is answered {status}"));
    for step in ["PT1H", "P1D", "P365D", "PT876000H", "P99999D", "PT175307616H"] {
        sandbox.control("clock", &format!(r#"{{"advance":"{step}"}}"#));
        let status = get(sandbox.address, RUNS, LIMIT).map_or(0, |answer| answer.status);
        judgement.expect(status == 200, || format!("the runs are answered {status} after a step of {step}"));
    }
    sandbox.end(&mut judgement);
    Ok(judgement)
}

/// Returns the id of a workflow that can be dispatched.
fn first_workflow(sandbox: &Sandbox) -> String {
    let listed = get(sandbox.address, "/repos/hello-truck/hello-truck/actions/workflows", LIMIT);
    let text = listed.map(|answer| String::from_utf8_lossy(&answer.body).into_owned()).unwrap_or_default();
    let rest = text.split_once("\"id\":").map_or("", |(_, rest)| rest);
    let id: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    if id.is_empty() { "deploy.yaml".to_owned() } else { id }
}

fn random(round: &Round) -> Result<Judgement, Failure> {
    let sandbox = Sandbox::start(round)?;
    let (mut random, started, mut sent) = (round.random(), Instant::now(), 0);
    let mut judgement = Judgement::default();
    while started.elapsed() < round.time {
        let message = message(&mut random);
        sent += 1;
        // Injected faults may produce any response or none, so only the state at the end is checked.
        let _ = status_of(sandbox.address, ATTACKER, &message, LIMIT);
    }
    sandbox.status(&request("DELETE", "/_sandbox/faults", &[], b""));
    judgement.also(&format!("{sent} random requests"));
    sandbox.end(&mut judgement);
    Ok(judgement)
}

const TARGETS: &[&str] = &[
    "Logs_20140328.FilterLogEvents",
    "Logs_20140328.GetLogEvents",
    "Logs_20140328.DescribeLogStreams",
    "AmazonEC2ContainerServiceV20141113.DescribeServices",
    "AmazonEC2ContainerServiceV20141113.ListServiceDeployments",
    "AmazonEC2ContainerServiceV20141113.ListTasks",
    "AmazonEC2ContainerServiceV20141113.",
    "Nothing.At.All",
];
const AWS_BODIES: &[&str] = &[
    r#"{"logGroupName":"/ecs/hello-truck/hello-server","filterPattern":"{ ($.level = \"ERROR\") && $.a[0] >= 1 }"}"#,
    r#"{"logGroupName":"/ecs/hello-truck/hello-server","filterPattern":"?a -b \"c d\"","limit":10000}"#,
    r#"{"logGroupName":"/ecs/hello-truck/hello-server","filterPattern":"{{{{((((","nextToken":"f/1/2/3"}"#,
    r#"{"logGroupName":"/ecs/hello-truck/hello-server","startTime":-9223372036854775808,"endTime":9223372036854775807}"#,
    r#"{"logGroupName":"/ecs/hello-truck/hello-server","logStreamName":"x","nextToken":"b/9223372036854775807/0/"}"#,
    r#"{"cluster":"hello-truck","services":["hello-server"],"nextToken":"\u0000"}"#,
    r#"{"cluster":null,"services":{}}"#,
    "[]",
    "",
];
const PATHS: &[&str] = &[
    RUNS,
    "/repos/hello-truck/hello-truck/actions/runs?per_page=0&page=99999999999999999999",
    "/repos/hello-truck/hello-truck/actions/runs/18446744073709551615/jobs",
    "/repos/hello-truck/hello-truck/actions/runs/1/logs",
    "/repos/hello-truck/hello-truck/actions/jobs/1/logs",
    "/repos/hello-truck/hello-truck/commits/main",
    "/user",
    "/rate_limit",
    "/trucks",
    "/catalog-info.yaml",
    "/_sandbox/health",
    "/_sandbox/clock",
    "/_sandbox/faults",
    "/%00/%ff",
];
const CONTROLS: &[&str] = &[
    r#"{"advance":"PT1S"}"#,
    r#"{"advance":"-PT1S"}"#,
    r#"{"speed":1e308}"#,
    r#"{"speed":-1}"#,
    r#"{"speed":1}"#,
    r#"[{"service":"trucks","kind":"status","status":999,"times":1}]"#,
    r#"[{"service":"logs","kind":"cut","times":1}]"#,
    r#"[{"service":"github","kind":"throttle","delay":"-PT1S","times":1}]"#,
    "{",
];

fn message(random: &mut Random) -> Vec<u8> {
    let mut message = match random.below(4) {
        0 => {
            let target = format!("x-amz-target: {}", random.one_of(TARGETS));
            let body = random.one_of(AWS_BODIES);
            request("POST", "/", &[&target, "content-type: application/x-amz-json-1.1"], body.as_bytes())
        }
        1 => {
            let bodies = [
                "Action=DescribeStackEvents&Version=2010-05-15&StackName=hello-truck&NextToken=%00",
                "Action=DescribeStacks&Version=2010-05-15",
                "Action=GetCallerIdentity&Version=2011-06-15",
                "Action=&&&=%&Version=2010-05-15",
            ];
            let body = random.one_of(&bodies);
            request("POST", "/", &["content-type: application/x-www-form-urlencoded"], body.as_bytes())
        }
        2 => {
            let path = random.one_of(&["/_sandbox/clock", "/_sandbox/faults"]);
            request("POST", path, &[JSON], random.one_of(CONTROLS).as_bytes())
        }
        _ => request(random.one_of(&["GET", "POST", "PUT", "DELETE"]), random.one_of(PATHS), &[JSON], b"{}"),
    };
    if random.one_in(5) {
        random.corrupt(&mut message);
    }
    message
}
