//! The AWS clients against `moto`, a third-party AWS emulator.
//!
//! moto is reliable for CloudWatch Logs paging and for the shape of errors. It supports one deployment per service and
//! two events per stack, and responds to service deployment requests with a web page. Other tests cover these cases.

use std::{
    collections::HashSet,
    env,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use crate::answering::{TIMEOUTS, connections, services};
use futures::StreamExt;
use hello_model::{
    check::{CheckStatus, CheckValue},
    deployment::{ServiceRef, Status},
    failure::{Failure, Kind},
    log::{LogSource, TailEvent},
    target::{Overrides, Target},
    time::Timestamp,
};
use hello_services::{Services, aws_http_client, checks::Checks};
use tokio::process::{Child, Command};
use url::Url;

/// A running moto, killed on drop.
struct Moto {
    url: Url,
    _process: Child,
}

impl Moto {
    /// Starts moto. If it is not configured, prints the reason and returns `None`; on CI, fails.
    #[expect(clippy::print_stdout, reason = "a skipped test prints its reason")]
    async fn start() -> Option<Self> {
        let Some(python) = env::var_os("HELLO_THIRD_PARTY_PYTHON").map(PathBuf::from) else {
            assert!(
                env::var("CI").as_deref() != Ok("true"),
                "HELLO_THIRD_PARTY_PYTHON must name a python with moto"
            );
            println!("skipped: HELLO_THIRD_PARTY_PYTHON names no python with moto[server] beside it");
            return None;
        };
        let server = python.parent().unwrap_or(Path::new(".")).join("moto_server");
        let port = free_port();
        let process = Command::new(&server)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", server.display()));
        let url: Url = format!("http://127.0.0.1:{port}/").parse().expect("a port makes a URL");
        let moto = Self { url, _process: process };
        tokio::time::timeout(Duration::from_mins(1), moto.ready())
            .await
            .expect("moto is ready within a minute");
        Some(moto)
    }

    async fn ready(&self) {
        let health = self.url.join("moto-api/data.json").expect("a path");
        while reqwest::get(health.clone()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn ours(&self) -> Services {
        services(&self.url)
    }

    async fn sdk(&self) -> aws_config::SdkConfig {
        let keys = aws_credential_types::Credentials::new("AKIDEXAMPLE", "not-a-secret", None, None, "test");
        aws_config::defaults(aws_config::BehaviorVersion::latest())
            .region("eu-north-1")
            .endpoint_url(self.url.as_str())
            .credentials_provider(keys)
            .http_client(aws_http_client(TIMEOUTS))
            .load()
            .await
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

fn service_ref(cluster: &str, service: &str) -> ServiceRef {
    format!("arn:aws:ecs:eu-north-1:123456789012:service/{cluster}/{service}").parse().expect("an ARN")
}

/// Creates the test's resources in moto: a cluster, a task definition with logs, and a service with two tasks.
async fn deploy(moto: &Moto) {
    use aws_sdk_ecs::types::{ContainerDefinition, LogConfiguration, LogDriver, Tag};
    let ecs = aws_sdk_ecs::Client::new(&moto.sdk().await);
    ecs.create_cluster().cluster_name("hello-truck").send().await.expect("moto takes it");
    let log = LogConfiguration::builder()
        .log_driver(LogDriver::Awslogs)
        .options("awslogs-group", "/ecs/hello-server")
        .options("awslogs-region", "eu-north-1")
        .build()
        .expect("a log driver");
    let sidecar =
        ContainerDefinition::builder().name("proxy").image("proxy").essential(false).memory(64).build();
    let server = ContainerDefinition::builder()
        .name("server")
        .image("hello")
        .memory(128)
        .log_configuration(log)
        .build();
    let definition = ecs.register_task_definition().family("hello-server");
    definition
        .container_definitions(sidecar)
        .container_definitions(server)
        .send()
        .await
        .expect("moto takes it");
    let tag = Tag::builder().key("aws:cloudformation:stack-name").value("hello-stack").build();
    let service = ecs.create_service().cluster("hello-truck").service_name("hello-server").tags(tag);
    service.task_definition("hello-server").desired_count(2).send().await.expect("moto takes it");
}

async fn put_events(
    logs: &aws_sdk_cloudwatchlogs::Client,
    stream: &str,
    messages: impl Iterator<Item = (i64, String)>,
) {
    use aws_sdk_cloudwatchlogs::types::InputLogEvent;
    let events: Vec<_> = messages
        .map(|(at, message)| {
            InputLogEvent::builder().timestamp(at).message(message).build().expect("a whole event")
        })
        .collect();
    let request = logs.put_log_events().log_group_name("/ecs/hello-server").log_stream_name(stream);
    request.set_log_events(Some(events)).send().await.expect("moto takes it");
}

#[tokio::test]
async fn a_service_with_deployment_and_log_group_is_read() {
    let Some(moto) = Moto::start().await else { return };
    deploy(&moto).await;
    let service = service_ref("hello-truck", "hello-server");

    let snapshot = moto.ours().ecs.snapshot(&service).await.expect("a service with its deployments");
    assert_eq!((snapshot.service.status.as_str(), snapshot.service.desired), ("ACTIVE", 2));
    assert_eq!(snapshot.service.task_definition.as_deref(), Some("hello-server:1"));
    assert_eq!(snapshot.service.stack.as_deref(), Some("hello-stack"));
    assert_eq!(snapshot.deployments.len(), 1, "{snapshot:?}");
    let target = snapshot.deployments[0].target.as_ref().expect("what is being deployed");
    assert!(target.arn.ends_with("task-definition/hello-server:1") && target.requested == 2, "{target:?}");
    assert_ne!(snapshot.deployments[0].status, Status::Stopped);

    assert_eq!(moto.ours().ecs.log_group(&service).await.as_deref(), Ok("/ecs/hello-server"));
}

#[tokio::test]
async fn missing_resources_are_not_found() {
    let Some(moto) = Moto::start().await else { return };
    deploy(&moto).await;
    let Services { ecs, stacks, logs, .. } = moto.ours();

    let no_cluster = ecs.snapshot(&service_ref("no-such", "hello-server")).await.unwrap_err();
    let no_service = ecs.snapshot(&service_ref("hello-truck", "no-such")).await.unwrap_err();
    let no_stack = stacks.events("no-such", None).await.unwrap_err();
    let mut tail = Box::pin(logs.tail(LogSource::Group("/no/such".to_owned()), Timestamp::now()));
    assert!(matches!(tail.next().await, Some(Ok(TailEvent::Opened { .. }))));
    let no_group = tail.next().await.expect("the end").unwrap_err();
    assert_eq!(tail.next().await, None, "a failure ends the tail");
    for failure in [no_cluster, no_service, no_stack, no_group] {
        assert_eq!(failure.kind, Kind::NotFound, "{failure:?}");
        assert!(failure.why.contains("region eu-north-1"), "{failure}");
    }
}

#[tokio::test]
async fn a_tail_of_many_pages_loses_nothing_and_repeats_nothing() {
    let Some(moto) = Moto::start().await else { return };
    deploy(&moto).await;
    let logs = aws_sdk_cloudwatchlogs::Client::new(&moto.sdk().await);
    logs.create_log_group().log_group_name("/ecs/hello-server").send().await.unwrap();
    let now = Timestamp::now().as_millisecond();
    let mut expected = HashSet::new();
    for stream in ["task/a", "task/b"] {
        logs.create_log_stream()
            .log_group_name("/ecs/hello-server")
            .log_stream_name(stream)
            .send()
            .await
            .unwrap();
        let line = |n: i64| (now - 60_000 + n * 5, format!("INFO {stream} line {n}"));
        put_events(&logs, stream, (0..6_000).map(line)).await;
        expected.extend((0..6_000).map(|n| line(n).1));
    }

    let source = LogSource::Service(service_ref("hello-truck", "hello-server"));
    let since = Timestamp::from_millisecond(now - 120_000).unwrap();
    let mut tail = Box::pin(moto.ours().logs.tail(source, since));
    assert_eq!(tail.next().await, Some(Ok(TailEvent::Opened { group: "/ecs/hello-server".to_owned() })));
    let told = until_caught_up(&mut tail).await;
    assert_eq!(told.len(), 12_000, "each line once");
    assert_eq!(told.into_iter().collect::<HashSet<_>>(), expected);

    put_events(
        &logs,
        "task/a",
        [(now - 20_000, "WARN late".to_owned()), (now, "INFO last".to_owned())].into_iter(),
    )
    .await;
    assert_eq!(until_caught_up(&mut tail).await, ["WARN late", "INFO last"]);
}

/// Reads until the tail has caught up, and returns the messages.
async fn until_caught_up<T>(tail: &mut T) -> Vec<String>
where
    T: StreamExt<Item = Result<TailEvent, hello_model::failure::Failure>> + Unpin,
{
    let mut told = Vec::new();
    loop {
        match tail.next().await.expect("a tail has no end").expect("a tail of a healthy service") {
            TailEvent::Lines(lines) => {
                assert!(lines.len() <= 1_000 && lines.is_sorted_by_key(|line| line.at));
                told.extend(lines.into_iter().map(|line| line.message));
            }
            TailEvent::CaughtUp { .. } => return told,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn stack_events_are_read_newest_first() {
    let Some(moto) = Moto::start().await else { return };
    let template = r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}"#;
    let cloudformation = aws_sdk_cloudformation::Client::new(&moto.sdk().await);
    cloudformation.create_stack().stack_name("hello-stack").template_body(template).send().await.unwrap();

    let stacks = moto.ours().stacks;
    let events = stacks.events("hello-stack", None).await.expect("the events of a stack");
    assert!(events.len() >= 2 && events.is_sorted_by(|newer, older| newer.at >= older.at), "{events:?}");
    assert_eq!(events[0].status, "CREATE_COMPLETE");
    let first = events.last().expect("there are two");
    let later = stacks.events("hello-stack", Some(&first.id)).await.expect("the later events");
    assert_eq!(later.as_slice(), &events[..events.len() - 1]);
}

#[tokio::test]
async fn the_identity_is_that_of_the_credentials() {
    let Some(moto) = Moto::start().await else { return };
    let absence = Failure::new(Kind::NotConfigured, "reading the catalog", "there is none");
    let target = Target::without_catalog(&Overrides::default(), &absence);
    let found = Checks::new(&connections(&moto.url)).aws(async { target }).await;
    let value = |id| found.checks.iter().find(|check| check.id == id).and_then(|check| check.value.clone());
    assert_eq!(value("account"), Some(CheckValue::from("123456789012")), "{found:?}");
    assert_eq!(value("region"), Some(CheckValue::from("eu-north-1")));
    assert_eq!(found.status(), CheckStatus::Ok, "{found:?}");
}
