//! The smoke test of a newly deployed service.

use std::{fs, process::Command};

use crate::{
    stub::{ReceivedRequest, Stub},
    third_party::{output, root},
};

const TRUCK: &str = r#"{"make": "Scania", "model": "V8"}"#;

fn smoke(endpoint: &str, token: Option<&str>) -> (bool, String) {
    let mut smoke = smoke_command("infrastructure/scripts/smoke.sh");
    smoke.arg(endpoint);
    if let Some(token) = token {
        smoke.env("HELLO_TOKEN", token);
    }
    output(&mut smoke)
}

fn smoke_command(script: &str) -> Command {
    let mut smoke = Command::new(root().join(script));
    smoke.env("SMOKE_ATTEMPTS", "2").env_remove("HELLO_TOKEN").env_remove("GITHUB_OUTPUT");
    smoke
}

/// Returns the responses of the trucks service.
fn working_service(requests: &ReceivedRequest) -> (u16, String) {
    match requests.what.as_str() {
        "GET /trucks" => (200, "[]".to_owned()),
        "POST /trucks" => (201, r#"{"id":"0199","make":"Scania","model":"V8"}"#.to_owned()),
        "DELETE /trucks/0199" => (200, "{}".to_owned()),
        other => (404, other.to_owned()),
    }
}

#[test]
fn the_smoke_test_cleans_up_the_readme_s_requests() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for line in [
        r#"curl -X GET "http://localhost:5000/trucks" -H "accept: application/json""#.to_owned(),
        format!(
            r#"curl -X POST "http://localhost:5000/trucks" -H "Content-Type: application/json" -d '{TRUCK}'"#
        ),
    ] {
        assert!(readme.contains(&line), "{line}");
    }

    let service = Stub::start(working_service);
    let (succeeded, what) = smoke(&format!("{}/", service.url), None);
    assert!(succeeded, "{what}");
    let requests = service.requests();
    let targets: Vec<_> = requests.iter().map(|requests| requests.what.as_str()).collect();
    assert_eq!(targets, ["GET /trucks", "POST /trucks", "DELETE /trucks/0199"]);
    assert!(requests[0].headers.contains(&"accept: application/json".to_owned()), "{:?}", requests[0]);
    assert!(requests[1].headers.contains(&"content-type: application/json".to_owned()), "{:?}", requests[1]);
    assert_eq!(requests[1].body, TRUCK);
}

#[test]
fn a_token_is_sent_and_a_missing_one_reported() {
    let guarded = |requests: &ReceivedRequest| {
        let known = requests.headers.contains(&"authorization: bearer sesame".to_owned());
        if known { working_service(requests) } else { (401, r#"{"title":"Unauthorized"}"#.to_owned()) }
    };
    let service = Stub::start(guarded);
    let (succeeded, what) = smoke(&service.url, Some("sesame"));
    assert!(succeeded, "{what}");
    assert!(!what.contains("sesame"), "{what}");
    let (succeeded, what) = smoke(&service.url, None);
    assert!(!succeeded && what.contains("secret HELLO_TOKEN"), "{what}");
}

#[test]
fn a_wrong_response_fails_the_deployment() {
    let broken = Stub::start(|requests| match requests.what.as_str() {
        "GET /trucks" => (200, "[]".to_owned()),
        _ => (500, "out of trucks".to_owned()),
    });
    let (succeeded, what) = smoke(&broken.url, None);
    assert!(!succeeded && what.contains("POST /trucks answered 500, not 201:\nout of trucks"), "{what}");

    let another = Stub::start(|_| (200, "<html>Welcome!</html>".to_owned()));
    let (succeeded, what) = smoke(&another.url, None);
    assert!(!succeeded && what.contains("did not answer a list"), "{what}");
}

#[test]
fn a_service_that_is_not_there_yet_is_asked_again() {
    let service = Stub::start({
        let late = std::sync::atomic::AtomicBool::new(true);
        move |requests| {
            let is_late = late.swap(false, std::sync::atomic::Ordering::Relaxed);
            if is_late { (503, String::new()) } else { working_service(requests) }
        }
    });
    let (succeeded, what) = smoke(&service.url, None);
    assert!(succeeded, "{what}");
    assert_eq!(service.requests().len(), 4);
}

/// The script of the service, and that of the applications created from the template.
const SCRIPTS: [&str; 2] =
    ["infrastructure/scripts/smoke.sh", "backstage/skeleton/infrastructure/scripts/smoke.sh"];

#[test]
fn an_unresolved_name_is_reached_at_the_load_balancer() {
    for script in SCRIPTS {
        let service = Stub::start(|requests| {
            if requests.what == "GET /" { (200, String::new()) } else { working_service(requests) }
        });
        let port = service.url.rsplit_once(':').unwrap().1;
        let endpoint = format!("http://trucks.invalid:{port}");
        let (succeeded, what) = output(smoke_command(script).args([&endpoint, "127.0.0.1"]));
        assert!(succeeded, "{script}: {what}");
        let host = format!("host: trucks.invalid:{port}");
        assert!(
            service.requests().iter().all(|requests| requests.headers.contains(&host)),
            "{:?}",
            service.requests()
        );
    }
}

#[test]
fn a_refused_smoke_test_causes_no_rollback() {
    for script in SCRIPTS {
        let folder = tempfile::tempdir().unwrap();
        let told = folder.path().join("output");
        let mut smoke = smoke_command(script);
        let smoke = smoke.arg("http://127.0.0.1:1").env("SMOKE_ATTEMPTS", "1").env("GITHUB_OUTPUT", &told);
        let output = smoke.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{script}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("SMOKE_TEST=no"), "{script}");
        assert_eq!(fs::read_to_string(&told).unwrap(), "reached=no\n");
    }
    // A service that is reached but responds incorrectly fails with another status.
    for script in SCRIPTS {
        let broken = Stub::start(|_| (500, String::new()));
        let output = smoke_command(script).arg(&broken.url).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{script}");
    }
}
