//! The inputs under `workflow_dispatch`, and those under `workflow_call`.

use hello_yaml::{At, MapEntry, Node, closest, shortened};

use crate::{
    MAX_INPUTS,
    keys::{self, Keys},
    problem::Severity,
    report::Report,
    workflow::{Dispatch, Input, InputKind},
};

/// The number of inputs that are read.
const MAX_READ: usize = 200;

/// The number of options that are read of one input.
const MAX_OPTIONS: usize = 1_000;

const INPUT: Keys =
    Keys::new("an input", &["description", "required", "default", "type", "options", "deprecationMessage"]);

/// Reads the inputs of `workflow_dispatch`.
pub(crate) fn read(trigger: &MapEntry, report: &mut Report<'_>) -> Dispatch {
    let mut dispatch = Dispatch { inputs: Vec::new(), line: trigger.at.line };
    let body = &trigger.value;
    if body.entries().is_none() {
        if !keys::is_null(body) {
            let rule = format!("`workflow_dispatch` is {}", keys::found(body));
            report.dispatch(trigger.at, rule, "write its inputs below `inputs:`, or nothing");
        }
        return dispatch;
    }
    for entry in body.entries().unwrap_or_default().iter().filter(|entry| entry.key != "inputs") {
        misplaced(entry, report);
    }
    let Some(inputs) = body.get("inputs") else { return dispatch };
    let Some(entries) = inputs.value.entries() else {
        if !keys::is_null(&inputs.value) {
            let rule = format!("`inputs` is a map, but this is {}", keys::found(&inputs.value));
            report.dispatch(inputs.at, rule, "write each input as `NAME:`, with its settings below");
        }
        return dispatch;
    };
    keys::check_case(&inputs.value, report);
    if let Some(first) = entries.get(MAX_INPUTS) {
        let rule = format!("this form has {} inputs, GitHub allows {MAX_INPUTS}", entries.len());
        report.dispatch(first.at, rule, "put several values into one input, or split the workflow");
    }
    dispatch.inputs = entries.iter().take(MAX_READ).map(|entry| input(entry, report)).collect();
    dispatch
}

fn misplaced(entry: &MapEntry, report: &mut Report<'_>) {
    let key = shortened(&entry.key);
    let is_input = entry.value.entries().is_some_and(|settings| {
        !settings.is_empty() && settings.iter().all(|setting| INPUT.contain(&setting.key))
    });
    let rule = format!("`{key}` stands under `workflow_dispatch`");
    if closest(&entry.key, ["inputs"]).is_some() {
        report.dispatch(entry.at, rule, "did you mean `inputs`?");
    } else if is_input || keys::is_null(&entry.value) {
        report.dispatch(entry.at, rule, "inputs belong under `inputs:`");
    } else {
        report.warn(entry.at, rule, "GitHub ignores it: only `inputs` counts there");
    }
}

fn input(entry: &MapEntry, report: &mut Report<'_>) -> Input {
    let (name, body) = (entry.key.to_string(), &entry.value);
    if body.entries().is_none() && !keys::is_null(body) {
        let rule = format!("the input `{}` is {}", shortened(&name), keys::found(body));
        report.dispatch(entry.at, rule, "write its settings below it: description, type, default");
    }
    INPUT.check_as(Severity::Warning, body, report);
    let input = Input {
        kind: kind(entry, report),
        description: keys::scalar_at(body, "description"),
        required: keys::scalar_at(body, "required").is_some_and(|text| text.eq_ignore_ascii_case("true")),
        default: keys::scalar_at(body, "default"),
        deprecation_message: keys::scalar_at(body, "deprecationMessage"),
        line: entry.at.line,
        name,
    };
    if let Some(default) = body.get("default") {
        check_default(&input, default.value.at, report);
    }
    input
}

const KINDS: [&str; 5] = ["string", "choice", "boolean", "number", "environment"];

