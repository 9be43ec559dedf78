//! Which `Host` and `Origin` headers the service accepts, over real connections.

use hello_server::{AllowedHosts, Limits, Options};

use crate::sockets::{answer, serving, serving_with};

/// Sends a request with these header lines.
async fn ask(address: &str, start: &str, lines: &str) -> String {
    answer(address, format!("{start}\r\n{lines}connection: close\r\n\r\n").as_bytes()).await
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

async fn get(address: &str, path: &str, host: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1"), &format!("host: {host}\r\n")).await
}

fn named(hosts: &[&str]) -> Options {
    let hosts = hosts.iter().map(|host| host.parse().unwrap()).collect();
    Options { allowed_hosts: AllowedHosts::named(hosts), ..Options::default() }
}

#[tokio::test]
async fn a_rebound_host_cannot_reach_a_loopback_service() {
    let address = serving(Limits::default()).await;
    for host in ["localhost", &address, "[::1]:5000", "fleet.localhost"] {
        assert_eq!(status(&get(&address, "/trucks", host).await), "200", "{host}");
    }
    for path in ["/trucks", "/trucks/1", "/healthz", "/metrics", "/docs", "/nowhere"] {
        let refused = get(&address, path, "rebound.example").await;
        assert_eq!(status(&refused), "421", "{path}");
        assert!(
            refused.contains("application/problem+json") && refused.contains("--allowed-hosts"),
            "{refused}"
        );
        assert!(refused.contains("x-request-id: "), "it is found in the log: {refused}");
    }
    let absolute = ask(&address, "GET http://rebound.example/trucks HTTP/1.1", "host: localhost\r\n").await;
    assert_eq!(status(&absolute), "421", "{absolute}");
}

#[tokio::test]
async fn a_foreign_page_can_neither_write_nor_preflight() {
    let address = serving(Limits::default()).await;
    let truck = r#"{"make":"Scania","model":"V8"}"#;
    let post = |origin: &str| {
        format!(
            "host: {address}\r\norigin: {origin}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{truck}",
            truck.len()
        )
    };
    for origin in ["https://evil.example", "null"] {
        let refused = answer(&address, format!("POST /trucks HTTP/1.1\r\n{}", post(origin)).as_bytes()).await;
        assert_eq!(status(&refused), "403", "{refused}");
        assert!(refused.contains("--cors-origins"), "{refused}");
        let preflight =
            format!("host: {address}\r\norigin: {origin}\r\naccess-control-request-method: POST\r\n");
        assert_eq!(status(&ask(&address, "OPTIONS /trucks HTTP/1.1", &preflight).await), "403");
    }
    let own = format!("http://{address}");
    let added = answer(&address, format!("POST /trucks HTTP/1.1\r\n{}", post(&own)).as_bytes()).await;
    assert_eq!(status(&added), "201", "the page of the documentation: {added}");
}

#[tokio::test]
async fn pages_that_cors_names_may_call_a_loopback_service() {
    let cors_origins = vec!["https://fleet.example".parse().unwrap()];
    let address = serving_with(Options { cors_origins, ..Options::default() }, "127.0.0.1").await;
    let from = async |origin: &str| {
        ask(&address, "GET /trucks HTTP/1.1", &format!("host: localhost\r\norigin: {origin}\r\n")).await
    };
    assert!(
        from("https://fleet.example").await.contains("access-control-allow-origin: https://fleet.example")
    );
    assert_eq!(status(&from("https://evil.example").await), "403");
}

#[tokio::test]
async fn a_public_listener_allows_every_host_by_default() {
    let open = serving_with(Options::default(), "0.0.0.0").await;
    assert_eq!(status(&get(&open, "/trucks", "any.example").await), "200");
    let from_page = "host: any.example\r\norigin: https://other.example\r\n";
    assert_eq!(status(&ask(&open, "GET /trucks HTTP/1.1", from_page).await), "200");

    let address = serving_with(named(&["trucks.example", "*.fleet.example"]), "0.0.0.0").await;
    for host in ["trucks.example", "a.fleet.example:8443", "localhost"] {
        assert_eq!(status(&get(&address, "/trucks", host).await), "200", "{host}");
    }
    assert_eq!(status(&get(&address, "/trucks", "10.0.0.7:5000").await), "421");
    for probe in ["/healthz", "/readyz"] {
        assert_eq!(status(&get(&address, probe, "10.0.0.7:5000").await), "200", "a load balancer's probe");
    }
}

#[tokio::test]
async fn a_request_names_its_host_exactly_once() {
    for host in ["127.0.0.1", "0.0.0.0"] {
        let address = serving_with(Options::default(), host).await;
        for lines in
            ["", "host: localhost\r\nhost: localhost\r\n", "host: \r\n", "host: a b\r\n", "host: a@b\r\n"]
        {
            for path in ["/trucks", "/healthz"] {
                let refused = ask(&address, &format!("GET {path} HTTP/1.1"), lines).await;
                assert_eq!(status(&refused), "400", "{lines:?}: {refused}");
                assert!(refused.contains("one Host header"), "{refused}");
            }
        }
        let old = ask(&address, "GET /trucks HTTP/1.0", "").await;
        assert_eq!(status(&old), "200", "HTTP/1.0 has no Host: {old}");
        let twice = ask(&address, "GET /trucks HTTP/1.0", "host: localhost\r\nhost: localhost\r\n").await;
        assert_eq!(status(&twice), "400", "{twice}");
    }
}
