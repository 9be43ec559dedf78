//! `doctor`: what it finds in a sandbox, and with services that are down, slow or locked.

use std::{
    process::{Command, Output},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    routing::get,
};
use serde_json::{Value, json};
use url::Url;

use crate::{
    answering::{closed_port, say_nothing, serve},
    command::{Shell, err, finish, out},
    console::sandbox,
    queries::ProjectFolder,
};

/// A token that must not be printed.
const TOKEN: &str = "ghp_0123456789abcdef";

/// A shell with this repository's descriptor, whose services are at these addresses.
fn doctor(trucks: &Url, github: &Url, aws: &Url, args: &str) -> (Shell, Command) {
    let shell = Shell::at(trucks.clone());
    let descriptor = include_str!("../../../catalog-info.yaml");
    std::fs::write(shell.home.path().join("catalog-info.yaml"), descriptor).unwrap();
    let mut command = shell.command(&format!("doctor {args}"));
    command.env("GITHUB_API_URL", github.as_str()).env("GH_TOKEN", TOKEN);
    command.env("AWS_ENDPOINT_URL", aws.as_str()).env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    command.env("AWS_SECRET_ACCESS_KEY", TOKEN).env("AWS_MAX_ATTEMPTS", "1");
    (shell, command)
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{} {}", out(output), err(output)))
}

/// Returns the status of a check.
fn status<'r>(report: &'r Value, section: &str, check: &str) -> &'r str {
    report[section]["checks"][check]["status"]
        .as_str()
        .unwrap_or_else(|| panic!("{section} {check}: {report}"))
}

#[tokio::test]
async fn doctor_finds_a_sandbox_in_good_health() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let ended = folder.run("doctor").await;
    let text = out(&ended);
    assert_eq!(ended.status.code(), Some(0), "{text}{}", err(&ended));
    assert!(!text.contains('\u{1b}'), "colour in a pipe: {text}");
    for line in
        ["✓ reachable", "✓ account", "✓ reads runs", "✓ reads deployments", "✓ reads logs", "Versions\n"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }

    let report = folder.json("doctor").await;
    assert_eq!(report["exitCode"], 0);
    let value = |section: &str, check: &str| report[section]["checks"][check]["value"].clone();
    assert_eq!(value("versions", "helloTui"), env!("CARGO_PKG_VERSION"));
    assert_eq!(value("trucks", "reachable"), true);
    assert!(value("trucks", "version").is_string());
    assert!(value("github", "login").is_string());
    assert_eq!(value("github", "token"), "from GH_TOKEN");
    assert_eq!(value("github", "scopes"), json!(["repo", "workflow"]));
    assert_eq!(value("aws", "credentials"), "AWS_ACCESS_KEY_ID of the environment");
    assert!(value("aws", "arn").as_str().unwrap().starts_with("arn:aws:sts::"));
    assert_eq!(value("component", "component"), "component:hello-server");
    for check in ["deployments", "stackEvents", "logs"] {
        assert_eq!(status(&report, "aws", check), "ok", "{report}");
    }
    let yaml: Value = serde_yaml::from_str(&out(&folder.run("doctor -o yaml").await)).unwrap();
    assert_eq!(yaml["github"], report["github"]);
}

#[tokio::test]
async fn doctor_of_the_embedded_sandbox_needs_nothing_else() {
    let shell = Shell::at(closed_port().await);
    let ended = shell.run("--sandbox doctor").await;
    assert_eq!(ended.status.code(), Some(0), "{}{}", out(&ended), err(&ended));
    assert!(out(&ended).contains("from the sandbox"), "{}", out(&ended));
}

#[tokio::test]
async fn services_that_are_down_are_told_with_what_to_start() {
    let closed = closed_port().await;
    let (_home, command) = doctor(&closed, &closed, &closed, "");
    let ended = finish(command).await;
    let text = out(&ended);
    assert_eq!(ended.status.code(), Some(4), "{text}");
    assert!(text.contains("✗ reachable") && text.contains("next: start it (hello-server)"), "{text}");
    assert!(text.contains("✓ entities"), "the catalog is read all the same: {text}");
    assert!(!text.contains(TOKEN), "{text}");
    assert_eq!(err(&ended), "", "the report is the result");
}

#[tokio::test]
async fn a_hanging_service_delays_no_other_check() {
    let (hanging, sandbox) = (say_nothing().await, sandbox().await);
    let working: Url = sandbox.url().parse().unwrap();
    let began = Instant::now();
    let (_home, command) = doctor(&hanging, &working, &hanging, "-o json");
    let ended = finish(command).await;
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    let report = report(&ended);
    assert_eq!(ended.status.code(), Some(4), "{report}");
    assert_eq!(report["trucks"]["checks"]["reachable"]["cause"], "unreachable");
    assert_eq!(status(&report, "aws", "account"), "failed");
    assert_eq!(status(&report, "aws", "deployments"), "info", "not asked after that");
    assert_eq!((status(&report, "github", "login"), status(&report, "github", "runs")), ("ok", "ok"));
}

