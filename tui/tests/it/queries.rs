//! The commands that show what the screens show, against a sandbox.

use std::{
    path::Path,
    process::{Command, Output},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use hello_sandbox::Running;
use hello_shared::NewTruck;
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    answering,
    command::{Shell, err, finish, out},
    console::sandbox,
};

/// A folder with the repository's own descriptor, and the environment of a sandbox.
pub(crate) struct ProjectFolder<'s> {
    sandbox: &'s Running,
    shell: Shell,
}

impl<'s> ProjectFolder<'s> {
    pub(crate) fn at(sandbox: &'s Running) -> Self {
        let shell = Shell::new(sandbox);
        let descriptor = include_str!("../../../catalog-info.yaml");
        std::fs::write(shell.home.path().join("catalog-info.yaml"), descriptor).unwrap();
        Self { sandbox, shell }
    }

    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = self.shell.command(args);
        command.envs(self.sandbox.env());
        command
    }

    pub(crate) async fn run(&self, args: &str) -> Output {
        finish(self.command(args)).await
    }

    pub(crate) async fn json(&self, args: &str) -> Value {
        let output = self.run(&format!("{args} -o json")).await;
        assert!(output.status.success(), "{args}: {}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.shell.home.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.shell.home.path().join(name), text).unwrap();
    }
}

#[tokio::test]
async fn runs_are_listed_and_shown() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let runs = folder.json("runs list --limit 3").await;
    assert_eq!(runs.as_array().unwrap().len(), 3);
    let (id, number) = (runs[1]["id"].as_u64().unwrap(), runs[1]["number"].as_u64().unwrap());
    for args in [format!("runs show {id}"), format!("runs show #{number}")] {
        let shown = folder.json(&args).await;
        assert_eq!(shown["run"]["number"], number, "{args}");
        assert!(shown["jobs"].as_array().is_some_and(|jobs| !jobs.is_empty()), "{args}");
    }
    assert!(out(&folder.run("runs show").await).contains("workflow"));
    let table = out(&folder.run("runs list").await);
    assert!(table.starts_with("ID\tRUN\tSTATUS"), "{table}");

    let unknown = folder.run("runs show #999999").await;
    assert_eq!(unknown.status.code(), Some(1));
    assert!(err(&unknown).contains("hello-tui runs list"), "{}", err(&unknown));
    assert_eq!(folder.run("runs show newest").await.status.code(), Some(2));
}

#[tokio::test]
async fn a_waiting_run_names_environment_and_approver() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let waiting = folder.json("runs list --status waiting").await;
    let id = waiting[0]["id"].as_u64().unwrap();
    let shown = folder.json(&format!("runs show {id}")).await;
    assert_eq!(shown["pending"]["environments"][0]["name"], "production", "{shown}");
    let table = out(&folder.run(&format!("runs show {id}")).await);
    assert!(table.contains("approval of production by "), "{table}");
}

#[tokio::test]
async fn deployments_are_shown_with_their_events() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let deployments = folder.json("deployments list").await;
    let arn = deployments[0]["arn"].as_str().unwrap();
    let id = arn.rsplit('/').next().unwrap();
    assert_eq!(folder.json(&format!("deployments show {}", &id[..6])).await["arn"], arn);
    assert_eq!(folder.json("deployments show").await["arn"], arn, "the latest");
    let events = folder.json("deployments events").await;
    let of = |source: &str| events.as_array().unwrap().iter().any(|event| event["source"] == source);
    assert!(of("ecs") && of("cloudformation"), "{events}");

    let unknown = folder.run("deployments show nothing-like-it").await;
    assert_eq!(unknown.status.code(), Some(1));
    assert!(err(&unknown).contains("hello-tui deployments list"), "{}", err(&unknown));
}

#[tokio::test]
async fn lists_are_filtered_as_on_the_screens() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let count = async |args: &str| folder.json(args).await.as_array().unwrap().len();
    let runs = folder.json("runs list").await;
    let first = &runs[0];
    let number = &first["number"];
    let workflow = first["workflow"].as_str().unwrap();
    assert_eq!(count(&format!("runs list --filter run={number} --workflow {workflow}")).await, 1);
    assert_eq!(count("runs list --filter !run>0").await, 0);
    let by_flags = count(&format!("runs list --workflow {workflow} --status completed")).await;
    let by_filter = count(&format!("runs list --filter workflow={workflow}")).await;
    assert!(0 < by_flags && by_flags <= by_filter && by_filter <= runs.as_array().unwrap().len());
    let (commit, event) = (&first["commit"].as_str().unwrap()[..7], first["event"].as_str().unwrap());
    assert!(count(&format!("runs list --commit {commit} --event {event}")).await > 0);
    assert_eq!(count("runs list --branch no-such-branch").await, 0);

    assert_eq!(count("catalog list --filter kind=component").await, 3);
    assert_eq!(count("catalog list --filter hlsrv").await, 1, "some letters of its name");
    assert!(count("trucks list --filter status:active").await > 0);
    assert_eq!(count("trucks list --filter make=volvo --search scania").await, 0);
    assert!(count("deployments list --filter !status:progress").await > 0);
    let errors = out(&folder.run("logs --since 2h --filter level:error -o json").await);
    assert!(errors.lines().all(|line| line.contains("\"level\":\"ERROR\"")), "{errors}");
}

