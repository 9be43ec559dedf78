//! GitHub's description of its API knows every call of ours, by method, path and operation id.

use std::{env, fs, path::PathBuf};

use hello_model::calls::{self, Api, Call};
use serde_json::Value;

/// The variable that names the folder with GitHub's description; the project's test command provides it.
const GITHUB: &str = "HELLO_THIRD_PARTY_GITHUB";

const DESCRIPTION: &str = "node_modules/@octokit/openapi/generated/api.github.com.json";

/// Reads the description. If it is not provided, returns `None`; on CI, fails.
#[expect(clippy::print_stdout, reason = "a skipped test prints its reason")]
fn description() -> Option<Value> {
    let Some(folder) = env::var_os(GITHUB).map(PathBuf::from) else {
        assert!(env::var("CI").as_deref() != Ok("true"), "{GITHUB} must name GitHub's description");
        println!("skipped: {GITHUB} is not set; `cargo xtask test` provides it");
        return None;
    };
    let text = fs::read(folder.join(DESCRIPTION)).unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

/// Returns a path with the same name for each of its placeholders. We write a repository as one of them, GitHub as two.
fn without_names(path: &str) -> String {
    let path = path.replace("{owner}/{repo}", "{repo}");
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Says how the description differs from a call.
fn difference(call: &Call, description: &Value) -> Option<String> {
    let Call { operation, id: Some(id), .. } = call else {
        return Some(format!("{}: has no operation id", call.operation));
    };
    let (method, path) = operation.split_once(' ').unwrap();
    let method = method.to_lowercase();
    let paths = description["paths"].as_object().unwrap();
    let mut same = paths.iter().filter(|(theirs, _)| without_names(theirs) == without_names(path));
    let Some((_, methods)) = same.next() else {
        return Some(format!("{operation}: GitHub has no such path"));
    };
    let theirs = methods[&method]["operationId"].as_str();
    (theirs != Some(*id)).then(|| format!("{operation}: we call it {id}, GitHub {theirs:?}"))
}

#[test]
fn github_describes_every_call() {
    let Some(description) = description() else { return };
    let ours: Vec<_> = calls::all().filter(|call| call.api == Api::GitHub).collect();
    let differences: Vec<_> = ours.iter().filter_map(|call| difference(call, &description)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(ours.len() > 20, "only {} calls were compared", ours.len());
}

#[test]
fn a_wrong_method_path_or_name_is_a_difference() {
    let path = "/repos/{owner}/{repo}/actions/runs/{run_id}";
    let description =
        serde_json::json!({ "paths": { path: { "get": { "operationId": "actions/get-workflow-run" } } } });
    let differs = |operation, id| {
        let call = Call { api: Api::GitHub, operation, id, permission: calls::Permission::None };
        difference(&call, &description).is_some()
    };
    let (operation, id) = ("GET /repos/{repo}/actions/runs/{id}", "actions/get-workflow-run");
    assert!(!differs(operation, Some(id)));
    assert!(differs(operation, None));
    assert!(differs(operation, Some("actions/get-run")));
    assert!(differs("PUT /repos/{repo}/actions/runs/{id}", Some(id)));
    assert!(differs("GET /repos/{repo}/actions/run/{id}", Some(id)));
}
