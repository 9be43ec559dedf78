//! Where redirects lead each client, and that no credential follows them: three hosts, one of them with two ports.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use crate::answering::{TIMEOUTS, connections, keyring, listen_at};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hello_model::{
    failure::{Failure, Kind},
    run::Repo,
};
use hello_services::{Connections, GitHubAccess, Services, catalog};
use secrecy::SecretString;
use url::Url;

/// Headers that carry credentials.
const CREDENTIALS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "x-amz-security-token"];

/// Parts of the secrets that the clients have in these tests.
const SECRETS: [&str; 3] = ["secret", "AKIDEXAMPLE", "c2VjcmV0"];

/// A second loopback host. Some systems have only one IPv4 loopback address.
const OTHER_HOST: &str = if cfg!(target_os = "linux") { "127.0.0.2" } else { "::1" };

/// A server that records its requests and redirects as scripted.
struct Origin {
    url: Url,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Response>>,
    seen: Mutex<Vec<HeaderMap>>,
}

impl Origin {
    async fn start(host: &str) -> Self {
        let shared = Arc::<Shared>::default();
        let routes = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let (listener, url) = listen_at(host).await;
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, shared }
    }

    fn redirect(&self, location: &str) {
        let moved = (StatusCode::FOUND, [(header::LOCATION, location.to_owned())]).into_response();
        self.shared.script.lock().unwrap().push_back(moved);
    }

    fn requests(&self) -> usize {
        self.shared.seen.lock().unwrap().len()
    }

    /// Returns for each request whether it carried a credential.
    fn credentials(&self) -> Vec<bool> {
        let seen = self.shared.seen.lock().unwrap();
        let has_secret = |headers: &HeaderMap| {
            let values = headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let values: Vec<_> = values.collect();
            let is_named = CREDENTIALS.iter().any(|name| headers.contains_key(*name));
            is_named || values.iter().any(|value| SECRETS.iter().any(|secret| value.contains(secret)))
        };
        seen.iter().map(has_secret).collect()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    shared.seen.lock().unwrap().push(headers);
    let scripted = shared.script.lock().unwrap().pop_front();
    scripted.unwrap_or_else(|| {
        let body = r#"{"workflow_runs": [], "services": [], "events": []}"#;
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    })
}

/// Three hosts; the first one has two ports.
struct Net {
    a: Origin,
    a_other_port: Origin,
    b: Origin,
    c: Origin,
}

impl Net {
    async fn start() -> Self {
        Self {
            a: Origin::start("127.0.0.1").await,
            a_other_port: Origin::start("127.0.0.1").await,
            b: Origin::start(OTHER_HOST).await,
            c: Origin::start("localhost").await,
        }
    }

    /// Scripts a chain of redirects, written as `A A' B`, that starts at A.
    fn chain(&self, path: &str) {
        let origin = |name: &str| match name {
            "A" => &self.a,
            "A'" => &self.a_other_port,
            "B" => &self.b,
            "C" => &self.c,
            other => panic!("{other}"),
        };
        let names: Vec<&str> = path.split(' ').collect();
        for (hop, pair) in names.windows(2).enumerate() {
            let mut next = origin(pair[1]).url.join(&format!("hop{hop}")).unwrap();
            // Nor is a user that comes with a redirect believed.
            next.set_username("c2VjcmV0").unwrap();
            origin(pair[0]).redirect(next.as_str());
        }
    }

    /// The number of requests to servers other than A.
    fn elsewhere(&self) -> usize {
        self.a_other_port.requests() + self.b.requests() + self.c.requests()
    }

    fn leaks(&self) -> bool {
        [&self.a_other_port, &self.b, &self.c].iter().any(|origin| origin.credentials().contains(&true))
    }
}

/// Clients with every kind of credential, all using one address.
fn with_secrets(url: &Url) -> Connections {
    let mut connections = connections(url);
    connections.github = connections.github.with_token("GH_TOKEN", "secret-token".into());
    connections.trucks.token.given = Some(SecretString::from("secret-token"));
    connections
}

fn services(url: &Url) -> Services {
    Services::with_timeouts(&with_secrets(url), TIMEOUTS)
}

/// Clients whose token for GitHub is in a keyring.
fn with_keyring(url: &Url) -> Services {
    let mut connections = with_secrets(url);
    let host = GitHubAccess::host_of(url);
    let keyring = keyring(&[(&format!("github:{host}"), "secret-token")]);
    connections.github = GitHubAccess { keyring, ..GitHubAccess::new(url.clone(), host) };
    Services::with_timeouts(&connections, TIMEOUTS)
}

