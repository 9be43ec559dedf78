//! The service of the ECS template in real containers: ministack starts the tasks of our image through docker's socket
//! and checks only that they are running.
//!
//! These tests rely on ministack for the tasks, for a rolling deployment and for its circuit breaker. ministack shifts
//! no traffic (no emulator here does), and its stack is complete once the ECS service is updated; CloudFormation would
//! wait for the deployment, and roll the stack back with it.
#![expect(clippy::unwrap_used, reason = "a missing value fails the test")]

use std::process::Command;

use serde_json::Value;

use crate::{
    containers::{Engine, eventually, unique},
    emulator::{Emulator, text},
    http::TRUCK,
    infrastructure::Template,
    stacks::Place,
    third_party::output,
};

#[test]
fn the_template_s_service_rolls_forward_and_back() {
    let Some(engine) = Engine::provided() else { return };
    let socket = engine.socket();
    let Some(aws) = Emulator::ministack(Some(&socket.url)) else { return };
    let service = Service { engine: engine.clone(), aws: &aws, name: unique("service") };
    let images = [service.image("LABEL test=next"), service.image(r#"CMD ["nonsense"]"#)];
    let [next, broken] = &images;

    service.deploys(service.engine.image());
    let first_task = service.task();
    assert_eq!(curl(&first_task, &["-X", "GET", "-H", "accept: application/json"]), "[]");
    let added = curl(&first_task, &["-X", "POST", "-H", "Content-Type: application/json", "-d", TRUCK]);
    assert!(added.contains(r#""make":"Scania""#), "{added}");
    service.log_says("listening");

    service.deploys(&next.name);
    eventually("the new image is what runs", || service.task() != first_task && service.is_steady());
    assert!(curl(&service.task(), &[]).starts_with('['));
    // The old task got a SIGTERM. (ministack waits five seconds instead of the template's StopTimeout.)
    service.log_says("not ready any more");
    let good = service.definition();

    service.deploys(&broken.name);
    eventually("the circuit breaker has rolled back", || service.definition() == good && service.is_steady());
    service.log_says("unrecognized subcommand 'nonsense'");
    let description = service.described().to_string();
    assert!(
        description.contains("circuit breaker was triggered") && description.contains("rolled back"),
        "{description}"
    );
    assert!(curl(&service.task(), &[]).starts_with('['));
    drop(service);
    assert_eq!(engine.unused_volumes(), Vec::<String>::new(), "volumes that nothing removes");
}

/// A stack of the template with a single task and no database.
struct Service<'a> {
    engine: Engine,
    aws: &'a Emulator,
    name: String,
}

impl Service<'_> {
    fn deploys(&self, image: &str) {
        let digests = self.engine.stdout(&["image", "inspect", "--format", "{{json .RepoDigests}}", image]);
        let digests: Vec<String> = serde_json::from_str(&digests).unwrap_or_default();
        let template = Template::named("deployment-ecs.yaml");
        // Docker gives an image a digest when it is pushed, podman when it is built.
        let (image, template) = match digests.into_iter().find(|digest| digest.contains('/')) {
            Some(digest) => (digest, template),
            None => (image.to_owned(), template.replacing("@sha256:[a-f0-9]{64}$", "$")),
        };
        let mut given = Place::of(self.aws).with(&["Store=none", "Strategy=ROLLING"]);
        given[0] = format!("Image={image}");
        let (succeeded, output) = self.aws.deploy(&self.name, &template, &given);
        assert!(succeeded, "{output}");
        eventually("a task runs", || !self.tasks().is_empty());
    }

    /// Builds an image that differs from ours by one instruction.
    fn image(&self, line: &str) -> Image {
        let (container, tag) = (unique("seed"), unique("image"));
        let image = Image { engine: self.engine.clone(), name: format!("docker.io/hellotruck/{tag}:latest") };
        self.engine.stdout(&["create", "--name", &container, self.engine.image()]);
        self.engine.stdout(&["commit", "--change", line, &container, &image.name]);
        self.engine.stdout(&["rm", "--volumes", &container]);
        image
    }

    fn described(&self) -> Value {
        let services = ["describe-services", "--cluster", &self.name, "--services", "hello-server"];
        self.aws.ask(&[&["ecs"], &services[..]].concat())["services"][0].clone()
    }

    fn definition(&self) -> String {
        text(&self.described()["taskDefinition"])
    }

    fn is_steady(&self) -> bool {
        let service = self.described();
        let deployments = service["deployments"].as_array().unwrap();
        let main = deployments.iter().find(|deployment| deployment["status"] == "PRIMARY").unwrap();
        main["rolloutState"] == "COMPLETED" && service["runningCount"] == service["desiredCount"]
    }

    /// Returns the addresses of the running tasks.
    fn tasks(&self) -> Vec<String> {
        let tasks = self.aws.ask(&["ecs", "list-tasks", "--cluster", &self.name])["taskArns"].clone();
        let tasks: Vec<String> = tasks.as_array().unwrap().iter().map(text).collect();
        let mut question = vec!["ecs", "describe-tasks", "--cluster", &self.name, "--tasks"];
        question.extend(tasks.iter().map(String::as_str));
        let described = if tasks.is_empty() { Value::Null } else { self.aws.ask(&question)["tasks"].clone() };
        let running =
            described.as_array().into_iter().flatten().filter(|task| task["lastStatus"] == "RUNNING");
        let details = running
            .flat_map(|task| task["attachments"][0]["details"].as_array().cloned().unwrap_or_default());
        details
            .filter(|detail| detail["name"] == "privateIPv4Address")
            .map(|detail| text(&detail["value"]))
            .collect()
    }

    /// Waits until exactly one task runs, and returns its address.
    fn task(&self) -> String {
        let mut tasks = Vec::new();
        eventually("one task runs", || {
            tasks = self.tasks();
            tasks.len() == 1
        });
        tasks.remove(0)
    }

    fn log_says(&self, what: &str) {
        let group = format!("/ecs/{}", self.name);
        eventually(&format!("the log group says: {what}"), || {
            let events = self.aws.ask(&["logs", "filter-log-events", "--log-group-name", &group]);
            events["events"].as_array().is_some_and(|events| {
                events.iter().any(|event| event["message"].as_str().is_some_and(|line| line.contains(what)))
            })
        });
    }
}

/// Sends a request to a task with the README's `curl` command, once the task listens.
fn curl(task: &str, arguments: &[&str]) -> String {
    let mut answer = (false, String::new());
    let url = format!("http://{task}:5000/trucks");
    eventually("the task answers", || {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "10"]);
        answer = output(curl.args(arguments).arg(&url));
        answer.0
    });
    answer.1
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let (_, _) = self.aws.aws(&["cloudformation", "delete-stack", "--stack-name", &self.name]);
        let cluster = format!("arn:aws:ecs:us-east-1:000000000000:cluster/{}", self.name);
        let filter = format!("label=com.amazonaws.ecs.cluster={cluster}");
        let left = self.engine.stdout(&["ps", "--all", "--quiet", "--filter", &filter]);
        for container in left.lines() {
            self.engine.succeeds(&["rm", "--force", "--volumes", container]);
        }
        // ministack leaves the volume of each task that it has removed.
        for volume in self.engine.unused_volumes() {
            self.engine.succeeds(&["volume", "rm", &volume]);
        }
    }
}

/// An image of the test, which is removed when dropped.
struct Image {
    engine: Engine,
    name: String,
}

impl Drop for Image {
    fn drop(&mut self) {
        self.engine.succeeds(&["image", "rm", "--force", &self.name]);
    }
}
