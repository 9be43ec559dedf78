//! Proxies and certificates from the environment. Each client runs in its own process with the environment under test.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use crate::answering::{listen_at, serve};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

const SERVICES: [&str; 4] = ["trucks", "github", "aws", "catalog"];

/// Calls a service in a process that has only these variables, and returns the outcome.
async fn ask(service: &str, url: &str, variables: &[(&str, &str)]) -> String {
    let example: PathBuf = std::env::current_exe().unwrap().with_file_name("../examples/asking");
    let mut command = Command::new(example);
    command.args([service, url]).env_clear().envs(variables.iter().copied()).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Responds to one request with a body that every client can read, and returns the request head.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) && line != "\r\n" {
        head.push(line.trim_end().to_owned());
        line.clear();
    }
    let refused = head.first().is_some_and(|line| line.starts_with("CONNECT"));
    let status = if refused { "502 Bad Gateway" } else { "200 OK" };
    let body = "[]";
    let answer =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    // The other end may be gone.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    head
}

/// A proxy that records the requests and forwards none of them.
async fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let (listener, url) = listen_at("127.0.0.1").await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let head = converse(stream).await;
            keep.lock().unwrap().extend(head);
        }
    });
    (url.to_string(), asked)
}

/// Reports whether a request for `url` uses the proxy that a variable names.
async fn is_proxied(service: &str, url: &str, variable: &str, exceptions: &str, wanted: &str) -> bool {
    let (proxy, asked) = proxy().await;
    let said = ask(service, url, &[(variable, &proxy), ("NO_PROXY", exceptions)]).await;
    assert_ne!(said, "");
    asked.lock().unwrap().iter().any(|line| line.starts_with(wanted))
}

#[tokio::test]
async fn every_client_goes_through_the_proxy_of_http() {
    for service in SERVICES {
        for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            let method = if service == "aws" { "POST" } else { "GET" };
            let wanted = format!("{method} http://api.service.test/");
            assert!(
                is_proxied(service, "http://api.service.test", variable, "", &wanted).await,
                "{service} {variable}"
            );
        }
    }
}

#[tokio::test]
async fn every_client_connects_through_the_proxy_of_https() {
    for service in SERVICES {
        for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let wanted = "CONNECT api.service.test:443 HTTP/1.1";
            assert!(
                is_proxied(service, "https://api.service.test", variable, "", wanted).await,
                "{service} {variable}"
            );
        }
    }
}

#[tokio::test]
async fn loopback_and_exceptions_are_never_proxied() {
    let here = serve(axum::Router::new().fallback(async || "[]")).await;
    let at = |host: &str| format!("http://{host}:{}/", here.port().unwrap());
    for service in SERVICES {
        for host in ["127.0.0.1", "localhost", "127.3.2.1", "[::1]"] {
            assert!(!is_proxied(service, &at(host), "HTTP_PROXY", "", "").await, "{service} {host}");
        }
        // This machine under an address that is no loopback address.
        let wildcard = at("0.0.0.0");
        assert!(is_proxied(service, &wildcard, "HTTP_PROXY", "", "").await, "{service}");
        assert!(!is_proxied(service, &wildcard, "HTTP_PROXY", "0.0.0.0/8", "").await, "{service}");
    }
}

