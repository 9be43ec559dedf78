//! Signing in and out, as a person or a script does it.

use std::{io::Write, process::Stdio, sync::Arc, time::Duration};

use hello_sandbox::{Clock, Config, Running, Sandbox};
use hello_services::{
    Connections, GitHubAccess, Keyring,
    sign_in::{PendingSignIn, SignIn},
};
use keyring_core::{CredentialStore, mock};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

use crate::{
    command::{Shell, err, finish, out},
    console::{everything_at, sandbox},
};

/// A token that must not be printed.
const TOKEN: &str = "ghp_0123456789abcdef";

/// Runs `auth` in a session without a keyring, with this token in a pipe.
async fn auth(
    sandbox: &Running,
    args: &str,
    piped: &str,
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let shell = Shell::new(sandbox);
    let mut command = shell.command(&format!("auth {args}"));
    command.env("GITHUB_API_URL", sandbox.url()).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command.envs(variables.iter().copied());
    let file = shell.home.path().join("token");
    std::fs::File::create(&file).unwrap().write_all(piped.as_bytes()).unwrap();
    command.stdin(Stdio::from(std::fs::File::open(&file).unwrap()));
    let ended = finish(command).await;
    assert!(!out(&ended).contains(TOKEN) && !err(&ended).contains(TOKEN), "the token is shown");
    (ended.status.code().unwrap(), out(&ended), err(&ended))
}

#[tokio::test]
async fn the_status_names_the_token_and_what_it_allows() {
    let sandbox = sandbox().await;
    let (code, text, _) = auth(&sandbox, "status", "", &[("GITHUB_TOKEN", TOKEN), ("GH_TOKEN", " ")]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("from GITHUB_TOKEN") && text.contains("all that the screens need"), "{text}");
    let (code, json, _) = auth(&sandbox, "status -o json", "", &[("GH_TOKEN", TOKEN)]).await;
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &report["exitCode"]), (0, &Value::from(0)));
    assert_eq!(report["github"]["checks"]["token"]["value"], "from GH_TOKEN");
    assert!(report["github"]["checks"]["login"]["value"].is_string());
    assert_eq!(report["trucks"]["checks"]["read"]["status"], "ok");
}

#[tokio::test]
async fn the_status_without_a_token_exits_with_three() {
    let sandbox = sandbox().await;
    let (code, text, _) = auth(&sandbox, "status", "", &[]).await;
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("there is no keyring in this session"), "{text}");
    assert!(text.contains("next: hello-tui auth login --hostname"), "{text}");
}

#[tokio::test]
async fn a_token_without_a_keyring_is_checked_but_not_kept() {
    let sandbox = sandbox().await;
    let (code, _, told) = auth(&sandbox, "login", TOKEN, &[]).await;
    assert_eq!((code, told.lines().count()), (3, 3), "{told}");
    assert!(told.contains("there is no keyring") && told.contains("or export GH_TOKEN=TOKEN"), "{told}");
    let (code, _, told) = auth(&sandbox, "login", "two words", &[]).await;
    assert_eq!((code, told.lines().count()), (2, 3), "{told}");
    let (code, text, _) = auth(&sandbox, "login --sandbox --with-token", TOKEN, &[]).await;
    assert_eq!(code, 0);
    assert!(text.starts_with("Signed in to 127.0.0.1:") && text.contains("not kept"), "{text}");
}

#[tokio::test]
async fn read_only_mode_signs_neither_in_nor_out() {
    let sandbox = sandbox().await;
    for args in ["login --read-only", "login --trucks --read-only", "logout --read-only"] {
        let (code, _, told) = auth(&sandbox, args, TOKEN, &[]).await;
        assert_eq!((code, told.lines().count()), (3, 3), "{told}");
        assert!(told.contains("read-only"), "{told}");
    }
}

/// A sandbox whose clock is moved by hand, as the only GitHub.
struct DeviceFlow {
    sandbox: Running,
    sign_in: SignIn,
    store: Arc<CredentialStore>,
}

impl DeviceFlow {
    async fn start() -> Self {
        let clock = Clock::Stepped("2026-11-23T10:00:00Z".parse().unwrap());
        let sandbox = Sandbox::start(Config { clock, ..Config::default() }).await.unwrap();
        let url: Url = format!("{}/", sandbox.url().trim_end_matches('/')).parse().unwrap();
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        let access = GitHubAccess::new(url.clone(), GitHubAccess::host_of(&url));
        let github = GitHubAccess { keyring: Keyring::Store(Arc::clone(&store)), ..access };
        let connections = Connections { github, ..everything_at(&url) };
        Self { sandbox, sign_in: SignIn::new(&connections, false), store }
    }

    /// Enters the code on the page of GitHub.
    async fn decide(&self, code: &str, decision: &str) {
        let body = format!("user_code={code}&decision={decision}");
        let mut connection = TcpStream::connect(self.sandbox.addr()).await.unwrap();
        let request = format!(
            "POST /login/device HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.sandbox.addr(),
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// Asks for the token, a minute after the question before.
    async fn poll(&self, pending: &mut PendingSignIn) -> Result<Option<secrecy::SecretString>, String> {
        self.sandbox.clock().advance(Duration::from_mins(1));
        self.sign_in.poll(pending).await.map_err(|failure| failure.why)
    }
}

#[tokio::test]
async fn a_code_entered_on_the_page_signs_in() {
    let flow = DeviceFlow::start().await;
    let mut pending = flow.sign_in.request_code("hello-tui").await.unwrap();
    assert!(pending.page.path().ends_with("/login/device"));
    assert!(flow.poll(&mut pending).await.unwrap().is_none());
    flow.decide(&pending.user_code.clone(), "approve").await;
    let token = flow.poll(&mut pending).await.unwrap().unwrap();
    let done = flow.sign_in.keep_github(token).await.unwrap();
    assert!(done.login.is_some() && done.is_kept, "{done:?}");
    let account = format!("github:{}", flow.sandbox.addr());
    assert!(flow.store.build("hello-tui", &account, None).unwrap().get_password().is_ok());
}

#[tokio::test]
async fn a_refused_code_does_not_sign_in() {
    let flow = DeviceFlow::start().await;
    let mut pending = flow.sign_in.request_code("hello-tui").await.unwrap();
    flow.decide(&pending.user_code.clone(), "deny").await;
    assert_eq!(flow.poll(&mut pending).await.unwrap_err(), "it was refused on the page of GitHub");
}
