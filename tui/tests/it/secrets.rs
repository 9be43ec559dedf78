//! What is never shown: values of variables, users of URLs, and values of their queries.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::answering::{TIMEOUTS, closed_port, connections, serve};
use axum::{
    Router,
    http::{StatusCode, header},
};
use hello_services::{Services, catalog};
use url::Url;

/// Runs the program in a folder of its own, with these variables alone.
async fn run(home: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hello-tui"));
    command.args(args).current_dir(home).env_clear().env("HOME", home).stdin(Stdio::null());
    command.envs(variables.iter().copied());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Returns all that a run said.
async fn said(args: &[&str], variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), args, variables).await;
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn help_shows_no_value_of_a_variable() {
    let names = [
        "HELLO_CATALOG",
        "HELLO_COMPONENT",
        "HELLO_TRUCKS_URL",
        "HELLO_TRUCKS_TOKEN",
        "GH_REPO",
        "AWS_PROFILE",
        "AWS_REGION",
        "HELLO_CONTEXT",
        "HELLO_CONFIG",
    ];
    let variables = names.map(|name| (name, "secret"));
    for args in
        [&["--help"][..], &["-h"], &["trucks", "--help"], &["trucks", "add", "-h"], &["dashboard", "--help"]]
    {
        let help = said(args, &variables).await;
        assert!(help.contains("Usage:"), "{help}");
        assert!(!help.contains("secret"), "{help}");
    }
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_not_quoted() {
    for url in
        ["http://me:secret@host:port/", "me:secret@host", "ftp://me:secret@host", "https://me:se/secret@h"]
    {
        for (args, variable) in [
            (&["trucks", "list", "--trucks-url", url][..], "UNUSED"),
            (&["trucks", "list"], "HELLO_TRUCKS_URL"),
            (&["trucks", "list"], "GITHUB_API_URL"),
            (&["trucks", "list", "--sandbox"], "HELLO_CATALOG"),
        ] {
            let said = said(args, &[(variable, url)]).await;
            assert!(!said.contains("secret"), "{args:?} {variable}: {said}");
        }
    }
    let said = said(&["trucks", "list"], &[("HELLO_TRUCKS_URL", "http://me:secret@host:port/")]).await;
    assert!(said.contains("--trucks-url (HELLO_TRUCKS_URL) is no URL: invalid port number"), "{said}");
}

#[tokio::test]
async fn a_settings_mistake_quotes_no_value() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    std::fs::write(&file, "default = \"a\"\n[contexts.a]\ncatalog = \"https://me:secret@host\"\n").unwrap();
    let output = run(home.path(), &["--config", file.to_str().unwrap(), "trucks", "list"], &[]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("line 3") && said.contains("`catalog`") && !said.contains("secret"), "{said}");
}

#[tokio::test]
async fn url_secrets_are_in_no_failure_and_no_audit_trail() {
    let closed_port = closed_port().await;
    let url = format!("http://me:secret@127.0.0.1:{}/?token=secret", closed_port.port().unwrap());
    let home = tempfile::tempdir().unwrap();
    let args = ["trucks", "add", "--make", "Scania", "--model", "V8", "--yes"];
    let output = run(home.path(), &args, &[("HELLO_TRUCKS_URL", &url)]).await;
    let trail = std::fs::read_to_string(home.path().join(".local/state/hello-tui/audit.jsonl")).unwrap();
    let said = String::from_utf8(output.stderr).unwrap() + &trail;
    assert!(said.contains("?token=…") && !said.contains("secret"), "{said}");
}

/// Makes the failures of all clients at a URL with secrets, where the server answers so.
async fn failures_at(url: &Url) -> String {
    let mut url = url.clone();
    url.set_username("me").unwrap();
    url.set_password(Some("pa55word")).unwrap();
    url.set_query(Some("token=pa55word"));
    let services = Services::with_timeouts(&connections(&url), TIMEOUTS);
    let catalog = catalog::load(&[url.to_string()], Path::new("/")).await.unwrap();
    let failures = [
        services.trucks.list().await.unwrap_err(),
        services.github.runs(&"hello/trucks".parse().unwrap()).await.unwrap_err(),
        services.stacks.events("hello-stack", None).await.unwrap_err(),
    ];
    format!("{failures:?} {services:?} {catalog:?}")
}

#[tokio::test]
async fn url_secrets_are_in_no_failure_of_a_client() {
    let moved = (StatusCode::FOUND, [(header::LOCATION, "https://me:pa55word@127.0.0.1:9/?token=pa55word")]);
    let next = [(header::LINK, "<https://me:pa55word@127.0.0.1:9/?token=pa55word>; rel=next")];
    for url in [
        closed_port().await,
        serve(Router::new().fallback(async || StatusCode::UNAUTHORIZED)).await,
        serve(Router::new().fallback(async move || moved)).await,
        serve(Router::new().fallback(async move || (next, "[]"))).await,
    ] {
        let told = failures_at(&url).await;
        assert!(told.contains("token=…") && !told.contains("pa55word"), "{told}");
    }
}