#[tokio::test]
async fn a_proxy_password_is_in_no_error() {
    for service in SERVICES {
        let (proxy, asked) = proxy().await;
        let proxy = proxy.replace("http://", "http://driver:secret@");
        let said = ask(service, "https://api.service.test", &[("HTTPS_PROXY", &proxy)]).await;
        let asked = asked.lock().unwrap().join("\n").to_lowercase();
        assert!(asked.contains("proxy-authorization: basic zhjpdmvyonnly3jlda=="), "{service}: {asked}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[tokio::test]
async fn an_invalid_proxy_is_reported_and_never_bypassed() {
    for service in SERVICES {
        let said = ask(service, "http://127.0.0.1:9", &[("ALL_PROXY", "ftp://driver:secret@proxy")]).await;
        assert!(said.contains("ALL_PROXY is not the address of a proxy"), "{service}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

/// A certificate authority that no system trusts, with its certificate on disk.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Serves `https://localhost` with its own certificate, and returns the URL.
    async fn serve(&self) -> String {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let (listener, url) = listen_at("localhost").await;
        tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config))));
        url.to_string().replace("http://", "https://")
    }
}

async fn accept(listener: TcpListener, tls: TlsAcceptor) {
    while let Ok((stream, _)) = listener.accept().await {
        // A client that does not trust us ends the handshake.
        if let Ok(stream) = tls.accept(stream).await {
            converse(stream).await;
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Reports whether a client trusted the server, that is, received a response, usable or not.
fn is_trusted(said: &str) -> bool {
    assert_ne!(said, "");
    !said.contains("certificate") && !said.contains("cannot be reached")
}

#[tokio::test]
async fn every_client_trusts_certificates_of_the_environment() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (url, others_url) = (authority.serve().await, other.serve().await);
    let (file, others_file) = (authority.file(), other.file());
    for service in SERVICES {
        let said = ask(service, &url, &[]).await;
        assert!(!is_trusted(&said), "{service}: {said}");
        for variable in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
            let said = ask(service, &url, &[(variable, text(&file))]).await;
            assert!(is_trusted(&said), "{service} {variable}: {said}");
        }
        // One does not replace the other.
        let both = [("AWS_CA_BUNDLE", text(&file)), ("SSL_CERT_FILE", text(&others_file))];
        for url in [&url, &others_url] {
            let said = ask(service, url, &both).await;
            assert!(is_trusted(&said), "{service}: {said}");
        }
    }
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for service in SERVICES {
        for (variable, path) in [
            ("AWS_CA_BUNDLE", text(&empty)),
            ("SSL_CERT_FILE", text(&empty)),
            ("AWS_CA_BUNDLE", "/nonexistent.pem"),
            ("AWS_CA_BUNDLE", "/dev/zero"),
        ] {
            let said = ask(service, "https://127.0.0.1:9", &[(variable, path)]).await;
            assert!(said.contains(&format!("{variable}: {path}")), "{service}: {said}");
        }
    }
}

#[tokio::test]
async fn container_credentials_are_bounded() {
    let spaces = bytes::Bytes::from(vec![b' '; 64 * 1024]);
    let endless = async move || {
        let chunks = futures::stream::repeat(Ok::<_, std::convert::Infallible>(spaces));
        axum::body::Body::from_stream(chunks)
    };
    let url = serve(axum::Router::new().fallback(endless)).await;
    let said = ask("aws", url.as_str(), &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str())]).await;
    assert!(said.contains("larger than 8 MiB"), "{said}");
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_read_is_not_quoted() {
    for endpoint in ["http://me:secret@host:port/", "http://me:secret@127.0.0.1:9/?token=secret", "secret"] {
        let said = ask("aws", "http://127.0.0.1:9", &[("AWS_ENDPOINT_URL", endpoint)]).await;
        assert!(said.contains("reading the events") && !said.contains("secret"), "{said}");
    }
}

/// Makes a GitHub CLI that prints a token, and leaves a file when it was asked for one.
fn github_cli(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let (program, asked) = (folder.join("gh"), folder.join("asked"));
    std::fs::write(&program, format!("#!/bin/sh\necho \"$@\" >> '{}'\necho gh-secret\n", asked.display()))
        .unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn the_token_of_the_github_cli_is_for_its_host_alone() {
    for (url, is_asked) in [
        ("https://api.github.test", true),
        ("https://github.test/api/v3", true),
        ("http://api.github.test", false),
        ("https://api.github.test.example", false),
        ("https://elsewhere.test", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        github_cli(folder.path());
        let (proxy, asked) = proxy().await;
        let path = folder.path().to_str().unwrap();
        let variables = [("PATH", path), ("ALL_PROXY", proxy.as_str()), ("NO_PROXY", "")];
        let said = ask("github", url, &variables).await;
        assert!(!said.contains("gh-secret"), "{said}");
        assert_eq!(folder.path().join("asked").exists(), is_asked, "{url}: {said}");
        let sent = asked.lock().unwrap().join("\n");
        assert!(!sent.is_empty() && !sent.contains("gh-secret"), "{url}: {sent}");
    }
}

#[tokio::test]
async fn a_missing_profile_names_the_files_that_were_read() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, "[profile staging]\nregion = eu-north-1\n").unwrap();
    // The variable is what makes the client look for credentials.
    let ask = async |profile| {
        let variables = [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"),
            ("AWS_CONFIG_FILE", text(&config)),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials"),
            ("AWS_PROFILE", profile),
        ];
        ask("aws", "http://127.0.0.1:9", &variables).await
    };
    let told = ask("nope").await;
    let files = format!("there is no AWS profile nope in {} or /nonexistent/credentials", text(&config));
    assert!(told.contains(&files), "{told}");
    let told = ask("staging").await;
    assert!(!told.contains("there is no AWS profile"), "{told}");
}
