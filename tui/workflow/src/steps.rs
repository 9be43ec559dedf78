//! What is under `steps`.

use std::collections::HashSet;

use hello_yaml::{At, MapEntry, Node, closest, shortened};

use crate::{
    identifiers,
    keys::{self, Keys},
    problem::Severity,
    report::Report,
    settings,
};

/// A kind of step: the key that makes it one, and the keys that it has.
struct Kind {
    key: &'static str,
    keys: Keys,
}

const fn kind(key: &'static str, place: &'static str, known: &'static [&'static str]) -> Kind {
    Kind { key, keys: Keys::new(place, known) }
}

const RUN: &[&str] = &[
    "name",
    "id",
    "if",
    "run",
    "shell",
    "working-directory",
    "env",
    "continue-on-error",
    "timeout-minutes",
    "background",
];

const USES: &[&str] =
    &["name", "id", "if", "uses", "with", "env", "continue-on-error", "timeout-minutes", "background"];

const KINDS: [Kind; 6] = [
    kind("run", "a step with `run`", RUN),
    kind("uses", "a step with `uses`", USES),
    kind("wait", "a step with `wait`", &["name", "id", "continue-on-error", "wait"]),
    kind("wait-all", "a step with `wait-all`", &["name", "id", "continue-on-error", "wait-all"]),
    kind("cancel", "a step with `cancel`", &["name", "id", "continue-on-error", "cancel"]),
    kind("parallel", "a parallel group", &["parallel"]),
];

const WITHOUT_KIND: Keys = Keys::new(
    "a step",
    &[
        "name",
        "id",
        "if",
        "run",
        "uses",
        "with",
        "shell",
        "working-directory",
        "env",
        "continue-on-error",
        "timeout-minutes",
        "background",
        "wait",
        "wait-all",
        "cancel",
        "parallel",
    ],
);

/// The ids of the steps above, in lower case.
type Ids = HashSet<String>;

/// Checks the steps of a job.
pub(crate) fn check(job: &str, steps: &MapEntry, report: &mut Report<'_>) {
    let Some(items) = steps.value.items() else {
        let rule = format!("the steps of `{job}` are a list, but this is {}", keys::found(&steps.value));
        report.error(steps.at, rule, "begin each step with \"- \"");
        return;
    };
    if items.is_empty() {
        report.error(steps.at, format!("the job `{job}` has no steps"), "add one, as in `- run: make`");
    }
    let mut ids = Ids::new();
    for item in items {
        step(item, &mut ids, report);
    }
}

fn step(node: &Node, ids: &mut Ids, report: &mut Report<'_>) {
    if node.entries().is_none() {
        let rule = format!("a step is a map, but this is {}", keys::found(node));
        report.error(node.at, rule, "write it as `- run: COMMAND` or `- uses: ACTION`");
        return;
    }
    if let Some(id) = node.get("id") {
        identify(&id.value, ids, report);
    }
    for (key, what) in [("env", "a map of variables"), ("with", "a map of inputs")] {
        if let Some(entry) = node.get(key) {
            settings::texts(entry, what, report);
        }
    }
    for entry in node.entries().unwrap_or_default() {
        match &*entry.key {
            "continue-on-error" => settings::boolean(entry, report),
            "timeout-minutes" => settings::number(entry, report),
            _ => {}
        }
    }
    let mut kinds = KINDS.iter().filter_map(|kind| Some((kind, node.get(kind.key)?)));
    match (kinds.next(), kinds.next()) {
        (None, _) => without_kind(node, report),
        (Some((one, _)), Some((other, entry))) => {
            let rule = format!("a step has both `{}` and `{}`", one.key, other.key);
            report.error(entry.at, rule, "make two steps of it");
        }
        (Some((kind, entry)), None) => of_kind(kind, entry, node, ids, report),
    }
}