#[tokio::test]
async fn a_filter_that_names_no_column_is_misuse() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    for list in ["trucks list", "catalog list", "runs list", "deployments list", "logs"] {
        let refused = folder.run(&format!("{list} --filter colour:red")).await;
        assert_eq!(refused.status.code(), Some(2), "{list}: {}", err(&refused));
        let said = err(&refused);
        assert!(said.contains("the columns are") && said.contains("'\"colour:red\"'"), "{list}: {said}");
    }
}

#[tokio::test]
async fn log_lines_are_printed_as_text_and_as_json() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let text = out(&folder.run("logs --since 2h --limit 5").await);
    assert_eq!(text.lines().count(), 5, "{text}");
    let json = out(&folder.run("logs --since 2h --limit 5 -o json").await);
    let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() == 5 && lines.iter().all(|line| line["message"].is_string()), "{json}");
    assert!(
        lines.is_sorted_by_key(|line| line["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap()),
        "{json}"
    );

    let unknown = folder.run("logs /no/such/group").await;
    assert_eq!(unknown.status.code(), Some(1), "{}", err(&unknown));
    assert_eq!(folder.run("logs --since yesterday").await.status.code(), Some(2));
}

#[tokio::test]
async fn the_catalog_is_listed_shown_and_drawn() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let components = folder.json("catalog list --kind component --owner trucks").await;
    assert_eq!(components.as_array().unwrap().len(), 3, "{components}");
    assert!(out(&folder.run("catalog show hello-server").await).contains("group:trucks"));
    let tree = out(&folder.run("catalog graph hello-server --depth 1").await);
    assert!(tree.starts_with("component:hello-server\n├─ "), "{tree}");
    let mermaid = out(&folder.run("catalog graph hello-server --format mermaid").await);
    assert!(mermaid.starts_with("flowchart LR\n") && mermaid.contains("-->|owned by|"), "{mermaid}");
    let dot = out(&folder.run("catalog graph hello-server --format dot").await);
    assert!(dot.starts_with("digraph catalog {") && dot.contains("[label=\"owned by\"]"), "{dot}");
    let unknown = folder.run("catalog show nothing").await;
    assert_eq!(unknown.status.code(), Some(1), "{}", err(&unknown));
}

#[tokio::test]
async fn problems_of_a_descriptor_are_shown_with_their_line() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    assert!(folder.run("catalog validate").await.status.success());

    let user =
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: bad-\nspec: {memberOf: []}\n";
    folder.write("bad.yaml", user);
    folder.write("good.yaml", &user.replace("bad-", "jo"));
    folder.write("twice.yaml", &user.replace("bad-", "jo"));
    let bad = folder.run("catalog validate bad.yaml good.yaml twice.yaml").await;
    assert_eq!(bad.status.code(), Some(1));
    let text = out(&bad);
    assert!(text.contains(" --> bad.yaml:4:3\n4 |   name: bad-\n  |   ^\n"), "{text}");
    assert!(text.contains("Backstage leaves this entity out"), "{text}");
    assert!(
        text.contains("twice.yaml:") && text.contains("good.yaml"),
        "two files describe one entity:\n{text}"
    );
    assert_eq!(err(&bad), "", "the problems are the result");

    let json = folder.run("catalog validate bad.yaml -o json").await;
    assert_eq!(json.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json["entities"], &json["problems"][0]["line"]), (&0.into(), &4.into()));
}

#[tokio::test]
async fn the_settings_are_shown_without_secrets() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let path = out(&folder.run("config path").await);
    assert!(path.trim_end().ends_with(".config/hello-tui/config.toml"), "{path}");
    let shown = folder.json("config show").await;
    assert_eq!((&shown["githubToken"], &shown["readOnly"]), (&true.into(), &false.into()));
    let text = out(&folder.run("config show --trucks-url http://driver:secret@trucks.test").await);
    assert!(text.contains("http://trucks.test/") && !text.contains("secret"), "{text}");

    folder.write("broken.toml", "contexts = 1");
    let path = folder.run("config path --config broken.toml").await;
    assert_eq!(out(&path), "broken.toml\n", "the file that is to be corrected");
    assert_eq!(folder.run("config show --config broken.toml").await.status.code(), Some(2));
}

#[tokio::test]
async fn a_limit_reads_no_more_pages_than_it_needs() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let trucks = async move |uri: Uri| -> Response {
        log.lock().unwrap().push(uri.query().unwrap_or_default().to_owned());
        let truck =
            |id: u32| NewTruck::new("Volvo", "FH").into_truck(id.to_string().into(), Timestamp::UNIX_EPOCH);
        let next = [(header::LINK, "</trucks?cursor=2>; rel=\"next\"")];
        (next, Json((0..20).map(truck).collect::<Vec<_>>())).into_response()
    };
    let url = answering::serve(Router::new().route("/trucks", get(trucks))).await;
    let shell = Shell::at(url);
    for (flags, query) in [
        ("--limit 20 --status active", "status=active&limit=20"),
        ("--limit 5 --search fh --status active --status retired", "q=fh&limit=1000"),
        ("--limit 5 --filter make:volvo", "q=volvo&limit=1000"),
    ] {
        out(&shell.run(&format!("trucks list {flags}")).await);
        assert_eq!(std::mem::take(&mut *asked.lock().unwrap()), [query], "{flags}");
    }
}
