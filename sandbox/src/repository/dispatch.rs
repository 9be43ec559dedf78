//! Judges a manual dispatch by the workflow file at the ref, in GitHub's words.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The inputs of a dispatch, with the defaults of the file filled in.
pub(crate) type Inputs = BTreeMap<String, String>;

/// The limits of GitHub for the inputs of a dispatch.
const MAX_INPUTS: usize = 25;
const MAX_CHARACTERS: usize = 65_535;

/// The parts of a workflow file that concern a dispatch.
#[derive(Debug, Deserialize)]
struct WorkflowFile {
    #[serde(rename = "run-name")]
    run_name: Option<String>,
    on: Option<Value>,
    jobs: Option<Value>,
}

/// One input that the file declares.
#[derive(Debug, Default, Deserialize)]
struct Declared {
    #[serde(default)]
    r#type: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    default: Value,
    #[serde(default)]
    options: Vec<Value>,
}

/// Returns the inputs with the file's defaults, or GitHub's sentence about what is wrong with the dispatch.
///
/// `environments` are the choices of inputs of the type `environment`.
pub(crate) fn judge(
    file: &str,
    given: &BTreeMap<String, Value>,
    environments: &[&str],
) -> Result<Inputs, String> {
    let file = parse(file)?;
    let declared = declared(file.on.as_ref())?;
    let given = texts(given)?;
    let unexpected = given.keys().filter(|name| !declared.contains_key(*name));
    let unexpected = unexpected.map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    if !unexpected.is_empty() {
        return Err(format!("Unexpected inputs provided: [{}]", unexpected.join(", ")));
    }
    let mut inputs = Inputs::new();
    for (name, input) in &declared {
        let value = value(name, input, given.get(name), environments)?;
        inputs.extend(value.map(|value| (name.clone(), value)));
    }
    Ok(inputs)
}

/// Returns the title that the file gives to a run with these inputs, if it names one.
pub(crate) fn run_name(file: &str, inputs: &Inputs) -> Option<String> {
    let name = parse(file).ok()?.run_name?;
    let (before, rest) = name.split_once("${{ inputs.")?;
    let (expression, after) = rest.split_once("}}")?;
    let (input, default) = expression.split_once("||").unwrap_or((expression, ""));
    let given = inputs.get(input.trim()).filter(|value| !value.is_empty());
    let value = given.map_or(default.trim().trim_matches('\''), String::as_str);
    Some(format!("{before}{value}{after}"))
}

fn parse(file: &str) -> Result<WorkflowFile, String> {
    let parsed = serde_yaml::from_str::<WorkflowFile>(file).map_err(|why| {
        let line = why.location().map_or(1, |location| location.line());
        format!("failed to parse workflow: You have an error in your yaml syntax on line {line}")
    })?;
    if parsed.jobs.is_none() {
        return Err(
            "failed to parse workflow: (Line: 1, Col: 1): Required property is missing: jobs".to_owned()
        );
    }
    Ok(parsed)
}

fn declared(on: Option<&Value>) -> Result<BTreeMap<String, Declared>, String> {
    const TRIGGER: &str = "workflow_dispatch";
    let none = || "Workflow does not have 'workflow_dispatch' trigger".to_owned();
    let inputs = match on {
        Some(Value::String(event)) if event == TRIGGER => return Ok(BTreeMap::new()),
        Some(Value::Array(events)) if events.iter().any(|event| event == TRIGGER) => {
            return Ok(BTreeMap::new());
        }
        Some(Value::Object(events)) => events.get(TRIGGER).ok_or_else(none)?.get("inputs").cloned(),
        _ => return Err(none()),
    };
    let Some(Value::Object(inputs)) = inputs else { return Ok(BTreeMap::new()) };
    if inputs.len() > MAX_INPUTS {
        return Err(format!("you may only define up to {MAX_INPUTS} `inputs` for a `{TRIGGER}` event"));
    }
    let read = |value: Value| serde_json::from_value::<Option<Declared>>(value).ok().flatten();
    Ok(inputs.into_iter().map(|(name, value)| (name, read(value).unwrap_or_default())).collect())
}

/// Returns the given values, all of which must be strings.
fn texts(given: &BTreeMap<String, Value>) -> Result<Inputs, String> {
    let mut texts = Inputs::new();
    for (name, value) in given {
        let Value::String(text) = value else {
            return Err(format!("Invalid request.\n\nFor 'properties/{name}', {value} is not a string."));
        };
        texts.insert(name.clone(), text.clone());
    }
    if texts.iter().map(|(name, text)| name.chars().count() + text.chars().count()).sum::<usize>()
        > MAX_CHARACTERS
    {
        return Err("inputs are too large.".to_owned());
    }
    Ok(texts)
}