fn kind(entry: &MapEntry, report: &mut Report<'_>) -> InputKind {
    let name = shortened(&entry.key);
    let body = &entry.value;
    let kind = body.get("type");
    let word = kind.and_then(|kind| keys::scalar(&kind.value)).unwrap_or("string");
    match word {
        "choice" => return choice(entry, report),
        "string" | "boolean" | "number" | "environment" => {}
        other => {
            let hint = match closest(other, KINDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("GitHub knows {}; this is treated as a string", KINDS.join(", ")),
            };
            let at = kind.map_or(entry.at, |kind| kind.value.at);
            report.warn(at, format!("`{}` is no type of an input", shortened(other)), hint);
        }
    }
    if let Some(options) = body.get("options") {
        let rule = format!("the input `{name}` has options, but is no `choice`");
        report.warn(options.at, rule, "add `type: choice`, or remove the options");
    }
    match word {
        "boolean" => InputKind::Boolean,
        "number" => InputKind::Number,
        "environment" => InputKind::Environment,
        _ => InputKind::String,
    }
}

fn choice(entry: &MapEntry, report: &mut Report<'_>) -> InputKind {
    let name = shortened(&entry.key);
    let options = entry.value.get("options");
    let items = options.and_then(|options| options.value.items()).unwrap_or_default();
    if items.is_empty() {
        let rule = format!("the choice `{name}` has no options");
        let at = options.map_or(entry.at, |options| options.at);
        report.dispatch(at, rule, "add them, as in `options: [staging, production]`");
    }
    let mut values = Vec::new();
    for item in items.iter().take(MAX_OPTIONS) {
        if let Some(value) = keys::scalar(item) {
            values.push(value.to_owned());
        } else {
            let rule = format!("an option of `{name}` is {}", keys::found(item));
            report.dispatch(item.at, rule, "write a text");
        }
    }
    InputKind::Choice(values)
}

fn check_default(input: &Input, at: At, report: &mut Report<'_>) {
    let Some(default) = &input.default else { return };
    let (name, shown) = (shortened(&input.name), shortened(default));
    match &input.kind {
        InputKind::Choice(options) if !options.is_empty() && !options.contains(default) => {
            let hint = match closest(default, options.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{}`?", shortened(near)),
                None => "use one of the options".to_owned(),
            };
            report.dispatch(at, format!("the default `{shown}` of `{name}` is not one of its options"), hint);
        }
        InputKind::Boolean
            if !matches!(default.as_str(), "true" | "false" | "True" | "False" | "TRUE" | "FALSE") =>
        {
            let rule = format!("the default `{shown}` of `{name}` is no boolean");
            report.dispatch(at, rule, "write `true` or `false`");
        }
        InputKind::Number if !crate::values::is_number(default) => {
            report.dispatch(at, format!("the default `{shown}` of `{name}` is no number"), "write a number");
        }
        _ => {}
    }
}

const CALL: Keys = Keys::new("workflow_call", &["inputs", "outputs", "secrets"]);
const CALL_INPUT: Keys =
    Keys::new("an input of `workflow_call`", &["description", "type", "required", "default"]);
const CALL_KINDS: [&str; 3] = ["string", "boolean", "number"];

/// Checks what is under `workflow_call`, where GitHub is stricter than under `workflow_dispatch`.
pub(crate) fn check_call(body: &Node, report: &mut Report<'_>) {
    CALL.check(body, report);
    let entries = |key| body.get(key).and_then(|entry| entry.value.entries()).unwrap_or_default();
    for entry in entries("outputs").iter().filter(|entry| entry.value.get("value").is_none()) {
        let rule = format!("the output `{}` has no `value`", shortened(&entry.key));
        report.error(entry.at, rule, "add one, as in `value: ${{ jobs.ID.outputs.NAME }}`");
    }
    for entry in entries("inputs") {
        CALL_INPUT.check(&entry.value, report);
        let name = shortened(&entry.key);
        let hint = format!("GitHub knows {} here", CALL_KINDS.join(", "));
        match entry.value.get("type").map(|kind| (kind.value.at, keys::scalar(&kind.value))) {
            None => report.error(entry.at, format!("the input `{name}` has no `type`"), hint),
            Some((_, Some(kind))) if CALL_KINDS.contains(&kind) => {}
            Some((at, kind)) => {
                let kind = shortened(kind.unwrap_or_default());
                report.error(at, format!("`{kind}` is no type of an input of `workflow_call`"), hint);
            }
        }
    }
}