async fn runs(services: &Services) -> Result<(), Failure> {
    let repo: Repo = "hello-truck/hello-truck".parse().unwrap();
    services.github.runs(&repo).await.map(drop)
}

#[tokio::test]
async fn the_github_token_stays_on_its_origin() {
    for (path, at_a) in [
        ("A A", vec![true, true]),
        ("A A'", vec![true]),
        ("A A' A", vec![true, false]),
        ("A B", vec![true]),
        ("A B B", vec![true]),
        ("A B C", vec![true]),
        ("A B A", vec![true, false]),
        ("A C B A A", vec![true, false, false]),
    ] {
        for client in [services, with_keyring] {
            let net = Net::start().await;
            net.chain(path);
            runs(&client(&net.a.url)).await.unwrap_or_else(|failure| panic!("{path}: {failure}"));
            assert_eq!(net.a.credentials(), at_a, "{path}");
            assert_eq!(net.a.requests() + net.elsewhere(), path.split(' ').count(), "{path}");
            assert!(!net.leaks(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_long_chain_of_redirects_is_refused() {
    let net = Net::start().await;
    net.chain("A A A A A A A A A");
    let failure = runs(&services(&net.a.url)).await.unwrap_err();
    assert_eq!((failure.kind.clone(), net.a.requests()), (Kind::Unexpected, 6), "{failure}");
    assert!(failure.why.contains("redirects more than 5 times"), "{failure}");
}

#[tokio::test]
async fn the_user_of_a_catalog_url_stays_on_its_origin() {
    for (path, at_a) in [
        ("A A", vec![true, true]),
        ("A A'", vec![true]),
        ("A A' A", vec![true, false]),
        ("A B", vec![true]),
        ("A A' C", vec![true]),
    ] {
        let net = Net::start().await;
        net.chain(path);
        let mut url = net.a.url.clone();
        url.set_username("driver").unwrap();
        url.set_password(Some("secret")).unwrap();
        catalog::load(&[url.to_string()], std::path::Path::new("/")).await.unwrap();
        assert_eq!(net.a.credentials(), at_a, "{path}");
        // Another host was not named by the user.
        assert_eq!((net.b.requests(), net.c.requests(), net.leaks()), (0, 0, false), "{path}");
    }
}

#[tokio::test]
async fn the_trucks_client_follows_no_redirect() {
    for path in ["A A", "A A'", "A B", "A B A"] {
        let net = Net::start().await;
        // The version is asked for, too.
        net.chain(path);
        net.chain(path);
        let failure = services(&net.a.url).trucks.list().await.unwrap_err();
        assert!(failure.why.contains("has moved to"), "{path}: {failure}");
        assert!(!failure.to_string().contains("c2VjcmV0"), "{failure}");
        assert_eq!((net.a.requests(), net.elsewhere()), (2, 0), "{path}");
    }
}

#[tokio::test]
async fn the_aws_clients_follow_no_redirect() {
    let service = "arn:aws:ecs:eu-north-1:123456789012:service/hello-truck/hello-server".parse().unwrap();
    for path in ["A A", "A A'", "A B", "A B A"] {
        let net = Net::start().await;
        net.chain(path);
        let services = services(&net.a.url);
        services.ecs.snapshot(&service).await.unwrap_err();
        net.a.shared.script.lock().unwrap().clear();
        net.chain(path);
        services.stacks.events("hello-stack", None).await.unwrap_err();
        assert_eq!(net.elsewhere(), 0, "{path}");
        assert!(net.a.credentials().iter().all(|has_credentials| *has_credentials), "{path}");
    }
}

#[tokio::test]
async fn a_user_in_the_endpoint_does_not_replace_the_signature() {
    let service = "arn:aws:ecs:eu-north-1:123456789012:service/hello-truck/hello-server".parse().unwrap();
    let net = Net::start().await;
    let mut url = net.a.url.clone();
    url.set_username("driver").unwrap();
    url.set_password(Some("secret")).unwrap();
    services(&url).ecs.snapshot(&service).await.unwrap_err();
    let seen = net.a.shared.seen.lock().unwrap();
    assert!(!seen.is_empty());
    for headers in &*seen {
        let sent: Vec<_> = headers.get_all(header::AUTHORIZATION).iter().collect();
        assert!(sent.len() == 1 && sent[0].as_bytes().starts_with(b"AWS4-HMAC-SHA256 "), "{sent:?}");
    }
}