fn value(
    name: &str,
    input: &Declared,
    given: Option<&String>,
    environments: &[&str],
) -> Result<Option<String>, String> {
    let default = (!input.default.is_null()).then(|| plain(&input.default));
    let Some(value) = given.cloned().filter(|text| !text.is_empty()).or(default) else {
        let is_boolean = input.r#type.as_deref() == Some("boolean");
        return match (input.required && !is_boolean, is_boolean) {
            (true, _) => Err(format!("Required input '{name}' not provided")),
            (_, true) => Ok(Some("false".to_owned())),
            _ => Ok(given.cloned()),
        };
    };
    let is_allowed = match input.r#type.as_deref() {
        Some("choice") => input.options.iter().any(|option| plain(option) == value),
        Some("boolean") => value == "true" || value == "false",
        Some("number") => value.trim().parse::<f64>().is_ok_and(f64::is_finite),
        Some("environment") => environments.contains(&value.as_str()),
        _ => true,
    };
    if is_allowed {
        Ok(Some(value))
    } else {
        Err(format!("Provided value '{value}' for input '{name}' not in the list of allowed values"))
    }
}

/// Returns a scalar as GitHub writes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::repository::{FLEET, Snapshot};

    const CHECK: &str = ".github/workflows/linting-testing.yaml";

    fn dispatch(file: &str, inputs: &Value) -> Result<Inputs, String> {
        let given = serde_json::from_value(inputs.clone()).unwrap();
        judge(file, &given, &["staging", "production"])
    }

    #[test]
    fn a_file_with_every_type_of_input_takes_right_values_only() {
        let fleet = Snapshot::Main.read(FLEET).unwrap();
        let inputs = dispatch(fleet, &json!({"region": "eu-west-1", "repair": "true"})).unwrap();
        assert_eq!((inputs["depth"].as_str(), inputs["shards"].as_str()), ("usual", "4"));
        assert_eq!(run_name(fleet, &inputs).unwrap(), "Fleet checks of eu-west-1");
        let refusals = [
            (json!({}), "Required input 'region' not provided"),
            (json!({"region": "x", "colour": "red"}), "Unexpected inputs provided: [\"colour\"]"),
            (
                json!({"region": "x", "depth": "deep"}),
                "Provided value 'deep' for input 'depth' not in the list of allowed values",
            ),
            (
                json!({"region": "x", "target": "moon"}),
                "Provided value 'moon' for input 'target' not in the list of allowed values",
            ),
            (
                json!({"region": "x", "shards": "many"}),
                "Provided value 'many' for input 'shards' not in the list of allowed values",
            ),
            (
                json!({"region": "x", "repair": true}),
                "Invalid request.\n\nFor 'properties/repair', true is not a string.",
            ),
        ];
        for (given, sentence) in refusals {
            assert_eq!(dispatch(fleet, &given).unwrap_err(), sentence);
        }
    }

    #[test]
    fn files_without_the_trigger_and_broken_files_are_refused() {
        let none = "Workflow does not have 'workflow_dispatch' trigger";
        assert_eq!(dispatch(Snapshot::Main.read(CHECK).unwrap(), &json!({})).unwrap_err(), none);
        assert_eq!(dispatch(Snapshot::Experiment.read(FLEET).unwrap(), &json!({})).unwrap_err(), none);
        let invalid = dispatch(Snapshot::Invalid.read(FLEET).unwrap(), &json!({})).unwrap_err();
        assert!(invalid.ends_with("yaml syntax on line 10"), "{invalid}");
        let no_jobs = dispatch(Snapshot::NoJobs.read(FLEET).unwrap(), &json!({})).unwrap_err();
        assert!(no_jobs.contains("missing: jobs"), "{no_jobs}");
    }

    #[test]
    fn the_trigger_may_be_a_scalar_a_list_or_a_map() {
        for on in ["on: workflow_dispatch", "on: [push, workflow_dispatch]", "\"on\":\n  workflow_dispatch:"]
        {
            assert!(dispatch(&format!("{on}\njobs: {{}}\n"), &json!({})).unwrap().is_empty(), "{on}");
        }
        let misplaced = "on:\n  workflow_dispatch:\n    environment: {type: string}\njobs: {}\n";
        let error = dispatch(misplaced, &json!({"environment": "x"})).unwrap_err();
        assert_eq!(error, "Unexpected inputs provided: [\"environment\"]");
        let inputs = (0..26).map(|n| format!("      i{n}: {{}}")).collect::<Vec<_>>().join("\n");
        let many = format!("on:\n  workflow_dispatch:\n    inputs:\n{inputs}\njobs: {{}}\n");
        assert!(dispatch(&many, &json!({})).unwrap_err().contains("up to 25 `inputs`"));
    }
}
