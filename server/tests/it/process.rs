//! The real binary: start, log and shutdown.

use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpSocket;

use crate::{
    postgres::Postgres,
    running::{Server, command},
};

async fn add(server: &Server) -> Value {
    let post =
        reqwest::Client::new().post(server.url("/trucks")).json(&json!({"make": "Scania", "model": "V8"}));
    post.send().await.expect("an answer").json().await.expect("the truck")
}

async fn fleet(server: &Server) -> Vec<Value> {
    reqwest::get(server.url("/trucks")).await.expect("an answer").json().await.expect("the fleet")
}

/// When the backlog is full, a client waits a second until it tries again. That includes probes.
#[test]
fn a_burst_of_connections_waits_in_the_backlog() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    server.signal("STOP");
    let address = server.address.parse().unwrap();
    let connect = |_| TcpStream::connect_timeout(&address, Duration::from_secs(10));
    let connections: Result<Vec<_>, _> = (0..600).map(connect).collect();
    server.signal("CONT");
    assert_eq!(connections.expect("the backlog is full").len(), 600);
}

#[tokio::test]
async fn trucks_in_the_working_folder_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let added = add(&server).await;
    server.signal("TERM");
    assert!(server.wait().success());
    assert!(folder.path().join("hello-trucks.db").exists());

    let server = Server::start(folder.path());
    let fleet = fleet(&server).await;
    assert_eq!(fleet.len(), 1);
    assert_eq!(fleet[0]["id"], added["id"]);
}

#[tokio::test]
async fn trucks_survive_a_kill() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let added = add(&server).await;
    server.signal("KILL");
    assert!(!server.wait().success());

    let server = Server::start(folder.path());
    assert_eq!(fleet(&server).await[0]["id"], added["id"]);
}

#[test]
fn sigterm_and_ctrl_c_exit_with_success() {
    for signal in ["TERM", "INT"] {
        let folder = TempDir::new().unwrap();
        let mut server = Server::start(folder.path());
        server.signal(signal);
        server.logged("draining");
        server.logged("stopped");
        assert!(server.wait().success(), "{signal}");
    }
}

#[test]
fn a_request_that_was_begun_before_sigterm_is_finished() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path());
    let mut connection = TcpStream::connect(&server.address).unwrap();
    let head = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
                content-length: 33\r\n\r\n";
    connection.write_all(head.as_bytes()).unwrap();
    // The service has asked for the body, so the request is in progress.
    let mut continue_line = [0; 12];
    connection.read_exact(&mut continue_line).unwrap();
    assert_eq!(&continue_line, b"HTTP/1.1 100");

    server.signal("TERM");
    server.logged("draining");
    connection.write_all(br#"{"make": "Scania", "model": "V8"}"#).unwrap();

    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 201 Created"), "{answer}");
    server.logged("stopped");
    assert!(server.wait().success());
}

#[tokio::test]
async fn every_request_has_one_log_line_with_its_id() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path());
    // Successful probes are not logged.
    assert_eq!(reqwest::get(server.url("/readyz")).await.unwrap().status(), 200);
    let get = reqwest::Client::new().get(server.url("/trucks/1?secret=1")).header("x-request-id", "edge-42");
    let problem: Value = get.send().await.unwrap().json().await.unwrap();

    let line = server.logged("answered");
    assert_eq!(line["request.id"], problem["requestId"]);
    assert_eq!(line["request.id"], "edge-42");
    assert_eq!(line["http.method"], "GET");
    assert_eq!(line["http.path"], "/trucks/1");
    assert_eq!(line["http.route"], "/trucks/{id}");
    assert_eq!(line["http.status"], 404);
    assert!(line["duration_ms"].as_f64().unwrap() >= 0.0);
    assert_eq!(line["level"], "INFO");
}

