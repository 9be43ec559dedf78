//! The clients' parsers, run without a connection, for the fuzz targets.
//!
//! Each function returns the texts of a response that a screen or a command shows.

use hello_model::{deployment::ServiceRef, failure::Failure, time::Timestamp};
use tokio::runtime::Runtime;

use super::{Ecs, Stacks, aws::Aws, github, logs, trucks};

/// Parses a response of GitHub.
pub fn github(bytes: &[u8]) -> Vec<String> {
    github::texts(bytes)
}

/// Parses a response of the trucks service, and its first line as a `Link` header.
pub fn trucks(bytes: &[u8]) -> Vec<String> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    trucks::texts(bytes).into_iter().chain(trucks::link_text(line)).collect()
}

/// Parses a response of ECS as the response to each request about a service.
pub fn ecs(bytes: &[u8]) -> Vec<String> {
    let name = |part: &str| part.to_owned();
    let service = ServiceRef {
        partition: name("aws"),
        region: name("us-east-1"),
        account: name("123456789012"),
        cluster: name("hello-truck"),
        service: name("hello-server"),
    };
    let ecs = Ecs::new(Aws::canned(bytes));
    let group = asked(ecs.log_group(&service)).map_or_else(told, |group| vec![group]);
    let snapshot = match asked(ecs.snapshot(&service)) {
        Ok(snapshot) => snapshot,
        Err(failure) => return [told(failure), group].concat(),
    };
    let deployments = snapshot.deployments.into_iter().flat_map(|deployment| {
        let id = deployment.id().to_owned();
        let hooks = deployment.hooks.into_iter().flat_map(|hook| [hook.id, hook.status]);
        let stage = deployment.stage.map(|stage| stage.0);
        let breaker = deployment.breaker.map(|breaker| breaker.status);
        let some = [deployment.reason, deployment.rollback_reason, stage, breaker];
        hooks.chain(some.into_iter().flatten()).chain([id, deployment.strategy]).collect::<Vec<_>>()
    });
    let events = snapshot.events.into_iter().map(|event| event.summary().to_owned());
    let state = [Some(snapshot.service.status), snapshot.service.task_definition, snapshot.service.stack];
    deployments.chain(events).chain(state.into_iter().flatten()).chain(group).collect()
}

/// Parses a response of CloudFormation as the events of a stack.
pub fn stacks(bytes: &[u8]) -> Vec<String> {
    let events = match asked(Stacks::new(Aws::canned(bytes)).events("hello-truck", None)) {
        Ok(events) => events,
        Err(failure) => return told(failure),
    };
    let of_event = |event: hello_model::deployment::StackEvent| {
        [event.resource, event.resource_type, event.status, event.reason.unwrap_or_default()]
    };
    events.into_iter().flat_map(of_event).collect()
}

/// Parses a page of log events, then the same page again.
pub fn log_page(bytes: &[u8], since: Timestamp, now: Timestamp) -> Vec<String> {
    match asked(logs::read_page(&Aws::canned(bytes), since, now)) {
        Ok(lines) => lines.into_iter().flat_map(|line| [line.stream, line.message]).collect(),
        Err(failure) => told(failure),
    }
}

fn told(failure: Failure) -> Vec<String> {
    vec![failure.what, failure.why, failure.hint.unwrap_or_default()]
}

/// Runs a request to completion on a runtime of this thread.
fn asked<T>(question: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    thread_local! {
        static RUNTIME: std::io::Result<Runtime> =
            tokio::runtime::Builder::new_current_thread().enable_all().build();
    }
    RUNTIME.with(|runtime| match runtime {
        Ok(runtime) => runtime.block_on(question),
        Err(error) => {
            Err(Failure::new(hello_model::failure::Kind::Unexpected, "starting a runtime", error.to_string()))
        }
    })
}
