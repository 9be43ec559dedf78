//! Reads a file as a whole.

use hello_yaml::{At, Node, Options, Room, decode, documents};

use crate::{
    MAX_BYTES, events, expressions, jobs,
    keys::{self, Keys},
    permissions,
    problem::Problem,
    report::Report,
    settings, syntax, triggers,
    workflow::Workflow,
};

/// The limits of a file, including what aliases repeat.
const ROOM: Room = Room { nodes: 200_000, text: 8 * MAX_BYTES };

/// GitHub has no limit of its own for aliases: `ROOM` bounds what they repeat.
const MAX_ALIASES: usize = 10_000;

const ROOT: Keys = Keys::new(
    "a workflow",
    &["name", "description", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"],
)
.with_elsewhere(deeper_key);

/// Returns where a key belongs that is indented too little.
fn deeper_key(key: &str) -> Option<&'static str> {
    match key {
        "runs-on" | "steps" | "needs" | "strategy" => {
            Some("it belongs to a job: indent it below the id of one")
        }
        key if events::find(key).is_some() => Some("it belongs to `on`: indent it"),
        _ => None,
    }
}

impl Workflow {
    /// Reads a workflow file, and returns its problems in line order.
    ///
    /// A file with problems is read as far as possible. A file that is no YAML has one problem, and nothing else.
    pub fn read(text: &[u8]) -> (Self, Vec<Problem>) {
        read(text)
    }
}

fn read(bytes: &[u8]) -> (Workflow, Vec<Problem>) {
    let mut workflow = Workflow::default();
    let text = match sized(bytes).and_then(|()| decode(bytes)) {
        Ok(text) => text,
        Err(rule) => {
            let mut report = Report::new("");
            report.error(At::START, rule, "");
            return (workflow, report.into_problems());
        }
    };
    let mut report = Report::new(&text);
    let mut limits = ROOM;
    let options = Options { max_aliases: MAX_ALIASES, must_stop: &|| false };
    let mut all = documents(&text, &mut limits, options).into_iter();
    match all.next() {
        Some(Ok(root)) => {
            self::root(&root, &mut workflow, &mut report);
            match all.next() {
                Some(Ok(next)) => report.error(next.at, ONE_DOCUMENT, "remove the `---`"),
                Some(Err(broken)) => syntax::report(broken, &mut report),
                None => {}
            }
        }
        Some(Err(broken)) => syntax::report(broken, &mut report),
        None => report.error(At::START, "this file is empty", BEGINNING),
    }
    (workflow, report.into_problems())
}

const ONE_DOCUMENT: &str = "a workflow file has one document";

const NEEDS_EVENT: &str = "add the events that start it, as in `on: push`";

const BEGINNING: &str = "a workflow begins with `on:` and `jobs:`";

fn sized(bytes: &[u8]) -> Result<(), String> {
    let fits = bytes.len() <= MAX_BYTES;
    fits.then_some(()).ok_or_else(|| format!("this file is larger than {} KiB", MAX_BYTES / 1024))
}

fn root(root: &Node, workflow: &mut Workflow, report: &mut Report<'_>) {
    let Some(entries) = root.entries() else {
        let rule = format!("a workflow is a map, but this file is {}", keys::found(root));
        report.error(root.at, rule, BEGINNING);
        return;
    };
    ROOT.check(root, report);
    for entry in entries.iter().filter(|entry| entry.key != "on") {
        expressions::check(&entry.value, report);
    }
    let first = entries.first().map_or(root.at, |entry| entry.at);
    workflow.name = keys::scalar_at(root, "name");
    workflow.run_name = keys::scalar_at(root, "run-name");
    match root.get("on") {
        Some(on) => triggers::read(on, workflow, report),
        None => report.error(first, "this workflow has no `on`", NEEDS_EVENT),
    }
    for entry in entries {
        match &*entry.key {
            "permissions" => permissions::check(entry, report),
            "env" => settings::texts(entry, "a map of variables", report),
            "defaults" => settings::defaults(entry, report),
            "concurrency" => settings::concurrency(entry, report),
            _ => {}
        }
    }
    match root.get("jobs") {
        Some(entry) => workflow.jobs = jobs::read(entry, report),
        None => report.error(first, "this workflow has no `jobs`", "add a job below `jobs:`"),
    }
}