#[test]
fn every_bad_setting_is_named_at_once_as_misuse() {
    let folder = TempDir::new().unwrap();
    let run = command(folder.path())
        .args(["serve", "--host", ""])
        .env("PORT", "many")
        .env("DATABASE_URL", "mysql://root:secret@db/trucks")
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(run.stderr).unwrap(), @r"
    error: the settings cannot be used
    HOST (--host) must be an address or a name; found nothing
    PORT (--port) must be a number from 0 to 65535; found `many`
    DATABASE_URL (--database-url) must be like sqlite://hello-trucks.db or postgres://user@host/trucks; found `mysql:`
    hint: `hello-server --help` names the settings and their defaults
    ");
    assert_eq!(run.stdout, b"");
}

#[test]
fn a_port_in_use_is_an_error_with_a_hint() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let port = server.address.rsplit(':').next().unwrap();
    let run = command(folder.path()).env("PORT", port).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}\n")), "{said}");
    assert!(
        said.ends_with("hint: another process has this port; `PORT=0 hello-server` takes any free one\n"),
        "{said}"
    );
}

/// A connection that is accepted too soon, and then closed, loses its request: a proxy cannot send a write again.
#[tokio::test]
async fn connections_are_refused_until_the_database_is_open() {
    let folder = TempDir::new().unwrap();
    let database = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://trucks@{}/trucks?sslmode=disable", database.local_addr().unwrap());
    // Also binds the port, so that no other program gets it. Neither socket listens.
    let reserved = TcpSocket::new_v4().unwrap();
    reserved.set_reuseaddr(true).unwrap();
    reserved.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = reserved.local_addr().unwrap();
    let port = address.port().to_string();
    let mut server = command(folder.path()).env("PORT", port).env("DATABASE_URL", url).spawn().unwrap();
    // The server has bound its port before it connects to the database, which does not answer.
    let _connection = database.accept().unwrap();
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn an_unopenable_database_is_an_error_with_its_reason() {
    let folder = TempDir::new().unwrap();
    let run = command(folder.path())
        .args(["--port", "0", "--database-url", "sqlite://missing/trucks.db"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8(run.stderr).unwrap(), @r"
    error: cannot open the trucks in sqlite://missing/trucks.db
    error returned from database: (code: 14) unable to open database file
    hint: the folder of DATABASE_URL must exist and be writable; `DATABASE_URL=sqlite::memory: hello-server` keeps the trucks in memory
    ");
}

#[test]
fn an_unreachable_database_is_an_error_without_the_password() {
    let folder = TempDir::new().unwrap();
    let run = command(folder.path())
        .args(["--port", "0", "--database-url", "postgres://me:secret@127.0.0.1:1/trucks"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8(run.stderr).unwrap(), @r"
    error: cannot open the trucks in PostgreSQL at 127.0.0.1:1/trucks
    error communicating with database: Connection refused (os error 111)
    hint: the server of DATABASE_URL must run, and have the user and the database; `pg_isready` asks it
    ");
}

#[test]
fn help_shows_no_database_url_of_the_environment() {
    let folder = TempDir::new().unwrap();
    let run =
        command(folder.path()).arg("--help").env("DATABASE_URL", "sqlite://secret.db").output().unwrap();
    let help = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success());
    assert!(["HOST", "PORT", "DATABASE_URL", "serve"].iter().all(|word| help.contains(word)), "{help}");
    assert!(!help.contains("secret"), "{help}");
}

#[tokio::test]
async fn a_database_is_reached_by_verified_tls_only() {
    let Some((database, certificate)) = Postgres::start_with_tls() else { return };
    let url = database.database("tls").replace("127.0.0.1", "localhost");
    let folder = TempDir::new().unwrap();
    let with = |settings: &str| format!("{url}?{settings}");
    let known = with(&format!("sslmode=verify-full&sslrootcert={}", certificate.display()));
    let server = Server::start_with(folder.path(), &[("DATABASE_URL", &known)]);
    let added = add(&server).await;
    assert_eq!(fleet(&server).await[0]["id"], added["id"]);

    for (settings, why) in [("sslmode=verify-full", "certificate"), ("sslmode=disable", "no encryption")] {
        let mut refused = command(folder.path());
        let refused = refused.env("DATABASE_URL", with(settings)).env("PORT", "0").output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(
            said.starts_with("error: cannot open the trucks in PostgreSQL at localhost")
                && said.contains(why),
            "{said}"
        );
    }
}