#[tokio::test]
async fn wrong_tokens_exit_with_3_and_are_not_shown() {
    let unauthorized = async || (StatusCode::UNAUTHORIZED, Json(json!({"message": "Bad credentials"})));
    let locked = serve(Router::new().fallback(unauthorized)).await;
    let refused = |headers: HeaderMap| async move {
        assert!(headers.contains_key(header::AUTHORIZATION));
        let error = json!({"__type": "ExpiredTokenException", "message": "expired"});
        (StatusCode::BAD_REQUEST, Json(error))
    };
    let expired = "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token is expired</Message>\
                   </Error></ErrorResponse>";
    let aws = Router::new().fallback(refused).route(
        "/",
        axum::routing::post(async move || {
            (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/xml")], expired)
        }),
    );
    let aws = serve(aws).await;
    let (_home, mut command) = doctor(&locked, &locked, &aws, "-o json");
    command.env("HELLO_TRUCKS_TOKEN", TOKEN);
    let ended = finish(command).await;
    let report = report(&ended);
    assert_eq!(ended.status.code(), Some(3), "{report}");
    for (section, check) in [("trucks", "read"), ("github", "login"), ("aws", "account")] {
        let found = &report[section]["checks"][check];
        assert_eq!(found["cause"], "notAllowed", "{section}: {report}");
        assert!(found["next"].is_string(), "{section}: {report}");
    }
    assert_eq!(report["trucks"]["checks"]["token"]["value"], "the token of HELLO_TRUCKS_TOKEN");
    assert!(!report.to_string().contains(TOKEN), "{report}");
}

#[tokio::test]
async fn a_fine_grained_token_tells_no_scopes() {
    let user = async || Json(json!({"login": "driver"}));
    let github = serve(Router::new().route("/user", get(user))).await;
    let closed = closed_port().await;
    let (_home, command) = doctor(&closed, &github, &closed, "-o json");
    let report = report(&finish(command).await);
    assert_eq!(report["github"]["checks"]["login"]["value"], "driver");
    let scopes = report["github"]["checks"]["scopes"]["value"].as_str().unwrap();
    assert!(scopes.starts_with("fine-grained"), "{scopes}");
    assert_eq!(report["github"]["checks"]["runs"]["cause"], "other", "it has no such repository: {report}");
}

#[tokio::test]
async fn a_folder_without_a_catalog_says_how_to_name_one() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let mut command = shell.command("doctor -o json");
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("GITHUB_API_URL", sandbox.url());
    let ended = finish(command).await;
    let report = report(&ended);
    assert_eq!(ended.status.code(), Some(1), "{report}");
    let next = report["catalog"]["checks"]["descriptors"]["next"].as_str().unwrap();
    assert!(next.contains("--catalog PATH"), "{next}");
    // Neither a token nor credentials is needed here.
    assert_eq!(
        (status(&report, "github", "token"), status(&report, "aws", "region")),
        ("warning", "warning")
    );
}

#[tokio::test]
async fn problems_of_the_catalog_are_counted() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let bad =
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: bad-\nspec: {memberOf: []}\n";
    folder.write("bad.yaml", bad);
    let ended = folder.run("doctor --catalog bad.yaml --component nothing -o json").await;
    let report = report(&ended);
    assert_eq!(ended.status.code(), Some(1), "{report}");
    let problems = &report["catalog"]["checks"]["problems"];
    let next = "hello-tui catalog validate bad.yaml";
    assert_eq!((&problems["value"], &problems["next"]), (&"✗1".into(), &next.into()));
    assert!(
        problems["why"].as_str().unwrap().starts_with("bad.yaml:4:"),
        "the place of the first: {problems}"
    );
    assert_eq!(status(&report, "component", "component"), "failed");
}

#[tokio::test]
async fn a_catalog_out_of_reach_is_the_cause_of_all_that_is_missing() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let url = format!("{}/nothing.yaml", sandbox.url());
    let report = report(&folder.run(&format!("doctor --catalog {url} -o json")).await);
    for (section, check) in [("catalog", "problems"), ("component", "component")] {
        let why = report[section]["checks"][check]["why"].as_str().unwrap();
        assert!(why.contains("nothing.yaml") && why.contains("404"), "{section}: {why}");
    }
    assert_eq!(status(&report, "component", "repository"), "info", "told once: {report}");
    let failed = err(&folder.run(&format!("--catalog {url} runs list")).await);
    assert!(failed.contains("404") && failed.contains("next: check the URL"), "{failed}");
}

#[tokio::test]
async fn broken_settings_are_told_and_ask_no_service() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    folder.write("broken.toml", "contexts = 1");
    let ended = folder.run("doctor --config broken.toml -o json").await;
    let report = report(&ended);
    assert_eq!(ended.status.code(), Some(1), "{report}");
    assert!(report["settings"]["checks"]["settings"]["why"].as_str().unwrap().contains("broken.toml"));
    assert!(report.get("github").is_none() && report.get("terminal").is_some(), "{report}");
}

#[tokio::test]
async fn the_proxy_of_each_client_is_told_without_its_password() {
    let closed = closed_port().await;
    let (_home, mut command) = doctor(&closed, &closed, &closed, "-o json");
    command.env("GITHUB_API_URL", "https://github.test").env("HTTPS_PROXY", "http://me:pa55@127.0.0.1:9");
    command.env("AWS_CA_BUNDLE", "/nonexistent.pem");
    let report = report(&finish(command).await);
    let network = &report["network"]["checks"];
    assert_eq!(network["githubProxy"]["value"], "through http://127.0.0.1:9/ (HTTPS_PROXY)");
    assert_eq!(network["trucksProxy"]["value"], "without a proxy");
    assert!(network["awsCaBundle"]["why"].as_str().unwrap().contains("/nonexistent.pem"), "{report}");
    assert!(!report.to_string().contains("pa55"), "{report}");
}

/// The names in the report are a contract with scripts.
#[tokio::test]
async fn every_name_of_the_report_is_documented() {
    let sandbox = sandbox().await;
    let report = ProjectFolder::at(&sandbox).json("doctor").await;
    let page = include_str!("../../../docs/guide.md");
    for (section, found) in report.as_object().unwrap().iter().filter(|(_, found)| found.is_object()) {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{section}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/guide.md has no row of {section}"));
        for check in found["checks"].as_object().unwrap().keys() {
            assert!(row.contains(&format!("`{check}`")), "docs/guide.md: {section} has {check}");
        }
    }
}