fn without_kind(node: &Node, report: &mut Report<'_>) {
    let before = node.entries().unwrap_or_default();
    WITHOUT_KIND.check(node, report);
    // A misspelt key is the likely reason, and reported by itself.
    let is_misspelt =
        before.iter().any(|entry| closest(&entry.key, ["run", "uses", "wait", "parallel"]).is_some());
    if !is_misspelt {
        report.error(node.at, "a step has neither `run` nor `uses`", "add what it does, as in `run: make`");
    }
}

fn of_kind(kind: &Kind, entry: &MapEntry, node: &Node, ids: &mut Ids, report: &mut Report<'_>) {
    match kind.key {
        "run" | "uses" => kind.keys.check(node, report),
        // These are young: GitHub may know more keys by now.
        _ => kind.keys.check_as(Severity::Warning, node, report),
    }
    match kind.key {
        "uses" => action(entry, report),
        "run" if keys::scalar(&entry.value).is_none() && !keys::is_null(&entry.value) => {
            let rule = format!("`run` is a text, but this is {}", keys::found(&entry.value));
            report.error(entry.at, rule, "write commands below `run: |`");
        }
        "wait" | "cancel" => waits(entry, ids, report),
        "parallel" => parallel(entry, ids, report),
        _ => {}
    }
}

fn identify(id: &Node, ids: &mut Ids, report: &mut Report<'_>) {
    let text = keys::scalar(id).unwrap_or_default();
    identifiers::check(text, id.at, "step", report);
    if !ids.insert(text.to_lowercase()) {
        let rule = format!("another step of this job has the id `{}`", shortened(text));
        report.error(id.at, rule, "rename one of the two");
    }
}

/// Checks the action that a step uses.
fn action(entry: &MapEntry, report: &mut Report<'_>) {
    let Some(action) = keys::scalar(&entry.value).filter(|action| !action.is_empty()) else {
        report.error(entry.at, "`uses` names no action", "name one, as in `uses: OWNER/NAME@VERSION`");
        return;
    };
    let is_local = ["./", ".\\", "../", "$/", "docker://"].iter().any(|start| action.starts_with(start));
    if is_local || keys::is_expression(action) {
        return;
    }
    let names_repository = action.split('@').next().is_some_and(|path| path.contains(['/', '\\']));
    if !names_repository || !action.contains('@') {
        let rule = format!("`{}` names no action", shortened(action));
        report.error(entry.value.at, rule, "write OWNER/NAME@VERSION, or ./PATH for one of this repository");
    }
}

/// Checks that the steps that a step waits for, or cancels, stand above it.
fn waits(entry: &MapEntry, ids: &Ids, report: &mut Report<'_>) {
    let nodes = entry.value.items().unwrap_or(std::slice::from_ref(&entry.value));
    for node in nodes {
        match keys::scalar(node) {
            Some(id) if ids.contains(&id.to_lowercase()) => {}
            Some(id) => {
                let rule = format!("no step above has the id `{}`", shortened(id));
                let near = closest(id, ids.iter().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{}`?", shortened(near)));
                report.error(node.at, rule, hint.unwrap_or_default());
            }
            None => {
                let at = if keys::is_null(node) { entry.at } else { node.at };
                report.error(at, format!("`{}` names no step", entry.key), "name the id of a step above");
            }
        }
    }
}

fn parallel(entry: &MapEntry, ids: &mut Ids, report: &mut Report<'_>) {
    let Some(items) = entry.value.items() else {
        let rule = format!("`parallel` is a list of steps, but this is {}", keys::found(&entry.value));
        report.error(entry.at, rule, "begin each step with \"- \"");
        return;
    };
    for item in items {
        // Groups do not nest, so this ends after one level.
        match forbidden(item) {
            Some((key, at)) => {
                let rule = format!("`{key}` is not allowed in a parallel group");
                report.error(at, rule, "a group has steps with `run` or `uses` only");
            }
            None => step(item, ids, report),
        }
    }
}

/// Returns the key of a step that a parallel group does not allow.
fn forbidden(item: &Node) -> Option<(&'static str, At)> {
    let keys = ["background", "wait", "wait-all", "cancel", "parallel"];
    keys.into_iter().find_map(|key| Some((key, item.get(key)?.at)))
}
