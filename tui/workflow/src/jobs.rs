//! What is under `jobs`.

use hello_yaml::{At, MapEntry, Node, shortened};

use crate::{
    identifiers,
    keys::{self, Keys},
    needs::{self, JobNeeds},
    permissions,
    problem::Severity,
    report::Report,
    settings, steps,
    workflow::JobSpec,
};

/// The number of jobs that are read.
const MAX_JOBS: usize = 1_000;

const JOB: Keys = Keys::new(
    "a job",
    &[
        "name",
        "needs",
        "if",
        "runs-on",
        "permissions",
        "environment",
        "concurrency",
        "outputs",
        "env",
        "defaults",
        "strategy",
        "container",
        "services",
        "timeout-minutes",
        "cancel-timeout-minutes",
        "continue-on-error",
        "snapshot",
        "steps",
    ],
)
.with_elsewhere(step_key);

/// Returns where a key of a step belongs that stands between the keys of a job.
fn step_key(key: &str) -> Option<&'static str> {
    matches!(key, "run" | "with" | "shell" | "working-directory" | "id")
        .then_some("it belongs to a step: indent it as deep as the first key after the `- `")
}

const CALLING_JOB: Keys = Keys::new(
    "a job that calls a workflow with `uses`",
    &["name", "uses", "with", "secrets", "needs", "if", "permissions", "concurrency", "strategy"],
);

/// Reads the jobs of a workflow.
pub(crate) fn read(jobs: &MapEntry, report: &mut Report<'_>) -> Vec<JobSpec> {
    let Some(entries) = jobs.value.entries() else {
        let rule = format!("`jobs` is a map, but this is {}", keys::found(&jobs.value));
        report.error(jobs.at, rule, "write each job as `ID:`, with its keys below");
        return Vec::new();
    };
    if entries.is_empty() {
        report.error(jobs.at, "this workflow has no job", "add one below `jobs:`");
    }
    keys::check_case(&jobs.value, report);
    let (mut specs, mut order) = (Vec::new(), Vec::new());
    for entry in entries.iter().take(MAX_JOBS) {
        identifiers::check(&entry.key, entry.at, "job", report);
        let needs = needs(&entry.value, report);
        specs.push(job(entry, &needs, report));
        order.push(JobNeeds { id: entry.key.to_string(), needs });
    }
    if let Some(first) = entries.get(MAX_JOBS) {
        let rule = format!("this workflow has {} jobs; the first {MAX_JOBS} are read", entries.len());
        report.push(first.at, &rule, "", Severity::Warning);
    } else {
        needs::check(&order, report);
    }
    specs
}

fn job(entry: &MapEntry, needs: &[(String, At)], report: &mut Report<'_>) -> JobSpec {
    let body = &entry.value;
    let spec = JobSpec {
        id: entry.key.to_string(),
        name: keys::scalar_at(body, "name"),
        needs: needs.iter().map(|(name, _)| name.clone()).collect(),
        environment: environment(body),
        uses: keys::scalar_at(body, "uses"),
        matrix: body.get("strategy").is_some_and(|strategy| strategy.value.get("matrix").is_some()),
        line: entry.at.line,
    };
    let id = shortened(&spec.id);
    if body.entries().is_none() {
        let rule = format!("the job `{id}` is {}", keys::found(body));
        report.error(entry.at, rule, "write its keys below it, indented: `runs-on` and `steps`");
    } else if let Some(uses) = body.get("uses") {
        calling(&id, uses, body, report);
    } else {
        running(&id, entry, report);
    }
    for setting in body.entries().unwrap_or_default() {
        common(setting, report);
    }
    spec
}

/// Checks a job that calls a reusable workflow.
fn calling(id: &str, uses: &MapEntry, body: &Node, report: &mut Report<'_>) {
    CALLING_JOB.check(body, report);
    match keys::scalar(&uses.value) {
        Some(path) if !path.is_empty() => {
            let is_local = path.starts_with("./") || path.starts_with("$/");
            if !is_local && !path.contains('@') && !keys::is_expression(path) {
                let rule = format!("`{}` names no version of the workflow", shortened(path));
                report.error(uses.value.at, rule, "end it with @ and a branch, a tag or a commit");
            }
        }
        _ => report.error(
            uses.at,
            format!("the job `{id}` calls no workflow"),
            "name one, as in `uses: ./.github/workflows/FILE.yaml`",
        ),
    }
}

/// Checks a job that runs steps.
fn running(id: &str, entry: &MapEntry, report: &mut Report<'_>) {
    let body = &entry.value;
    JOB.check(body, report);
    if body.get("runs-on").is_none() {
        let hint = "add `runs-on: ubuntu-latest`, or call a workflow with `uses`";
        report.error(entry.at, format!("the job `{id}` has no `runs-on`"), hint);
    }
    match body.get("steps") {
        Some(steps) => steps::check(id, steps, report),
        None => report.error(
            entry.at,
            format!("the job `{id}` has no `steps`"),
            "add a step, as in `- run: make`",
        ),
    }
}

/// Checks the keys that both kinds of jobs have.
fn common(setting: &MapEntry, report: &mut Report<'_>) {
    match &*setting.key {
        "permissions" => permissions::check(setting, report),
        "concurrency" => settings::concurrency(setting, report),
        "strategy" => settings::strategy(setting, report),
        "environment" => settings::environment(setting, report),
        "runs-on" => settings::runs_on(setting, report),
        "container" => settings::container(setting, report),
        "defaults" => settings::defaults(setting, report),
        "secrets" => settings::secrets(setting, report),
        "continue-on-error" => settings::boolean(setting, report),
        "timeout-minutes" | "cancel-timeout-minutes" => settings::number(setting, report),
        "env" => settings::texts(setting, "a map of variables", report),
        "with" => settings::texts(setting, "a map of inputs", report),
        "outputs" => settings::texts(setting, "a map of values", report),
        "services" => settings::map(setting, "a map of containers", report),
        _ => {}
    }
}

fn environment(body: &Node) -> Option<String> {
    let environment = &body.get("environment")?.value;
    keys::scalar(environment).map(str::to_owned).or_else(|| keys::scalar_at(environment, "name"))
}

/// Returns the ids under `needs`, each with its location.
fn needs(body: &Node, report: &mut Report<'_>) -> Vec<(String, At)> {
    let Some(entry) = body.get("needs") else { return Vec::new() };
    let nodes = entry.value.items().unwrap_or(std::slice::from_ref(&entry.value));
    let mut needs = Vec::new();
    for node in nodes {
        match keys::scalar(node) {
            Some(id) if !id.is_empty() => needs.push((id.to_owned(), node.at)),
            _ => {
                let rule = format!("`needs` has ids of jobs, but this is {}", keys::found(node));
                report.error(
                    if keys::is_null(node) { entry.at } else { node.at },
                    rule,
                    "write `needs: [build, test]`",
                );
            }
        }
    }
    needs
}
