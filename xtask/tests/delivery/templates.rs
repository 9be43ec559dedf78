//! The templates, checked for errors and security weaknesses.

use std::{
    collections::BTreeSet,
    env,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    infrastructure::Template,
    third_party::{CHECKERS, CHECKOV, NODE, output, provided, root},
};

/// The largest template, in bytes, that CloudFormation accepts in a request; a larger one would need a bucket.
const LARGEST: usize = 51_200;

#[test]
fn cfn_lint_finds_nothing_for_any_region() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut lint = Command::new(programs.join("cfn-lint"));
    lint.args(["--regions", "ALL_REGIONS", "--template"]);
    lint.args(Template::all().iter().map(|template| &template.path));
    let (succeeded, output) = output(&mut lint);
    assert!(succeeded && output.trim().is_empty(), "{output}");
}

#[test]
fn checkov_finds_nothing() {
    let Some(programs) = provided(CHECKOV) else { return };
    let mut checkov = Command::new(programs.join("python"));
    checkov.arg(programs.join("checkov")).args(["--skip-download", "--compact", "--quiet"]);
    checkov.args(["--framework", "cloudformation", "--directory", "infrastructure"]).current_dir(root());
    let (succeeded, output) = output(&mut checkov);
    assert!(succeeded && output.contains("Failed checks: 0"), "{output}");
}

/// Applies the rules by which AWS Control Tower refuses resources. They allow no exceptions, so ours are listed in the
/// resource, each with its reason; an exception that is no longer needed fails as well.
#[test]
fn control_tower_refuses_nothing_but_what_has_a_reason() {
    let Some(node) = provided(NODE) else { return };
    for template in Template::all() {
        let found = refused(&node, &template.path);
        let granted = granted(&template);
        let name = template.name();
        assert_eq!(found.difference(&granted).collect::<Vec<_>>(), [""; 0], "{name}: refused");
        assert_eq!(granted.difference(&found).collect::<Vec<_>>(), [""; 0], "{name}: no longer refused");
    }
}

#[test]
fn a_suppressed_cfn_lint_warning_has_its_reason() {
    for template in Template::all() {
        let lines: Vec<&str> = template.text.lines().map(str::trim).collect();
        let starts = (0..lines.len()).filter(|&at| lines[at].starts_with("ignore_checks:"));
        for start in starts {
            let mut above = "";
            for line in lines[start + 1..].iter().take_while(|line| line.starts_with(['#', '-'])) {
                let reasoned = line.starts_with('#') || above.starts_with('#');
                assert!(reasoned, "{}: {line} after line {} has no reason", template.name(), start + 1);
                above = line;
            }
        }
    }
}

#[test]
fn a_template_fits_in_one_piece() {
    for template in Template::all() {
        let size = template.text.len();
        assert!(size <= LARGEST, "{} has {size} bytes; {LARGEST} go without a bucket", template.name());
    }
}

/// Runs cfn-guard, and returns its findings as `resource: rule`.
fn refused(node: &Path, template: &Path) -> BTreeSet<String> {
    let package = node.join("node_modules/@cdklabs/cdk-validator-cfnguard");
    let output = Command::new(guard(&package))
        .args(["validate", "--show-summary", "none", "--output-format", "json", "--structured"])
        .arg("--rules")
        .arg(package.join("rules/control-tower/cfn-guard"))
        .arg("--data")
        .arg(template)
        .output()
        .expect("cfn-guard starts");
    let reports: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let reports = reports.as_array().expect("a report for each template");
    assert_eq!(reports.len(), 1);
    assert!(
        reports[0]["compliant"].as_array().is_some_and(|passed| !passed.is_empty()),
        "nothing was judged"
    );
    let rules = reports[0]["not_compliant"].as_array().expect("a list");
    rules.iter().flat_map(of_rule).collect()
}

fn of_rule(report: &Value) -> BTreeSet<String> {
    let rule = report["Rule"]["name"].as_str().expect("a rule has a name");
    let mut resources = BTreeSet::new();
    resources_in(report, &mut resources);
    resources.into_iter().map(|resource| format!("{resource}: {rule}")).collect()
}

/// Collects the resources that a report refers to.
fn resources_in(report: &Value, found: &mut BTreeSet<String>) {
    match report {
        Value::String(text) => {
            let path = text.split_once("/Resources/").map(|(_, path)| path);
            let name = path.and_then(|path| path.split(|c: char| !c.is_ascii_alphanumeric()).next());
            found.extend(name.map(str::to_owned));
        }
        Value::Array(list) => list.iter().for_each(|value| resources_in(value, found)),
        Value::Object(map) => map.values().for_each(|value| resources_in(value, found)),
        _ => {}
    }
}

/// Returns the exceptions that a template grants, each with a reason.
fn granted(template: &Template) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (name, resource) in template.resources() {
        let Some(rules) = resource["Metadata"]["cfn-guard"].as_object() else { continue };
        for (rule, reason) in rules {
            assert!(
                reason.as_str().is_some_and(|reason| reason.contains(' ')),
                "{name}: {rule} has no reason"
            );
            all.insert(format!("{name}: {rule}"));
        }
    }
    all
}

fn guard(package: &Path) -> PathBuf {
    let system = if cfg!(target_os = "macos") { "macos" } else { "ubuntu" };
    package.join("bin").join(system).join(env::consts::ARCH).join("cfn-guard")
}
