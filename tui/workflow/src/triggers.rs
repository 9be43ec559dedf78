//! What is under `on`.

use hello_yaml::{At, MapEntry, Node, closest, shortened};

use crate::{
    dispatch,
    events::{self, EVENTS, Event},
    keys::{self, Keys},
    problem::Severity,
    report::Report,
    workflow::{Dispatch, Trigger, Workflow},
};

/// Reads the triggers, and the inputs of `workflow_dispatch`.
pub(crate) fn read(on: &MapEntry, workflow: &mut Workflow, report: &mut Report<'_>) {
    workflow.on_line = on.at.line;
    if let Some(items) = on.value.items() {
        for item in items {
            name_only(item, workflow, report);
        }
    } else if let Some(entries) = on.value.entries() {
        keys::check_case(&on.value, report);
        for entry in entries {
            trigger(&entry.key, entry.at, workflow, report);
            configured(entry, workflow, report);
        }
    } else if !keys::is_null(&on.value) {
        name_only(&on.value, workflow, report);
    }
    let is_empty = on.value.items().is_some_and(<[_]>::is_empty)
        || on.value.entries().is_some_and(<[_]>::is_empty)
        || keys::is_null(&on.value);
    if is_empty {
        report.error(on.at, "`on` has no event", "add the events that start the workflow, as in `on: push`");
    }
}

/// Reads an event that is given by its name alone.
fn name_only(node: &Node, workflow: &mut Workflow, report: &mut Report<'_>) {
    let Some(name) = keys::scalar(node) else {
        let rule = format!("an event has a name, but this is {}", keys::found(node));
        report.error(node.at, rule, "write events with settings as a map, as in `push: {branches: [main]}`");
        return;
    };
    trigger(name, node.at, workflow, report);
    match name {
        "workflow_dispatch" => workflow.dispatch = Some(Dispatch { inputs: Vec::new(), line: node.at.line }),
        "schedule" => report.warn(node.at, "`schedule` has no times", NEEDS_CRON),
        _ => {}
    }
}

fn trigger(name: &str, at: At, workflow: &mut Workflow, report: &mut Report<'_>) {
    if events::find(name).is_none() {
        let rule = format!("GitHub knows no event `{}`", shortened(name));
        let near = closest(name, EVENTS.iter().map(|event| event.name));
        report.error(at, rule, near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default());
    }
    workflow.triggers.push(Trigger { event: name.to_owned(), line: at.line });
}

/// Reads what is below the name of an event.
fn configured(entry: &MapEntry, workflow: &mut Workflow, report: &mut Report<'_>) {
    match &*entry.key {
        "workflow_dispatch" => workflow.dispatch = Some(dispatch::read(entry, report)),
        "workflow_call" => dispatch::check_call(&entry.value, report),
        "schedule" => schedule(entry, report),
        name => {
            if let Some(event) = events::find(name) {
                filters(event, entry, report);
            }
        }
    }
}

/// Pairs of filters of which an event has one.
const EXCLUSIVE: [[&str; 2]; 3] =
    [["branches", "branches-ignore"], ["tags", "tags-ignore"], ["paths", "paths-ignore"]];

fn filters(event: &Event, entry: &MapEntry, report: &mut Report<'_>) {
    // GitHub ignores keys that it does not know here.
    event.keys().check_as(Severity::Warning, &entry.value, report);
    for [one, other] in EXCLUSIVE {
        if let (Some(_), Some(second)) = (entry.value.get(one), entry.value.get(other)) {
            let rule = format!("`{}` has both `{one}` and `{other}`", event.name);
            let hint = format!("keep `{one}`, and exclude with patterns that begin with !");
            report.error(second.at, rule, hint);
        }
    }
}

const NEEDS_CRON: &str = "write a list, as in `- cron: '30 5 * * 1'`";

const CRON: Keys = Keys::new("schedule", &["cron", "timezone"]);

fn schedule(entry: &MapEntry, report: &mut Report<'_>) {
    let Some(items) = entry.value.items() else {
        report.error(entry.at, format!("`schedule` is {}", keys::found(&entry.value)), NEEDS_CRON);
        return;
    };
    for item in items {
        CRON.check(item, report);
        match item.get("cron").and_then(|cron| Some((cron.value.at, keys::scalar(&cron.value)?))) {
            None => report.error(item.at, "an item of `schedule` has no `cron`", NEEDS_CRON),
            Some((at, cron)) if cron.split_whitespace().count() != 5 => {
                let rule = format!("`{}` has {} fields", shortened(cron), cron.split_whitespace().count());
                report.error(at, rule, "write five: minute, hour, day of the month, month, day of the week");
            }
            Some(_) => {}
        }
    }
}
