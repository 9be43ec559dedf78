//! Keys whose values have keys of their own.

use hello_yaml::{At, MAP_KEY, MapEntry, Value, shortened};

use crate::{
    keys::{self, Keys},
    report::Report,
    values::is_number,
};

const CONCURRENCY: Keys = Keys::new("concurrency", &["group", "cancel-in-progress", "queue"]);
const STRATEGY: Keys = Keys::new("strategy", &["fail-fast", "max-parallel", "matrix"]);
const ENVIRONMENT: Keys = Keys::new("environment", &["name", "url", "deployment"]);
const RUNS_ON: Keys = Keys::new("runs-on", &["group", "labels"]);
const DEFAULTS: Keys = Keys::new("defaults", &["run"]);
const DEFAULTS_RUN: Keys = Keys::new("defaults.run", &["shell", "working-directory"]);
const CONTAINER: Keys =
    Keys::new("container", &["image", "credentials", "env", "ports", "volumes", "options"]);

/// Checks that a value is `what`: a map, or an expression that makes one.
pub(crate) fn map(entry: &MapEntry, what: &str, report: &mut Report<'_>) {
    match &entry.value.value {
        Value::Map(_) => keys::check_case(&entry.value, report),
        Value::Text(text) if keys::is_expression(text) => {}
        _ => {
            let rule = format!("`{}` is {what}, but this is {}", entry.key, keys::found(&entry.value));
            report.error(entry.at, rule, "write NAME: VALUE pairs below it, or remove it");
        }
    }
}

/// Checks that a value is a map of texts, or an expression that makes one.
pub(crate) fn texts(entry: &MapEntry, what: &str, report: &mut Report<'_>) {
    map(entry, what, report);
    for pair in entry.value.entries().unwrap_or_default() {
        let is_collection = pair.value.entries().is_some() || pair.value.items().is_some();
        if is_collection && !keys::is_expression(&pair.key) {
            let (key, found) = (shortened(&pair.key), keys::found(&pair.value));
            let hint = if pair.value.get(MAP_KEY).is_some() {
                "an expression begins with `${{`; quote text that begins with {"
            } else {
                "quote it, or write it below `|`"
            };
            report.error(pair.value.at, format!("`{key}` is a text, but this is {found}"), hint);
        }
    }
}

/// Checks that a value is a boolean, or an expression that makes one.
pub(crate) fn boolean(entry: &MapEntry, report: &mut Report<'_>) {
    let is_word = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    if !keys::scalar(&entry.value).is_some_and(|text| is_word(text) || text.contains("${{")) {
        let rule = format!("`{}` is true or false, but this is {}", entry.key, keys::found(&entry.value));
        report.error(place(entry), rule, "write `true` or `false`");
    }
}

/// Checks that a value is a number, or an expression that makes one.
pub(crate) fn number(entry: &MapEntry, report: &mut Report<'_>) {
    let fits = match &entry.value.value {
        Value::Number(_) => true,
        Value::Text(text) => is_number(text) || text.contains("${{"),
        _ => false,
    };
    if !fits {
        let rule = format!("`{}` is a number, but this is {}", entry.key, keys::found(&entry.value));
        report.error(place(entry), rule, "write digits");
    }
}

/// Returns where a value stands, or its key if the value is empty.
fn place(entry: &MapEntry) -> At {
    if keys::is_null(&entry.value) { entry.at } else { entry.value.at }
}

/// Checks `secrets` of a job that calls a workflow: `inherit`, or a map.
pub(crate) fn secrets(entry: &MapEntry, report: &mut Report<'_>) {
    if keys::scalar(&entry.value) != Some("inherit") {
        map(entry, "`inherit` or a map of secrets", report);
    }
}

/// Checks `concurrency`: the name of a group, or a map with one.
pub(crate) fn concurrency(entry: &MapEntry, report: &mut Report<'_>) {
    CONCURRENCY.check(&entry.value, report);
    if let Some(cancel) = entry.value.get("cancel-in-progress") {
        boolean(cancel, report);
    }
    if entry.value.entries().is_some() && entry.value.get("group").is_none() {
        report.error(entry.at, "`concurrency` has no `group`", "add one, as in `group: ${{ github.ref }}`");
    }
}

/// Checks `strategy`.
pub(crate) fn strategy(entry: &MapEntry, report: &mut Report<'_>) {
    map(entry, "a map with a matrix", report);
    STRATEGY.check(&entry.value, report);
    if let Some(fail_fast) = entry.value.get("fail-fast") {
        boolean(fail_fast, report);
    }
    if let Some(max) = entry.value.get("max-parallel") {
        number(max, report);
    }
}

/// Checks `environment`: a name, or a map with one.
pub(crate) fn environment(entry: &MapEntry, report: &mut Report<'_>) {
    ENVIRONMENT.check(&entry.value, report);
    if entry.value.entries().is_some() && entry.value.get("name").is_none() {
        report.error(entry.at, "`environment` has no `name`", "add `name: NAME`");
    }
}

/// Checks `runs-on`: a label, a list of labels, or a map with a group.
pub(crate) fn runs_on(entry: &MapEntry, report: &mut Report<'_>) {
    RUNS_ON.check(&entry.value, report);
    if keys::is_null(&entry.value) {
        report.error(entry.at, "`runs-on` names no runner", "name one, as in `runs-on: ubuntu-latest`");
    }
}

/// Checks `container`: an image, or a map with one.
pub(crate) fn container(entry: &MapEntry, report: &mut Report<'_>) {
    CONTAINER.check(&entry.value, report);
}

/// Checks `defaults`.
pub(crate) fn defaults(entry: &MapEntry, report: &mut Report<'_>) {
    map(entry, "a map", report);
    DEFAULTS.check(&entry.value, report);
    if let Some(run) = entry.value.get("run") {
        DEFAULTS_RUN.check(&run.value, report);
    }
}
