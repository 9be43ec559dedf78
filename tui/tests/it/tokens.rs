//! Where the program takes the token for the trucks service from.

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    routing::get,
};
use url::Url;

use crate::answering::serve;

/// Serves trucks to requests with this token.
async fn guarded(token: &str) -> Url {
    let wanted = format!("Bearer {token}");
    let list = async move |headers: HeaderMap| match headers.get(header::AUTHORIZATION) {
        Some(token) if *token == wanted => (StatusCode::OK, "[]"),
        _ => (StatusCode::UNAUTHORIZED, ""),
    };
    serve(Router::new().route("/trucks", get(list))).await
}

/// Runs the program against a service, with these variables alone, and returns its exit code and what it says.
async fn run(url: &Url, home: &std::path::Path, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hello-tui"));
    command.args(["trucks", "list", "--trucks-url", url.as_str()]).current_dir(home).env_clear();
    command.env("HOME", home).envs(variables.iter().copied()).stdin(std::process::Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_token_comes_from_environment_or_settings() {
    let url = guarded("sesame").await;
    let home = tempfile::tempdir().unwrap();
    // Neither a token nor a keyring.
    let (code, said) = run(&url, home.path(), &[]).await;
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("next: export HELLO_TRUCKS_TOKEN=TOKEN"), "{said}");
    assert_eq!(run(&url, home.path(), &[("HELLO_TRUCKS_TOKEN", "sesame")]).await, (Some(0), String::new()));

    let file = home.path().join("config.toml");
    std::fs::write(&file, "default = \"a\"\n[contexts.a]\ntrucks-token-command = [\"printf\", \"sesame\"]\n")
        .unwrap();
    let path = std::env::var("PATH").unwrap();
    let variables = [("HELLO_CONFIG", file.to_str().unwrap()), ("PATH", path.as_str())];
    assert_eq!(run(&url, home.path(), &variables).await, (Some(0), String::new()));
}
